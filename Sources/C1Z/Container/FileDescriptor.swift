#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An open file, closed on every path.
struct FileDescriptor: ~Copyable {
    let number: Int32
    let path: String

    /// Opens an existing file for reading.
    init(reading path: String) throws(C1ZError) {
        let number = try Self.opened(path, O_RDONLY | O_CLOEXEC, "open")
        var facts = stat()
        if fstat(number, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR {
            close(number)
            throw C1ZError.system(path, "open", EISDIR)
        }
        self.number = number
        self.path = path
    }

    /// Creates an empty file with the permissions the ecosystem's files have, replacing what is there.
    init(creating path: String) throws(C1ZError) {
        try self.init(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, "create")
    }

    init(_ path: String, _ flags: Int32, _ action: String) throws(C1ZError) {
        number = try Self.opened(path, flags, action)
        self.path = path
    }

    private static func opened(_ path: String, _ flags: Int32, _ action: String) throws(C1ZError) -> Int32 {
        let number = open(path, flags, mode_t(0o644))
        guard number >= 0 else { throw C1ZError.system(path, action, errno) }
        return number
    }

    deinit {
        close(number)
    }

    /// Reads up to `buffer.count` bytes; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(C1ZError) -> Int {
        while true {
            #if canImport(Darwin)
            let count = Darwin.read(number, buffer.baseAddress, buffer.count)
            #else
            let count = Glibc.read(number, buffer.baseAddress, buffer.count)
            #endif
            if count >= 0 { return count }
            guard errno == EINTR else { throw C1ZError.system(path, "read", errno) }
        }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(C1ZError) {
        var rest = bytes
        while !rest.isEmpty {
            #if canImport(Darwin)
            let count = Darwin.write(number, rest.baseAddress, rest.count)
            #else
            let count = Glibc.write(number, rest.baseAddress, rest.count)
            #endif
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno != EINTR {
                throw C1ZError.system(path, "write", errno)
            }
        }
    }

    /// How long the file is, in bytes.
    func size() throws(C1ZError) -> Int64 {
        var facts = stat()
        guard fstat(number, &facts) == 0 else { throw C1ZError.system(path, "examine", errno) }
        return Int64(facts.st_size)
    }

    /// Waits until everything written is on the disk.
    func sync() throws(C1ZError) {
        guard fsync(number) == 0 else { throw C1ZError.system(path, "sync", errno) }
    }
}
