#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a spreadsheet is read from.
protocol ByteSource: AnyObject {
    /// How many bytes there are.
    var count: Int { get }

    /// Reads what is at `offset`, and gives how many bytes it is; 0 at the end.
    func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(SpreadsheetError) -> Int
}

extension ByteSource {
    /// The bytes from `offset` on, or fewer when there aren't that many.
    func bytes(at offset: Int, count: Int) throws(SpreadsheetError) -> [UInt8] {
        let wanted = max(0, min(count, self.count - offset))
        var bytes = [UInt8](repeating: 0, count: wanted)
        var filled = 0
        while filled < wanted {
            let read = try bytes.withUnsafeMutableBufferPointer { target throws(SpreadsheetError) in
                try self.read(
                    at: offset + filled,
                    into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: target[filled...])))
            }
            guard read > 0 else { break }
            filled += read
        }
        bytes.removeLast(wanted - filled)
        return bytes
    }
}

/// A file that is read piece by piece.
final class FileBytes: ByteSource {
    let count: Int
    private let descriptor: Int32

    init(_ path: String) throws(SpreadsheetError) {
        // Opening a pipe would otherwise wait for its other end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable() }
        var state = stat()
        guard fstat(descriptor, &state) == 0, state.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw SpreadsheetError("This is no ordinary file. Give a .csv or .xlsx file.")
        }
        self.descriptor = descriptor
        count = Int(state.st_size)
    }

    deinit {
        close(descriptor)
    }

    func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(SpreadsheetError) -> Int {
        let wanted = min(target.count, count - offset)
        guard wanted > 0 else { return 0 }
        var read = -1
        repeat { read = pread(descriptor, target.baseAddress, wanted, off_t(offset)) } while read < 0 && errno == EINTR
        guard read >= 0 else { throw Self.unreadable() }
        guard read > 0 else {
            throw SpreadsheetError("The file became shorter while it was read. Read it again when it is complete.")
        }
        return read
    }

    private static func unreadable() -> SpreadsheetError {
        SpreadsheetError("The file can't be read, \(String(cString: strerror(errno))). Check its path and permissions.")
    }
}

/// Bytes that are in memory already.
final class MemoryBytes: ByteSource {
    private let content: [UInt8]

    init(_ content: [UInt8]) {
        self.content = content
    }

    var count: Int { content.count }

    func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) -> Int {
        let wanted = min(target.count, content.count - offset)
        guard wanted > 0 else { return 0 }
        content.withUnsafeBytes {
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + wanted]))
        }
        return wanted
    }
}
