/// How a file is written.
public struct C1ZWriterOptions: Sendable {
    /// Where the working copy goes; nil is beside the file.
    ///
    /// It needs room for the decoded file.
    public var temporaryFolder: String?
    /// Where limits and retention are looked up.
    public var environment: [String: String]
    /// What time it is.
    public var clock: @Sendable () -> StoredTime

    /// Options; by default beside the file, with the system's clock.
    public init(
        temporaryFolder: String? = nil, environment: [String: String] = [:],
        clock: @escaping @Sendable () -> StoredTime = { StoredTime.now() }
    ) {
        self.temporaryFolder = temporaryFolder
        self.environment = environment
        self.clock = clock
    }
}
