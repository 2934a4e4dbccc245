/// How files are reached that aren't on this machine, such as `s3://bucket/sync.c1z`.
public struct FilesElsewhere: Sendable {
    /// Whether a name is that of such a file.
    let matches: @Sendable (String) -> Bool
    private let fetch: @Sendable (_ name: String, _ isWritten: Bool) async throws -> Copy
    /// Stores a file of this machine under such a name.
    let store: @Sendable (_ path: String, _ name: String) async throws -> Void

    /// A copy on this machine.
    public struct Copy: Sendable {
        let path: String
        let store: @Sendable () async throws -> Void
        let discard: @Sendable () -> Void

        /// A copy at `path`, which goes back with `store` or away with `discard`.
        public init(
            path: String, store: @escaping @Sendable () async throws -> Void, discard: @escaping @Sendable () -> Void
        ) {
            self.path = path
            self.store = store
            self.discard = discard
        }
    }

    /// Files that `fetch` copies to this machine, and `store` stores.
    public init(
        matches: @escaping @Sendable (String) -> Bool,
        fetch: @escaping @Sendable (_ name: String, _ isWritten: Bool) async throws -> Copy,
        store: @escaping @Sendable (_ path: String, _ name: String) async throws -> Void
    ) {
        self.matches = matches
        self.fetch = fetch
        self.store = store
    }

    /// Does something with a copy of a file, and stores it again when it was written.
    func work(on name: String, _ isWritten: Bool, _ body: (_ copy: String) throws -> Void) async throws {
        let copy = try await fetch(name, isWritten)
        do {
            try body(copy.path)
        } catch {
            copy.discard()
            throw error
        }
        if isWritten { try await copy.store() } else { copy.discard() }
    }
}
