import AccessModel
import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What happens on Ctrl-C and `kill`: the first time the work is cancelled and saved, the second time all ends at once.
final class Interruption: Sendable {
    private struct State {
        var signal: Int32?
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// The signal that came, if one did.
    var signal: Int32? { state.withLock { $0.signal } }

    /// Starts to watch for SIGINT and SIGTERM.
    func watch() throws {
        guard let ends = SignalPipe.ends else {
            throw ServiceError(.internal, "signals can't be watched: no pipe. Close some files and try again.")
        }
        Thread.detachNewThread { [self] in
            while let signal = SignalPipe.next(from: ends.reading) { take(signal) }
        }
        for number in [SIGINT, SIGTERM] { SignalPipe.catchSignal(number) }
    }

    /// Runs `work`, cancelling it when a signal comes.
    func guarding<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
        let task = Task { await work() }
        let hasCome = state.withLock { state in
            state.cancel = { task.cancel() }
            return state.signal != nil
        }
        if hasCome { task.cancel() }
        return await task.value
    }

    /// What cancelled work ends with: an error that knows the signal, if one came.
    ///
    /// - Parameter remark: how things stand then, for the person.
    func explaining(_ error: any Error, _ remark: String) -> any Error {
        guard let signal, StatusCode(of: error) == .cancelled else { return error }
        return Interrupted(signal: signal, remark: remark)
    }

    private func take(_ signal: Int32) {
        let cancel = state.withLock { state -> (@Sendable () -> Void)? in
            if state.signal != nil { _exit(128 + signal) }
            state.signal = signal
            return state.cancel
        }
        cancel?()
    }
}

/// The end of work that a signal asked for.
struct Interrupted: Error, CustomStringConvertible {
    let signal: Int32
    fileprivate let remark: String

    /// 128 and the signal's number, as shells have it.
    var exitStatus: Int32 { 128 + signal }

    var description: String { "interrupted: \(remark)" }
}

/// Carries signals out of the handler, in which next to nothing is allowed, to a thread that may do anything.
private enum SignalPipe {
    // The handler is a C function without context, so its pipe has to be a constant of the process.
    static let ends: (reading: Int32, writing: Int32)? = {
        var descriptors: [Int32] = [-1, -1]
        guard pipe(&descriptors) == 0 else { return nil }
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return (descriptors[0], descriptors[1])
    }()

    static func catchSignal(_ number: Int32) {
        _ = signal(number) { number in
            let saved = errno
            var byte = UInt8(truncatingIfNeeded: number)
            if let ends = SignalPipe.ends { _ = write(ends.writing, &byte, 1) }
            errno = saved
        }
    }

    static func next(from descriptor: Int32) -> Int32? {
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count == 1 { return Int32(byte) }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}
