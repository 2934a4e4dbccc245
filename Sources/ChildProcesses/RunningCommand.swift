#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A tool that was started, in a process group of its own.
package struct RunningCommand: ~Copyable {
    private let program: String
    private let process: pid_t
    private var output: Int32
    private var remarks: Int32
    private var input: Int32
    private var unwritten: ArraySlice<UInt8>
    private var status: Int32?
    /// Whether it is ended when nobody waits for it any more.
    package var endsWhenCancelled = true

    private static let remarkLimit = 4096

    /// Starts a tool.
    ///
    /// - Throws: ``CommandError`` when it can't be started.
    package init(
        _ program: String, at path: String, _ arguments: [String], environment: [String], input: [UInt8]? = nil
    ) throws {
        self.program = program
        unwritten = (input ?? [])[...]
        do {
            let started = try StartedProcess(
                at: path, [program] + arguments, environment: environment, input: input == nil ? .none : .pipe)
            process = started.process
            output = started.output
            remarks = started.errors
            self.input = started.input ?? -1
        } catch {
            throw CommandError.notStarted(program, errno: error.errno)
        }
    }

    deinit {
        if output >= 0 { close(output) }
        if remarks >= 0 { close(remarks) }
        if input >= 0 { close(input) }
        guard status == nil else { return }
        kill(-process, SIGKILL)
        var ignored: Int32 = 0
        while waitpid(process, &ignored, 0) < 0, errno == EINTR {}
    }

    /// Gives it its input, reads all it writes and waits for its end; whatever goes wrong, the tool is killed.
    package consuming func finish(within seconds: Int, outputLimit: Int) throws -> CommandOutput {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var result = CommandOutput(status: 0, output: [])
        while status == nil || output >= 0 || remarks >= 0 {
            try check(deadline, seconds)
            reap()
            var waiting = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: remarks, events: Int16(POLLIN), revents: 0),
                pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
            ]
            guard poll(&waiting, 3, patience) > 0 else {
                // What it wrote is read. A pipe that is still open is held by something it started, which may run for ever.
                if status != nil { break }
                continue
            }
            if waiting[0].revents != 0 { Self.take(&output, into: &result.output, limit: outputLimit + 1) }
            if waiting[1].revents != 0 { Self.take(&remarks, into: &result.remarks, limit: Self.remarkLimit) }
            if waiting[2].revents != 0 { give() }
            guard result.output.count <= outputLimit else { throw CommandError.tooMuchOutput(program) }
        }
        let ended = status ?? 0
        // The lower seven bits are the signal that ended it, the next eight its own status.
        result.status = ended & 0x7F == 0 ? (ended >> 8) & 0xFF : 128 + (ended & 0x7F)
        return result
    }

    /// How many milliseconds to wait for its pipes: without any, its end is near; after its end, all it wrote is there.
    private var patience: Int32 {
        if status != nil { return 0 }
        return output >= 0 || remarks >= 0 || input >= 0 ? 50 : 5
    }

    /// Learns of its end.
    private mutating func reap() {
        guard status == nil else { return }
        var ended: Int32 = 0
        guard waitpid(process, &ended, WNOHANG) == process else { return }
        status = ended
        // Nobody reads the rest.
        if input >= 0 { close(input) }
        input = -1
    }

    private func check(_ deadline: ContinuousClock.Instant, _ seconds: Int) throws {
        if endsWhenCancelled { try Task.checkCancellation() }
        guard ContinuousClock.now < deadline else { throw CommandError.timedOut(program, seconds: seconds) }
    }

    /// Writes what the pipe takes; the end of the input closes it, and so does a tool that reads no more of it.
    private mutating func give() {
        if let count = StartedProcess.write(unwritten, to: input) {
            unwritten = unwritten.dropFirst(count)
            guard unwritten.isEmpty else { return }
        }
        close(input)
        input = -1
    }

    /// Reads what is there; what exceeds the limit is dropped, and the end closes the pipe.
    private static func take(_ pipe: inout Int32, into bytes: inout [UInt8], limit: Int) {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let got = read(pipe, &chunk, chunk.count)
        if got > 0 {
            bytes += chunk[..<min(got, max(0, limit - bytes.count))]
        } else if got == 0 || (errno != EINTR && errno != EAGAIN) {
            close(pipe)
            pipe = -1
        }
    }
}
