import CommandLineKit

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

/// The server, and what is done with its data on the command line.
@main
struct Lantern {
    static func main() async {
        let environment = ProcessInfo.processInfo.environment
        let program = LanternProgram(environment: environment).program
        exit(await program.run(Array(CommandLine.arguments.dropFirst()), environment: environment))
    }
}
