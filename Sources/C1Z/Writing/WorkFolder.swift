#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The folder that holds the working copy of a file while it is being written.
///
/// It stays behind when a process is killed, and the next one that writes the same file goes on from it. A lock on the folder
/// keeps two processes from writing one file; the system releases it however the owner ends.
final class WorkFolder {
    let path: String
    private let file: String
    private var lock: Int32 = -1
    /// The lock beside the file when the folder is elsewhere: whoever writes the file must meet it.
    private var lockBeside: WorkFolder?

    /// Where the database is.
    var database: String { hidden.map { "/dev/fd/\($0)" } ?? path + "/db" }
    /// The database while it has no name.
    private var hidden: Int32?
    private var unfinishedDatabase: String { path + "/db.new" }
    private var origin: String { path + "/origin" }

    /// Takes the folder of `file`, in `folder` or beside the file.
    ///
    /// - Throws: ``C1ZError`` when another process has it, or the place can't be written.
    init(for file: String, in folder: String?) throws(C1ZError) {
        self.file = file
        path = try Self.path(for: file, in: folder)
        if folder != nil { lockBeside = try WorkFolder(for: file, in: nil) }
        do {
            try acquire()
        } catch {
            lockBeside?.release()
            throw error
        }
    }

    /// Takes a folder beside `file` that no other process will find.
    init(forOnceBeside file: String) throws(C1ZError) {
        self.file = file
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        path = "\(FileDescriptor.folder(of: file))/.baton-\(random).work"
        try acquire()
    }

    deinit {
        // A working copy that stays elsewhere is found without it.
        lockBeside?.release()
        if lock >= 0 { close(lock) }
        if let hidden { close(hidden) }
    }

    /// Takes the names of the open database and of the folder away, so that nothing is left however the process ends.
    ///
    /// Only where an open file can be read without its name.
    func hide() {
        let descriptor = open(database, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        guard access("/dev/fd/\(descriptor)", R_OK) == 0 else {
            close(descriptor)
            return
        }
        remove()
        hidden = descriptor
    }

    private static func path(for file: String, in folder: String?) throws(C1ZError) -> String {
        let slash = file.lastIndex(of: "/")
        let name = slash.map { file[file.index(after: $0)...] } ?? file[...]
        guard let folder else { return (slash.map { file[...$0] } ?? "") + ".\(name).work" }
        // Two files of one name in different folders must not share a working copy.
        let parent = FileDescriptor.folder(of: file)
        guard let real = realpath(parent, nil) else { throw C1ZError.system(file, "open its folder", errno) }
        defer { free(real) }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in String(cString: real).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "\(folder)/.\(name).\(String(hash, radix: 16)).work"
    }

    private func acquire() throws(C1ZError) {
        for _ in 0..<100 {
            let isMade = mkdir(path, 0o700) == 0
            guard isMade || errno == EEXIST else {
                throw C1ZError.system(file, "make a working copy", errno)
            }
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else {
                let number = errno
                if isMade { rmdir(path) }
                switch number {
                case ENOENT: continue
                case ENOTDIR, ELOOP:
                    throw C1ZError(.failed, path, "is in the place of the working copy. Remove it and run it again.")
                default: throw C1ZError.system(path, "open the working copy", number)
                }
            }
            do {
                guard try isHeld(descriptor) else {
                    close(descriptor)
                    continue
                }
            } catch {
                close(descriptor)
                throw error
            }
            lock = descriptor
            return
        }
        throw isInUse
    }

    /// Locks the folder; false when the owner before removed it between our open and our lock.
    private func isHeld(_ descriptor: Int32) throws(C1ZError) -> Bool {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw isInUse }
        var ours = stat()
        var present = stat()
        guard fstat(descriptor, &ours) == 0, stat(path, &present) == 0, ours.st_ino == present.st_ino else {
            return false
        }
        // In a folder that all may write to, somebody else could have prepared a database for us.
        guard ours.st_uid == geteuid() else {
            throw C1ZError(.failed, path, "the working copy belongs to another user. Remove it and run it again.")
        }
        return true
    }

    private var isInUse: C1ZError {
        C1ZError(.busy, file, "another process is writing it. Wait until that ends, or name another --file.")
    }

    /// Whether the folder holds a working copy made from the file as it is now.
    func holdsWork(on origin: String) -> Bool {
        guard access(database, F_OK) == 0, let stored = Self.content(of: self.origin) else { return false }
        return stored == origin
    }

    /// Starts a new working copy: `fill` writes the database, which counts only when it is complete.
    func start(from origin: String, _ fill: (String) throws -> Void) throws {
        removeFiles()
        try fill(unfinishedDatabase)
        let record = try FileDescriptor(creating: self.origin)
        try Array(origin.utf8).withUnsafeBytes { try record.write($0) }
        guard rename(unfinishedDatabase, database) == 0 else {
            throw C1ZError.system(file, "make a working copy", errno)
        }
    }

    /// Removes the folder and all that is in it.
    func remove() {
        removeFiles()
        release()
    }

    /// Removes the folder if nothing is in it.
    private func release() {
        lockBeside?.release()
        // Once only: the next folder of that name is another process's.
        lockBeside = nil
        rmdir(path)
    }

    private func removeFiles() {
        for name in [database, database + "-journal", database + "-wal", database + "-shm", unfinishedDatabase, origin]
        { unlink(name) }
    }

    private static func content(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}

/// What tells one state of a file from another: size, time of change and inode; `none` when there is no file.
func fileState(of path: String) throws(C1ZError) -> String {
    var facts = stat()
    guard stat(path, &facts) == 0 else {
        if errno == ENOENT { return "none" }
        throw C1ZError.system(path, "open", errno)
    }
    try facts.requireFile(path)
    #if canImport(Darwin)
    let time = facts.st_mtimespec
    #else
    let time = facts.st_mtim
    #endif
    return "\(facts.st_size) \(time.tv_sec).\(time.tv_nsec) \(facts.st_ino)"
}
