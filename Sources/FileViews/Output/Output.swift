import C1Z
import WireForm

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Nobody reads the output any more.
package struct ReaderLeft: Error {}

/// Bytes on their way to a descriptor, written in large pieces.
package final class Output {
    /// What waits to be written; append here, then call ``settle()``.
    var text = JSONText()
    /// Where it goes.
    var descriptor: Int32

    private let name: String
    private static let pieceSize = 64 << 10

    /// Output to `descriptor`, which errors call `name`.
    package init(to descriptor: Int32, named name: String) {
        self.descriptor = descriptor
        self.name = name
        text.bytes.reserveCapacity(Self.pieceSize * 2)
    }

    /// Writes what waits when it is worth a write.
    @inline(__always)
    package func settle() throws {
        if text.bytes.count >= Self.pieceSize { try flush() }
    }

    /// Writes all that waits.
    ///
    /// - Throws: ``ReaderLeft`` when the other end of a pipe is closed.
    package func flush() throws {
        defer { text.bytes.removeAll(keepingCapacity: true) }
        try text.bytes.withUnsafeBytes { try write($0) }
    }

    /// Appends text.
    func print(_ content: String) {
        text.raw(content.utf8)
    }

    /// Appends bytes that are as they should be already.
    @inline(__always)
    package func raw(_ bytes: some Sequence<UInt8>) {
        text.raw(bytes)
    }

    /// Appends text that is as it should be already.
    @inline(__always)
    func raw(_ content: StaticString) {
        text.raw(content)
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = systemWrite(descriptor, rest)
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno == EAGAIN {
                waitUntilWritable(descriptor)
            } else if errno == EPIPE {
                throw ReaderLeft()
            } else if errno != EINTR {
                throw OutputError(name, errno)
            }
        }
    }
}

/// A place that can't be written to.
struct OutputError: Error, CustomStringConvertible {
    let description: String

    init(_ place: String, _ number: Int32) {
        switch number {
        case ENOSPC, EDQUOT: description = "\(place): no space left. Free some and run it again."
        case ENOENT where place.isEmpty: description = "file: its name is empty. Name a file."
        case ENOENT: description = "\(place): there is no such folder. Make it first, or name another file."
        case EACCES, EPERM:
            description = "\(place): permission denied. Change its permissions, or name another file."
        default: description = "\(place): \(String(cString: strerror(number)))"
        }
    }

    init(_ place: String, _ problem: String) {
        description = "\(place): \(problem)"
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
    Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
    Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
}

private func waitUntilWritable(_ descriptor: Int32) {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    _ = poll(&request, 1, -1)
}

/// Standard error.
enum StandardError {
    /// Writes text at once; when that fails there is nowhere left to say so.
    static func write(_ content: String) {
        let bytes = Array(content.utf8)
        bytes.withUnsafeBytes { _ = systemWrite(STDERR_FILENO, $0) }
    }
}
