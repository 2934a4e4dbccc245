import CLinuxCalls

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Flags that open an entry as a place, without reading it.
enum PlaceFlags {
    /// The entry itself, even if it is a link.
    static let notFollowing = lantern_place_flags()
    /// What the entry leads to.
    static let following = lantern_place_flags() & ~O_NOFOLLOW
}

/// Walks a path step by step so that no link leads out of `root`.
///
/// Each step opens one name without following it. A relative link goes on from its directory, an absolute one from `root`,
/// and `..` stops at `root`, as the kernel would do inside a chroot.
struct RootWalk {
    let root: String

    /// Most links in one path, as in the kernel.
    private static let linkLimit = 40
    private static let stepLimit = 4096

    func open(_ path: String, following: Bool, flags: Int32) throws(InspectedRootError) -> OpenedFile {
        var trail = Trail(first: try openRoot(path))
        defer { trail.closeAll() }
        var steps = Self.steps(of: path)
        var name = "."
        var links = 0
        var taken = 0
        while let step = steps.popLast() {
            taken += 1
            guard taken <= Self.stepLimit else { throw .failed(path, errno: ENAMETOOLONG) }
            if step == ".." {
                trail.goUp()
                name = "."
                continue
            }
            let place = openat(trail.last, step, PlaceFlags.notFollowing)
            guard place >= 0 else { throw InspectedRootError(errno, path) }
            guard try isLink(place, path), following || !steps.isEmpty else {
                trail.goDown(to: place)
                name = step
                continue
            }
            close(place)
            links += 1
            guard links <= Self.linkLimit else { throw .failed(path, errno: ELOOP) }
            let target = try link(at: step, in: trail.last, for: path)
            if target.utf8.first == UInt8(ascii: "/") { trail.goToRoot() }
            steps += Self.steps(of: target)
            name = "."
        }
        return try trail.open(name, path: path, flags: flags)
    }

    private func openRoot(_ path: String) throws(InspectedRootError) -> Int32 {
        let opened = openat(AT_FDCWD, root, PlaceFlags.following)
        guard opened >= 0 else { throw InspectedRootError(errno, path) }
        return opened
    }

    private func isLink(_ place: Int32, _ path: String) throws(InspectedRootError) -> Bool {
        var status = stat()
        guard fstat(place, &status) == 0 else {
            let number = errno
            close(place)
            throw InspectedRootError(number, path)
        }
        return status.st_mode & S_IFMT == S_IFLNK
    }

    /// The names of a path, the next one last.
    private static func steps(of path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
            .filter { $0 != "." }.reversed()
    }
}

/// The directories from the root down to where a walk stands, all open.
private struct Trail {
    private var places: [Int32]

    init(first: Int32) { places = [first] }

    var last: Int32 { places[places.count - 1] }

    mutating func goDown(to place: Int32) { places.append(place) }

    mutating func goUp() {
        if places.count > 1 { close(places.removeLast()) }
    }

    mutating func goToRoot() {
        while places.count > 1 { close(places.removeLast()) }
    }

    /// Opens again, with other flags, where the walk stands.
    func open(_ name: String, path: String, flags: Int32) throws(InspectedRootError) -> OpenedFile {
        if flags == PlaceFlags.notFollowing {
            let copy = fcntl(last, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else { throw InspectedRootError(errno, path) }
            return OpenedFile(path, owning: copy)
        }
        // The name was seen not to be a link; if it has become one since, the open fails instead of leaving the root.
        let directory = name == "." ? last : places[places.count - 2]
        return try OpenedFile(path, in: directory, at: name, flags: flags | O_NOFOLLOW)
    }

    mutating func closeAll() {
        for place in places { close(place) }
        places = []
    }
}
