import AccessModel
import CLinuxCalls
import CommandLineKit
public import ConnectorKit
import Logging
import SyncEngine

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The program `baton-<app>` around a connector.
public struct ConnectorProgram<C: Connector>: Sendable {
    let version: String
    let sync: SyncRunner
    let printResources: @Sendable (String) async throws -> Void

    /// A program that syncs with `sync` and shows a file's resources with `printResources`.
    public init(
        version: String, sync: @escaping SyncRunner,
        printResources: @escaping @Sendable (_ file: String) async throws -> Void
    ) {
        self.version = version
        self.sync = sync
        self.printResources = printResources
    }

    /// Runs what the command line of this process asks for, and ends the process.
    public func main() async -> Never {
        // What was read is freed by other threads than those that read it.
        lantern_share_heaps()
        let environment = ProcessInfo.processInfo.environment
        let workplace = Workplace.current(environment)
        do {
            try workplace.interruption.watch()
        } catch {
            workplace.streams.error("\(error)\n")
            exit(Int32(StatusCode(of: error).rawValue))
        }
        let arguments = Array(CommandLine.arguments.dropFirst())
        exit(await workplace.interruption.guarding { await run(arguments, environment, in: workplace) })
    }

    /// Runs what `arguments` (without the program's name) ask for and returns the exit status.
    func run(_ arguments: [String], _ environment: [String: String], in workplace: Workplace) async -> Int32 {
        let run = ProgramRun(program: self, environment: environment, workplace: workplace)
        do {
            return try await run.commandLine().run(arguments, environment: environment)
        } catch {
            workplace.streams.error("\(error)\n")
            return Self.exitStatus(error)
        }
    }

    /// The number of the error's gRPC code, as everywhere in the ecosystem; 128 and more after a signal.
    static func exitStatus(_ error: any Error) -> Int32 {
        (error as? Interrupted)?.exitStatus ?? Int32(StatusCode(of: error).rawValue)
    }
}
