import Foundation

/// What the tests take from the environment they run in.
enum Environment {
    /// Where programs are looked for.
    static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
}
