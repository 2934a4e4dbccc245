import CommandLineKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a program finds around itself; a test brings its own.
struct Workplace: Sendable {
    var streams: StandardStreams
    var terminal: Terminal
    /// Where the configuration file is looked for.
    var directory: String
    /// How many processors there are.
    var cores: Int
    var interruption = Interruption()

    /// That of this process.
    static func current(_ environment: [String: String]) -> Workplace {
        Workplace(
            streams: .process, terminal: .current(environment),
            directory: FileManager.default.currentDirectoryPath, cores: ProcessInfo.processInfo.activeProcessorCount)
    }
}
