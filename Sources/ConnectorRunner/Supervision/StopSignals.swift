import Dispatch

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The signals that ask this process to stop.
enum StopSignals {
    /// Those that come from now on.
    ///
    /// A terminal that closes (SIGHUP) and Ctrl-\ count too: connectors have process groups of their own, so nobody else would
    /// tell them. Under `nohup` SIGHUP stays ignored.
    static func watch() -> AsyncStream<Int32> {
        AsyncStream { continuation in
            let sources = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].filter { !isHangUpIgnored($0) }.map { number in
                // The source only listens; left as it was, the signal would end the process all the same.
                _ = signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number)
                source.setEventHandler { continuation.yield(number) }
                source.resume()
                return Source(source)
            }
            continuation.onTermination = { _ in sources.forEach { $0.cancel() } }
        }
    }

    private static func isHangUpIgnored(_ number: Int32) -> Bool {
        guard number == SIGHUP else { return false }
        let former = signal(number, SIG_IGN)
        guard unsafeBitCast(former, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self) else { return true }
        _ = signal(number, former)
        return false
    }

    /// Cancels its source once.
    private struct Source: Sendable {
        let cancel: @Sendable () -> Void

        init(_ source: any DispatchSourceSignal) {
            nonisolated(unsafe) let source = source
            cancel = { source.cancel() }
        }
    }
}
