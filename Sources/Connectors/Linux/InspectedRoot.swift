#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What the file system says of one entry.
struct FileFacts: Sendable, Equatable {
    var isRegular: Bool
    var isDirectory: Bool
    var isSymlink: Bool
    /// Permission, set-id and sticky bits: the low twelve.
    var mode: UInt32
    var uid: UInt32
    var gid: UInt32
    var size: Int64
    /// Nanoseconds since 1970.
    var modified: Int64
    var inode: UInt64
    var device: UInt64
}

/// Why a file of the inspected root could not be used.
enum InspectedRootError: Error, Sendable {
    case notFound(String)
    case permissionDenied(String)
    case tooLarge(String)
    case notAFile(String)
    case failed(String, errno: Int32)
}

/// The files of the machine to inspect: those below `path`, and no others.
///
/// In a root other than `/` a link is followed inside that root, whatever it points to.
struct InspectedRoot: Sendable {
    /// Most bytes read of one file.
    static let limit = 64 << 20

    /// `/` or the folder that stands for it.
    let path: String

    /// Whether it is not this machine's own root.
    var isForeign: Bool { path != "/" }

    /// The root at `path`; an empty path is `/`.
    init(_ path: String) {
        var bytes = Array(path.utf8)
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        self.path = bytes.isEmpty ? "/" : String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes of the regular file at `path`, links followed.
    func read(_ path: String, limit: Int = InspectedRoot.limit) throws -> [UInt8] {
        try open(path).bytes(limit: limit)
    }

    /// The facts of what `path` leads to, links followed.
    func facts(_ path: String) throws -> FileFacts {
        try place(path, following: true).facts()
    }

    /// The facts of `path` itself, even if it is a link.
    func linkFacts(_ path: String) throws -> FileFacts {
        try place(path, following: false).facts()
    }

    /// The names in a directory but for `.` and `..`, in no order.
    func entries(_ directory: String) throws -> [String] {
        try descriptor(directory, flags: O_RDONLY | O_DIRECTORY | O_CLOEXEC).entries()
    }

    /// The regular file at `path`, opened for reading.
    ///
    /// - Throws: `notAFile` for a directory, device or pipe, which is never waited for.
    func open(_ path: String) throws -> OpenedFile {
        let file = try descriptor(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard try file.facts().isRegular else { throw InspectedRootError.notAFile(path) }
        return file
    }

    private func descriptor(_ path: String, flags: Int32) throws -> OpenedFile {
        guard !path.utf8.contains(0) else { throw InspectedRootError.notFound(path) }
        guard isForeign else { return try OpenedFile(path, in: AT_FDCWD, at: path.absolute, flags: flags) }
        return try RootWalk(root: self.path).open(path, following: true, flags: flags)
    }

    /// The entry at `path` without opening it for reading.
    func place(_ path: String, following: Bool) throws -> OpenedFile {
        guard !path.utf8.contains(0) else { throw InspectedRootError.notFound(path) }
        guard isForeign else {
            let flags = following ? PlaceFlags.following : PlaceFlags.notFollowing
            return try OpenedFile(path, in: AT_FDCWD, at: path.absolute, flags: flags)
        }
        return try RootWalk(root: self.path).open(path, following: following, flags: PlaceFlags.notFollowing)
    }
}

extension InspectedRootError: CustomStringConvertible {
    /// One line for a person.
    var description: String {
        switch self {
        case .notFound(let path): "\(path): there is no such file."
        case .permissionDenied(let path):
            "\(path): may not be read by this account. Run as root or with CAP_DAC_READ_SEARCH."
        case .tooLarge(let path): "\(path): is too large to be read."
        case .notAFile(let path): "\(path): is not a regular file."
        case .failed(let path, let number): "\(path): \(String(cString: strerror(number)).lowercased())."
        }
    }

    /// The error that the system's number stands for.
    init(_ number: Int32, _ path: String) {
        switch number {
        case ENOENT, ENOTDIR: self = .notFound(path)
        case EACCES, EPERM: self = .permissionDenied(path)
        default: self = .failed(path, errno: number)
        }
    }

    /// Whether more rights would help.
    var isPermissionDenied: Bool {
        if case .permissionDenied = self { true } else { false }
    }

    /// Whether there is nothing at the path.
    var isNotFound: Bool {
        if case .notFound = self { true } else { false }
    }
}

extension String {
    fileprivate var absolute: String { utf8.first == UInt8(ascii: "/") ? self : "/" + self }
}
