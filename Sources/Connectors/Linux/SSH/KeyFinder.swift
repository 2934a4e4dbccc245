import AccessModel

/// A key that opens an account.
struct AccountKey: Sendable {
    var key: AuthorizedKey
    var file: String
    /// Whether sshd accepts the file, which it doesn't when somebody else may write it.
    var isEffective: Bool
}

/// Finds the key files of accounts and reads them.
struct KeyFinder {
    private let book: AccountBook
    private let policy: DaemonPolicy?
    private(set) var reader: SourceReader

    private static let usualFiles = [".ssh/authorized_keys", ".ssh/authorized_keys2"]
    /// Most bytes of one file; more in a user's own file is an attack.
    static let sizeLimit = 1 << 20

    init(book: AccountBook, policy: DaemonPolicy?, reader: SourceReader) {
        self.book = book
        self.policy = policy
        self.reader = reader
    }

    /// The keys of each account, and the accounts some of whose files could not be read.
    mutating func find() -> (keys: [ByteKey: [AccountKey]], unknown: Set<ByteKey>) {
        var keys: [ByteKey: [AccountKey]] = [:]
        var unknown: Set<ByteKey> = []
        for place in book.accounts.indices {
            let variants = policy?.variants(for: book.accounts[place].name, groups: book.groupNames(ofAccount: place))
            let patterns = (variants ?? [DaemonSettings()]).flatMap(Self.filePatterns)
            let isStrict = variants?.contains { $0.isOn("strictmodes", default: true) } ?? true
            var found: [AccountKey] = []
            for file in Self.distinct(patterns.compactMap { KeyFilePath($0, of: book.accounts[place])?.path }) {
                do {
                    found += try readKeys(in: file, ofAccount: place, isStrict: isStrict)
                } catch {
                    if (error as? InspectedRootError)?.isNotFound != true {
                        unknown.insert(ByteKey(book.accounts[place].name))
                    }
                }
            }
            keys[ByteKey(book.accounts[place].name)] = found
        }
        return (keys, unknown)
    }

    private static func filePatterns(_ settings: DaemonSettings) -> [String] {
        let files = settings.list("authorizedkeysfile")
        return files.isEmpty ? usualFiles : files.filter { $0 != "none" }
    }

    private static func distinct(_ paths: [String]) -> [String] {
        var seen: Set<ByteKey> = []
        return paths.filter { seen.insert(ByteKey($0)).inserted }
    }

    private mutating func readKeys(
        in path: String, ofAccount place: Int, isStrict: Bool
    ) throws -> [AccountKey] {
        let account = book.accounts[place]
        reader.watch(path)
        let guarded = GuardedKeyFile(path, home: account.home, files: reader.files)
        guard let bytes = try guarded.bytes(limit: Self.sizeLimit) else {
            reader.remark(["\(path): leads out of the home of \(account.name) and was left out."])
            throw KeysElsewhere()
        }
        reader.cover(Coverage(read: ["authorized_keys"]))
        let parsed = AuthorizedKeysFile.parse(bytes, file: path)
        reader.remark(parsed.problems)
        guard !parsed.content.isEmpty else { return [] }
        let isSafe = try !isStrict || KeyFileSafety(book: book, account: place, files: reader.files).accepts(path)
        return parsed.content.map { AccountKey(key: $0, file: path, isEffective: isSafe) }
    }
}

/// A key file that leads out of its home: sshd may follow it, but to read it for its user would hand out what it leads to.
private struct KeysElsewhere: Error {}

/// Where a pattern of `AuthorizedKeysFile` leads for an account.
struct KeyFilePath {
    let path: String

    /// Puts the account in for `%h`, `%u` and `%U`; nil when another token stands there or the account has no home.
    init?(_ pattern: String, of account: Account) {
        var bytes: [UInt8] = []
        var rest = Array(pattern.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "%"): bytes.append(byte)
            case UInt8(ascii: "h"): bytes += account.home.utf8
            case UInt8(ascii: "u"): bytes += account.name.utf8
            case UInt8(ascii: "U"): bytes += String(account.uid).utf8
            default: return nil
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if bytes.first == UInt8(ascii: "/") {
            path = text
        } else {
            guard account.home.utf8.first == UInt8(ascii: "/") else { return nil }
            path = account.home == "/" ? "/" + text : account.home + "/" + text
        }
    }
}
