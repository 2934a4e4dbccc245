import AccessModel

/// Takes keys out of a key file, which its user may change at the same time or have made into a trap.
struct KeyFileRewrite {
    private let path: String
    private let home: String
    private let files: InspectedRoot

    init(_ path: String, home: String, files: InspectedRoot) {
        self.path = path
        self.home = home
        self.files = files
    }

    /// Takes every line with this key out and leaves the others as they are, to the byte; false when there is none.
    ///
    /// - Throws: `ServiceError` when the file can't be replaced or has changed; then it stays as it is.
    func remove(_ fingerprint: String) throws -> Bool {
        do {
            guard let file = try GuardedKeyFile(path, home: home, files: files).opened() else {
                throw ServiceError(.failedPrecondition, "\(path): leads out of its home and is not changed.")
            }
            let facts = try file.facts()
            let bytes = try file.bytes(limit: KeyFinder.sizeLimit)
            let keys = AuthorizedKeysFile.parse(bytes, file: path).content
            let doomed = Set(keys.filter { $0.fingerprint.hasSameBytes(as: fingerprint) }.map(\.line))
            guard !doomed.isEmpty else { return false }
            guard try file.attribute("system.posix_acl_access") == nil else {
                throw ServiceError(
                    .failedPrecondition,
                    "\(path): has an access list, which a new file would lose. Take the key out by hand.")
            }
            try file.replace(with: bytes.without(lines: doomed), asItWas: facts)
            return true
        } catch let error as InspectedRootError {
            throw ServiceError(.failedPrecondition, error.description)
        }
    }
}

extension [UInt8] {
    /// The bytes without those lines, which are counted from 1 as ``lines`` does.
    fileprivate func without(lines doomed: Set<Int>) -> [UInt8] {
        var rest = self[...]
        var kept: [UInt8] = []
        kept.reserveCapacity(count)
        var number = 0
        while !rest.isEmpty {
            number += 1
            let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
            if !doomed.contains(number) { kept += rest[..<end] }
            rest = rest[end...]
        }
        return kept
    }
}
