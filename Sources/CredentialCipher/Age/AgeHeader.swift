/// One line of arguments and a wrapped file key in the header of an age file.
struct AgeStanza: Equatable {
    var arguments: [String]
    var body: [UInt8]
}

/// The text in front of an age file (C2SP's age, version 1): for each recipient the wrapped file key, then a checksum.
struct AgeHeader {
    static let intro = Array("age-encryption.org/".utf8)
    private static let versionLine = "age-encryption.org/v1"
    private static let columns = 64

    let stanzas: [AgeStanza]
    /// What the checksum is over: everything up to and including the three dashes.
    let authenticated: [UInt8]

    init(_ stanzas: [AgeStanza]) {
        self.stanzas = stanzas
        var text = Self.versionLine + "\n"
        for stanza in stanzas {
            text += "-> " + stanza.arguments.joined(separator: " ") + "\n"
            let body = Array(Base64.encode(stanza.body, .standard, .none).utf8)
            // The last line is shorter than 64 characters, and so may be empty.
            for start in stride(from: 0, through: body.count, by: Self.columns) {
                text += String(decoding: body[start..<min(body.count, start + Self.columns)], as: UTF8.self) + "\n"
            }
        }
        authenticated = Array((text + "---").utf8)
    }

    /// The whole header with its checksum.
    func bytes(checksum: some Sequence<UInt8>) -> [UInt8] {
        authenticated + Array(" \(Base64.encode(checksum, .standard, .none))\n".utf8)
    }

    /// Reads the header of `file`; what follows it is the payload.
    static func parse(
        _ file: some Collection<UInt8>
    ) throws(CredentialError) -> (header: AgeHeader, checksum: [UInt8], payload: ArraySlice<UInt8>) {
        var lines = Lines(Array(file))
        guard let version = lines.next(), version.starts(with: intro) else {
            throw CredentialError(.damaged, "age file", "doesn't begin as one. Give the file that was encrypted.")
        }
        guard version.elementsEqual(versionLine.utf8) else {
            throw CredentialError(.unsupported, "age file", "is of a version other than v1. Open it with age itself.")
        }
        var stanzas: [AgeStanza] = []
        while let line = lines.next() {
            if line.starts(with: "---".utf8) {
                guard !stanzas.isEmpty, line.starts(with: "--- ".utf8),
                    let checksum = Base64.decode(line.dropFirst(4), .standard, .none), checksum.count == 32
                else { break }
                let header = AgeHeader(stanzas, authenticated: Array(lines.file[..<(line.startIndex + 3)]))
                return (header, checksum, lines.rest)
            }
            guard let arguments = arguments(in: line), let body = body(from: &lines) else { break }
            stanzas.append(AgeStanza(arguments: arguments, body: body))
        }
        throw CredentialError(.damaged, "age file", "its header is malformed. Fetch it again.")
    }

    private init(_ stanzas: [AgeStanza], authenticated: [UInt8]) {
        self.stanzas = stanzas
        self.authenticated = authenticated
    }

    private static func arguments(in line: ArraySlice<UInt8>) -> [String]? {
        guard line.starts(with: "-> ".utf8) else { return nil }
        let words = line.dropFirst(3).split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (33...126).contains($0) } }) else { return nil }
        return words.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func body(from lines: inout Lines) -> [UInt8]? {
        var body: [UInt8] = []
        while let line = lines.next() {
            guard line.count <= columns, let bytes = Base64.decode(line, .standard, .none) else { return nil }
            body += bytes
            if line.count < columns { return body }
        }
        return nil
    }

    /// The lines of a file that are ended by a line feed.
    private struct Lines {
        let file: [UInt8]
        private var start = 0

        init(_ file: [UInt8]) {
            self.file = file
        }

        var rest: ArraySlice<UInt8> { file[start...] }

        mutating func next() -> ArraySlice<UInt8>? {
            guard let end = rest.firstIndex(of: 10) else { return nil }
            defer { start = end + 1 }
            return file[start..<end]
        }
    }
}
