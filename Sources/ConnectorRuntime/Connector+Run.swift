public import ConnectorKit

extension ConnectorProgram {
    /// The program that ``ConnectorKit/Connector/run()`` starts: it syncs with the sync engine into a c1z file.
    public static var standard: ConnectorProgram {
        ConnectorProgram(version: "dev", sync: SyncJob.run, printResources: ResourceList.print)
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
