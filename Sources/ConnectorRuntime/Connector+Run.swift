public import ConnectorKit
import FileViews

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ConnectorProgram {
    /// The program that ``ConnectorKit/Connector/run()`` starts: it syncs with the sync engine into a c1z file.
    public static var standard: ConnectorProgram {
        ConnectorProgram(
            version: "dev", sync: SyncJob.run,
            printResources: { try ResourceTable.print($0, environment: ProcessInfo.processInfo.environment) })
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
