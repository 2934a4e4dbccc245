public import LanternCatalog

/// What is known of a file without reading it.
public struct StoredObject: Sendable, Equatable {
    /// The key of the object, or the path within the folder.
    public let key: String
    /// How many bytes it has.
    public let size: Int64
    /// When it was written, in seconds since 1970.
    public let modifiedAt: Int64?
    /// What tells this content from others.
    public let state: String
}

/// What files are fetched from.
///
/// Whatever it says of a key is literally about that key: no other one is taken for it (platform.md, trap T2).
public protocol ObjectStore: Sendable {
    /// What is known of a file; nil when there is none.
    func object(_ key: String) async throws -> StoredObject?

    /// Files whose keys begin with `prefix`, by key; and the place at which to go on, nil when this is all.
    func objects(prefix: String, after: String?, limit: Int) async throws -> (objects: [StoredObject], next: String?)

    /// Fetches a file into a new one of a data folder, and keeps it there; nil when there is none.
    func fetch(
        _ key: String, into folder: DataFolder, limit: Int64
    ) async throws -> (file: ReceivedFile, object: StoredObject)?

    /// Looks whether files could be fetched, step by step; ends with the first step that fails.
    func test() async -> [TestStep]
}

/// One thing that has to work before files can be fetched.
public struct TestStep: Sendable {
    /// What it is.
    public let name: String
    /// What was found.
    public let finding: String
    /// Whether it works.
    public let isGood: Bool
}

extension ObjectStore {
    /// Keys of files that can be imported, those most like `key` first (platform.md, trap T2).
    func keys(like key: String, limit: Int = 10) async throws -> [String] {
        let folder = key.lastIndex(of: "/").map { String(key[...$0]) } ?? ""
        var found: [StoredObject] = []
        for prefix in folder.isEmpty ? [""] : [folder, ""] where found.isEmpty {
            found = try await objects(prefix: prefix, after: nil, limit: 1000).objects.filter(\.isImportable)
        }
        let wanted = Set(key.lowercased().name.letterPairs)
        func likeness(_ other: String) -> Int { wanted.intersection(other.lowercased().name.letterPairs).count }
        return found.map { (key: $0.key, likeness: likeness($0.key)) }
            .sorted { ($1.likeness, $0.key) < ($0.likeness, $1.key) }.prefix(limit).map(\.key)
    }
}

extension StoredObject {
    /// Whether its name is one of a file that can be imported.
    public var isImportable: Bool {
        [".c1z", ".csv", ".tsv", ".xlsx"].contains { key.lowercased().hasSuffix($0) }
    }
}

extension String {
    /// What stands after the last slash.
    var name: String { String(self[(lastIndex(of: "/").map(index(after:)) ?? startIndex)...]) }

    fileprivate var letterPairs: [String] { zip(self, dropFirst()).map { "\($0)\($1)" } }
}
