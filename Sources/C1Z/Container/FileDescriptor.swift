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
    /// Whether it was opened without a name.
    let isUnnamed: Bool

    /// Opens an existing file for reading.
    ///
    /// A pipe is refused rather than waited for.
    init(reading path: String) throws(C1ZError) {
        var facts = stat()
        if stat(path, &facts) == 0 { try facts.requireFile(path) }
        let number = try Self.opened(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, "open")
        do throws(C1ZError) {
            guard fstat(number, &facts) == 0 else { throw C1ZError.system(path, "examine", errno) }
            try facts.requireFile(path)
        } catch {
            close(number)
            throw error
        }
        self.number = number
        self.path = path
        isUnnamed = false
    }

    /// Creates an empty file with the permissions the ecosystem's files have, replacing what is there.
    ///
    /// A link of that name is replaced too, not followed.
    init(creating path: String) throws(C1ZError) {
        unlink(path)
        try self.init(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, "create")
    }

    /// Creates a file that has no name yet; where the system can't do that, one named `path`.
    init(unnamedFor path: String) throws(C1ZError) {
        guard let number = UnnamedFile.open(in: Self.folder(of: path), permissions: 0o644) else {
            try self.init(creating: path)
            return
        }
        self.init(number, path, isUnnamed: true)
    }

    private init(_ number: Int32, _ path: String, isUnnamed: Bool) {
        self.number = number
        self.path = path
        self.isUnnamed = isUnnamed
    }

    /// Gives a file that has no name yet its path.
    func name() throws(C1ZError) {
        guard isUnnamed else { return }
        unlink(path)
        guard UnnamedFile.name(number, path) else { throw C1ZError.system(path, "create", errno) }
    }

    /// Gives a file that has no name yet this one, in one step; nothing may have it.
    func name(onlyIfFree path: String) throws(C1ZError) {
        guard UnnamedFile.name(number, path) else {
            throw errno == EEXIST ? C1ZError.isTaken(path) : C1ZError.system(path, "create", errno)
        }
    }

    /// The folder that a path leads to.
    static func folder(of path: String) -> String {
        let slash = path.lastIndex(of: "/")
        return slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    init(_ path: String, _ flags: Int32, _ action: String) throws(C1ZError) {
        number = try Self.opened(path, flags, action)
        self.path = path
        isUnnamed = false
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

    /// Fills `buffer` with the bytes from `offset` on; false when the file ends before.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(C1ZError) -> Bool {
        var filled = 0
        while filled < buffer.count, let start = buffer.baseAddress {
            let count = pread(number, start + filled, buffer.count - filled, off_t(offset) + off_t(filled))
            guard count != 0 else { return false }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw C1ZError.system(path, "read", errno)
            }
        }
        return true
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

    /// Replaces one byte.
    func overwrite(_ byte: UInt8, at offset: Int64) throws(C1ZError) {
        var byte = byte
        guard pwrite(number, &byte, 1, off_t(offset)) == 1 else { throw C1ZError.system(path, "write", errno) }
    }

    /// How long the file is, in bytes.
    func size() throws(C1ZError) -> Int64 {
        var facts = stat()
        guard fstat(number, &facts) == 0 else { throw C1ZError.system(path, "examine", errno) }
        return Int64(facts.st_size)
    }

    /// Waits until everything written is on the disk, where the file system knows how.
    func sync() throws(C1ZError) {
        guard fsync(number) == 0 || errno == EINVAL else { throw C1ZError.system(path, "sync", errno) }
    }
}

extension stat {
    /// Throws when this is no plain file: what is wrong with `path` then.
    func requireFile(_ path: String) throws(C1ZError) {
        switch st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw C1ZError.system(path, "open", EISDIR)
        default: throw C1ZError(.notAC1ZFile, path, "is a pipe, a socket or a device. Name a c1z file.")
        }
    }
}
