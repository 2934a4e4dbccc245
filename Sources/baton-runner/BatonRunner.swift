import CommandLineKit
import ConnectorRunner

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

/// The program that runs several connectors from one file.
@main
struct BatonRunner {
    static func main() async {
        let environment = ProcessInfo.processInfo.environment
        let arguments = Array(CommandLine.arguments.dropFirst())
        exit(await RunnerProgram(environment: environment).program.run(arguments, environment: environment))
    }
}
