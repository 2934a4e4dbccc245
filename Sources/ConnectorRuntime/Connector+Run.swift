import AccessModel
public import ConnectorKit

extension ConnectorProgram {
    /// The program that ``ConnectorKit/Connector/run()`` starts.
    ///
    /// This is the one place where programs meet the sync engine and the c1z file.
    public static var standard: ConnectorProgram {
        ConnectorProgram(
            version: "dev",
            sync: { _, _, _, _ in throw ServiceError(.unimplemented, "syncing is not available in this version") },
            printResources: { _ in throw ServiceError(.unimplemented, "listing is not available in this version") })
    }
}

extension Connector {
    /// Runs this connector as a program: reads flags, environment and configuration file, and ends the process.
    ///
    /// All that `main` has to do is to call it.
    public static func run() async -> Never {
        await ConnectorProgram<Self>.standard.main()
    }
}
