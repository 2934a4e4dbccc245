/// How a file is written.
public struct C1ZWriterOptions: Sendable {
    /// Where the working copy goes; nil is beside the file.
    ///
    /// It needs room for the decoded file.
    public var temporaryFolder: String?
    /// Where limits and retention are looked up.
    public var environment: [String: String]
    /// How the file stores its records; nil keeps what is there, and begins with SQLite.
    ///
    /// A file that is stored in Pebble stays so; one in SQLite can become one in Pebble.
    public var engine: StorageEngine?
    /// What time it is.
    public var clock: @Sendable () -> StoredTime

    /// Options; by default beside the file, with the system's clock.
    public init(
        temporaryFolder: String? = nil, environment: [String: String] = [:], engine: StorageEngine? = nil,
        clock: @escaping @Sendable () -> StoredTime = { StoredTime.now() }
    ) {
        self.temporaryFolder = temporaryFolder
        self.environment = environment
        self.engine = engine
        self.clock = clock
    }
}
