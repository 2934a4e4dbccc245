import AccessModel

/// A file or folder whose access is listed.
struct InspectedPath: Sendable {
    var path: String
    var facts: FileFacts
    var access: AccessList
    /// What new entries of a folder start with.
    var inherited: AccessList?
    /// Whether everybody may pass all folders above it.
    var isReachableByOthers: Bool
}

/// The paths that were asked for, in byte order.
struct PathTree: Sendable {
    var paths: [InspectedPath] = []
    var coverage = Coverage()

    /// The entry for `path`.
    func entry(_ path: String) -> InspectedPath? {
        let place = paths.firstPlace { !$0.path.utf8.lexicographicallyPrecedes(path.utf8) }
        return place < paths.count && paths[place].path.hasSameBytes(as: path) ? paths[place] : nil
    }
}

/// Walks folders and reads who may do what.
struct PathWalk {
    private(set) var reader: SourceReader
    private let depth: Int
    private let skipsInherited: Bool
    private var found: [ByteKey: InspectedPath] = [:]

    /// Most paths below one that was asked for.
    private let limit: Int

    init(_ reader: SourceReader, depth: Int, skipsInherited: Bool, limit: Int = 100_000) {
        self.reader = reader
        self.depth = depth
        self.skipsInherited = skipsInherited
        self.limit = limit
    }

    /// What was found, in byte order.
    var paths: [InspectedPath] { found.sorted { $0.key < $1.key }.map(\.value) }

    /// Adds `path` and what is below it.
    ///
    /// - Throws: `ServiceError` when it can't be read: an access list that is merely missing would look like one that was removed.
    mutating func add(_ path: String) throws {
        do {
            // Only the path itself may be a link; below it none is followed.
            let top = try entry(at: path, place: reader.files.place(path, following: true), under: nil)
            found[ByteKey(path)] = top
            try descend(from: top)
        } catch let error as InspectedRootError {
            let code: StatusCode = error.isPermissionDenied ? .permissionDenied : .failedPrecondition
            throw ServiceError(code, "acl-paths: \(error)")
        }
    }

    private mutating func descend(from top: InspectedPath) throws {
        var waiting = [(folder: top, level: 0)]
        var count = 1
        while let (folder, level) = waiting.popLast() {
            guard folder.facts.isDirectory, level < depth else { continue }
            guard let names = try names(in: folder.path) else { continue }
            for name in names {
                try Task.checkCancellation()
                let path = folder.path == "/" ? "/" + name : folder.path + "/" + name
                // A name that is not UTF-8 can't be asked for again, and one that is too long has no place in an id.
                guard !name.unicodeScalars.contains("\u{FFFD}"), path.utf8.count <= Resource.longestName else {
                    reader.remark(["\(path.prefix(200)): its name is too long or not UTF-8; it was left out."])
                    reader.cover(Coverage(unresolved: [folder.path]))
                    continue
                }
                guard let child = try child(path, of: folder), child.facts.device == top.facts.device else { continue }
                count += 1
                guard count <= limit else {
                    reader.remark(["\(top.path): holds more than \(limit) paths; the rest was left out."])
                    reader.cover(Coverage(unresolved: [top.path]))
                    return
                }
                if !(skipsInherited && child.hasSameAccess(as: folder)) { found[ByteKey(path)] = child }
                waiting.append((child, level + 1))
            }
        }
    }

    /// The names in a folder, or nil when it may not be listed or has gone.
    private mutating func names(in folder: String) throws -> [String]? {
        do {
            return try reader.files.entries(folder).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch let error as InspectedRootError where error.isNotFound {
            return nil
        } catch let error as InspectedRootError where error.isPermissionDenied {
            reader.note(error, at: folder)
            return nil
        }
    }

    private mutating func child(_ path: String, of folder: InspectedPath) throws -> InspectedPath? {
        do {
            let place = try reader.files.place(path, following: false)
            guard try !place.facts().isSymlink else { return nil }
            return try entry(at: path, place: place, under: folder)
        } catch let error as InspectedRootError where error.isNotFound {
            return nil
        } catch let error as InspectedRootError where error.isPermissionDenied {
            reader.note(error, at: path)
            return nil
        }
    }

    private func entry(at path: String, place: borrowing OpenedFile, under folder: InspectedPath?) throws
        -> InspectedPath
    {
        let facts = try place.facts()
        let access = try place.attribute("system.posix_acl_access").flatMap(AccessList.init(attribute:))
        let inherited = facts.isDirectory ? try place.attribute("system.posix_acl_default") : nil
        let isReachable =
            try folder.map { $0.isReachableByOthers && $0.access.other.contains(.execute) } ?? isOpen(above: path)
        return InspectedPath(
            path: path, facts: facts, access: access ?? AccessList(mode: facts.mode),
            inherited: inherited.flatMap(AccessList.init(attribute:)), isReachableByOthers: isReachable)
    }

    /// Whether everybody may pass the folders above a path.
    private func isOpen(above path: String) throws -> Bool {
        var current = path
        while let slash = current.utf8.lastIndex(of: UInt8(ascii: "/")), current != "/" {
            current = slash == current.startIndex ? "/" : String(current[..<slash])
            guard try reader.files.facts(current).mode & 0o001 != 0 else { return false }
        }
        return true
    }
}

extension InspectedPath {
    fileprivate func hasSameAccess(as folder: InspectedPath) -> Bool {
        facts.uid == folder.facts.uid && facts.gid == folder.facts.gid && facts.mode == folder.facts.mode
            && access == folder.access
    }
}

extension Array {
    /// The first place at which `holds` is true, in an array where it stays true from there on.
    func firstPlace(where holds: (Element) -> Bool) -> Int {
        var lower = 0
        var upper = count
        while lower < upper {
            let middle = lower + (upper - lower) / 2
            if holds(self[middle]) { upper = middle } else { lower = middle + 1 }
        }
        return lower
    }
}
