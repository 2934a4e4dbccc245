import CLinuxCalls
import Dispatch

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Signals to this process, told to code that may do anything.
public enum ProcessSignals {
    /// Tells `take` of each of these signals that comes from now on, in place of what it would do, on a thread of its own.
    ///
    /// SIGHUP stays ignored where it is: that is what `nohup` is for. To be called once in a process.
    ///
    /// - Throws: ``SignalsUnwatched`` when the process may open no more files.
    public static func watch(
        _ signals: [Int32], _ take: @escaping @Sendable (Int32) -> Void
    ) throws(SignalsUnwatched) {
        guard let ends else { throw SignalsUnwatched() }
        // Not a task: a signal has to be heard also when all threads of the pool are at work.
        DispatchQueue(label: "signals").async {
            while let signal = next(from: ends.reading) { take(signal) }
        }
        for number in signals where number != SIGHUP || lantern_ignores(number) == 0 { pass(number) }
    }

    // The handler is a C function without context, so its pipe has to be a constant of the process.
    private static let ends: (reading: Int32, writing: Int32)? = {
        var ends: [Int32] = [-1, -1]
        return lantern_pipe(&ends) == 0 ? (ends[0], ends[1]) : nil
    }()

    /// Lets a signal travel through the pipe: in a handler next to nothing is allowed.
    private static func pass(_ number: Int32) {
        _ = signal(number) { number in
            let saved = errno
            var byte = UInt8(truncatingIfNeeded: number)
            if let ends = ProcessSignals.ends { _ = write(ends.writing, &byte, 1) }
            errno = saved
        }
    }

    private static func next(from descriptor: Int32) -> Int32? {
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count == 1 { return Int32(byte) }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}

/// Signals can't be watched.
public struct SignalsUnwatched: Error, CustomStringConvertible {
    /// What is wrong, and what to do.
    public var description: String { "signals can't be watched: no pipe. Close some files and try again." }
}
