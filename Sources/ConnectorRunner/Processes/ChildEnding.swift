#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How a process ended.
enum ChildEnding: Sendable, Equatable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)
    /// It did not even begin.
    case notStarted(errno: Int32)

    /// Reads what `waitpid` tells: the lower seven bits are the signal that ended it, the next eight its own status.
    init(status: Int32) {
        self = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
    }

    var isSuccess: Bool { self == .exited(0) }

    /// Whether the program can't do at all what it was asked for: 12 is gRPC's number for that.
    var isUnimplemented: Bool { self == .exited(12) }

    /// Whether this is how a program ends that was asked to by this signal.
    func follows(_ signal: Int32) -> Bool {
        self == .signalled(signal) || self == .exited(128 + signal)
    }

    var description: String {
        switch self {
        case .exited(let status): "ended with status \(status)"
        case .signalled(let signal): "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
        case .notStarted(let number): "could not be started, \(String(cString: strerror(number)))"
        }
    }
}
