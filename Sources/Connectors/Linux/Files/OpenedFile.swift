import CLinuxCalls

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file descriptor that is closed when it goes out of scope.
struct OpenedFile: ~Copyable {
    let descriptor: Int32
    /// The path below the inspected root, for error texts.
    let path: String

    /// Opens `name`, which is relative to the directory `directory`.
    init(_ path: String, in directory: Int32, at name: String, flags: Int32) throws(InspectedRootError) {
        let opened = openat(directory, name, flags)
        guard opened >= 0 else { throw InspectedRootError(errno, path) }
        descriptor = opened
        self.path = path
    }

    /// Takes over an open descriptor.
    init(_ path: String, owning descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// What the file system says of it.
    func facts() throws(InspectedRootError) -> FileFacts {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw InspectedRootError(errno, path) }
        return FileFacts(status)
    }

    /// All its bytes.
    func bytes(limit: Int) throws(InspectedRootError) -> [UInt8] {
        let size = try facts().size
        guard size <= limit else { throw .tooLarge(path) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(clamping: size))
        var offset: Int64 = 0
        // Files of /proc say they are empty, so only the end of the data counts.
        while true {
            let chunk = try self.bytes(at: offset, count: 1 << 16)
            guard !chunk.isEmpty else { return bytes }
            guard bytes.count + chunk.count <= limit else { throw .tooLarge(path) }
            bytes += chunk
            offset += Int64(chunk.count)
        }
    }

    /// Up to `count` bytes from `offset`; fewer only at the end of the file.
    func bytes(at offset: Int64, count: Int) throws(InspectedRootError) -> [UInt8] {
        var problem: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let free = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let got = pread(descriptor, free.baseAddress, count - filled, off_t(offset) + off_t(filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { problem = errno }
                if got <= 0 { return }
                filled += got
            }
        }
        guard problem == 0 else { throw InspectedRootError(problem, path) }
        return bytes
    }

    /// When it was made, if the file system keeps that.
    func birthTime() -> Int64? {
        var seconds: Int64 = 0
        return lantern_birth_time(descriptor, &seconds) == 0 ? seconds : nil
    }

    /// Where it really is, links resolved, as the kernel knows it.
    func realPath() throws(InspectedRootError) -> String {
        try link(at: "/proc/self/fd/\(descriptor)", in: AT_FDCWD, for: path)
    }

    /// The extended attribute `name`, or nil when there is none.
    func attribute(_ name: String, limit: Int = 1 << 16) throws(InspectedRootError) -> [UInt8]? {
        var length = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            // A place can't be asked for its attributes directly, its name in /proc can.
            length = lantern_attribute("/proc/self/fd/\(descriptor)", name, buffer.baseAddress, limit)
            filled = max(length, 0)
        }
        if length >= 0 { return bytes }
        let number = errno
        guard lantern_is_no_attribute(number) != 0 else { throw InspectedRootError(number, path) }
        return nil
    }

    /// The names in this directory but for `.` and `..`.
    consuming func entries() throws(InspectedRootError) -> [String] {
        let path = path
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0, let directory = fdopendir(copy) else { throw InspectedRootError(errno, path) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

extension FileFacts {
    init(_ status: stat) {
        let kind = status.st_mode & S_IFMT
        isRegular = kind == S_IFREG
        isDirectory = kind == S_IFDIR
        isSymlink = kind == S_IFLNK
        mode = UInt32(status.st_mode) & 0o7777
        uid = status.st_uid
        gid = status.st_gid
        size = Int64(status.st_size)
        #if canImport(Darwin)
        let time = status.st_mtimespec
        #else
        let time = status.st_mtim
        #endif
        let (nanoseconds, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        modified = overflow ? .max : nanoseconds &+ Int64(time.tv_nsec)
        inode = UInt64(status.st_ino)
        device = UInt64(truncatingIfNeeded: status.st_dev)
    }
}

/// The target of the link `name` in `directory`.
func link(at name: String, in directory: Int32, for path: String) throws(InspectedRootError) -> String {
    var target = [CChar](repeating: 0, count: 4096)
    let length = readlinkat(directory, name, &target, target.count)
    guard length >= 0 else { throw InspectedRootError(errno, path) }
    return String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
