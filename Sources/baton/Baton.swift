import CommandLineKit
import FileViews
import Logging
import SyncEngine

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The program that shows what is in c1z files.
@main
struct Baton {
    static func main() async {
        let environment = ProcessInfo.processInfo.environment
        let arguments = Array(CommandLine.arguments.dropFirst())
        let program = BatonProgram(environment: environment, expansion: expansion(environment)).program
        exit(await program.run(arguments, environment: environment))
    }

    private static func expansion(_ environment: [String: String]) -> ExpansionSteps {
        ExpansionSteps { token, file in
            try SyncExpansion.preparedToken(token, of: file)
        } expand: { sync, writer in
            let log = Logger(label: "baton") { _ in WarningLog() }
            try SyncExpansion(of: sync, in: writer, environment: environment, log: log).run()
        }
    }
}
