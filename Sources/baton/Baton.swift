import CommandLineKit
import FileViews

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
        exit(await BatonProgram(environment: environment).program.run(arguments, environment: environment))
    }
}
