#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Where a program prints: its results and its complaints.
public struct StandardStreams: Sendable {
    /// Prints text for the next program in the pipe.
    public let output: @Sendable (String) -> Void
    /// Prints text for the person.
    public let error: @Sendable (String) -> Void

    /// Streams that hand their text to these functions.
    public init(output: @escaping @Sendable (String) -> Void, error: @escaping @Sendable (String) -> Void) {
        self.output = output
        self.error = error
    }

    /// The streams of this process.
    ///
    /// A reader that went away is not an error: the rest is dropped. When standard output can't be written for another reason,
    /// such as a full disk, that is told on standard error and the process ends with 2, as half an answer looks like a whole one.
    public static let process = StandardStreams(
        output: { write($0, to: STDOUT_FILENO, orElse: complain) }, error: writer(to: STDERR_FILENO))

    @Sendable private static func complain(_ number: Int32) {
        writer(to: STDERR_FILENO)("standard output: \(String(cString: strerror(number)))\n")
        exit(2)
    }

    /// A function that writes whole texts to an open file.
    ///
    /// - Parameter complain: called with the system's number of the error when a text is lost.
    public static func writer(
        to descriptor: Int32, orElse complain: @escaping @Sendable (Int32) -> Void = { _ in }
    ) -> @Sendable (String) -> Void {
        { write($0, to: descriptor, orElse: complain) }
    }

    private static func write(_ text: String, to descriptor: Int32, orElse complain: (Int32) -> Void) {
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let written = writeOnce(UnsafeRawBufferPointer(rebasing: rest), to: descriptor)
                if written >= 0 {
                    rest = rest.dropFirst(written)
                } else if errno == EAGAIN {
                    waitUntilWritable(descriptor)
                } else if errno != EINTR {
                    return errno == EPIPE ? () : complain(errno)
                }
            }
        }
    }

    private static func writeOnce(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    private static func waitUntilWritable(_ descriptor: Int32) {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, -1)
    }
}
