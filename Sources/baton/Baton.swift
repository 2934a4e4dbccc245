import CommandLineKit
import FileViews
import Logging
import ObjectStorage
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
        let program = BatonProgram(
            environment: environment, expansion: expansion(environment), elsewhere: buckets(environment)
        ).program
        exit(await program.run(arguments, environment: environment))
    }

    private static func buckets(_ environment: [String: String]) -> FilesElsewhere {
        let log = Logger(label: "baton") { _ in WarningLog() }
        return FilesElsewhere(matches: S3Address.matches) { name, isWritten in
            var remote = try RemoteFile(name, copyIn: nil, environment: environment, log: log)
            try await remote.fetch(toBeWritten: isWritten)
            let file = remote
            return FilesElsewhere.Copy(path: file.path) {
                try await file.store()
            } discard: {
                file.discard()
            }
        } store: { path, name in
            try await RemoteFile.upload(path, to: name, environment: environment, log: log)
        }
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
