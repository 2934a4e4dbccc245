import AccessModel

/// Which sources a part of the picture rests on.
struct Coverage: Sendable, Equatable {
    /// Sources that were read.
    var read: [String] = []
    /// Sources that exist but could not be read.
    var unreadable: [String] = []
    /// References that lead to something not known here, such as a netgroup.
    var unresolved: [String] = []

    init(read: [String] = [], unreadable: [String] = [], unresolved: [String] = []) {
        self.read = read
        self.unreadable = unreadable
        self.unresolved = unresolved
    }

    /// Says that lines of a file were left out: an account may stand there that the system knows.
    init(leftOut lines: [LineProblem], of file: String) {
        if !lines.isEmpty { unresolved = ["left-out lines of \(file): \(lines.count)"] }
    }

    /// Everything that is missing from the picture.
    var missing: [String] { unreadable + unresolved }

    mutating func add(_ other: Coverage) {
        read = Self.union(read, other.read)
        unreadable = Self.union(unreadable, other.unreadable)
        unresolved = Self.union(unresolved, other.unresolved)
    }

    private static func union(_ first: [String], _ second: [String]) -> [String] {
        var seen: Set<ByteKey> = []
        return (first + second).filter { seen.insert(ByteKey($0)).inserted }
    }
}

/// The state of a file when it was read, to see whether it has changed since.
struct FileStamp: Sendable, Equatable {
    let path: String
    private let size: Int64?
    private let modified: Int64?
    private let inode: UInt64?

    init(_ path: String, in files: InspectedRoot) {
        self.path = path
        let facts = try? files.facts(path)
        size = facts?.size
        modified = facts?.modified
        inode = facts?.inode
    }

    /// Whether the file is as it was.
    func isCurrent(in files: InspectedRoot) -> Bool { self == FileStamp(path, in: files) }
}

/// Reads files and keeps account of what could be read.
struct SourceReader {
    let files: InspectedRoot
    private(set) var coverage = Coverage()
    private(set) var problems: [String] = []
    private(set) var stamps: [FileStamp] = []

    init(_ files: InspectedRoot) { self.files = files }

    /// The bytes at `path`; nil when there is no such file or it can't be read, which the coverage tells apart.
    ///
    /// - Parameter source: what the coverage calls it, when it is one of many files.
    mutating func bytes(_ path: String, of source: String? = nil) -> [UInt8]? {
        watch(path)
        do {
            let bytes = try files.read(path)
            coverage.add(Coverage(read: [source ?? path]))
            return bytes
        } catch {
            note(error, at: path)
            return nil
        }
    }

    /// The bytes at `path`, which has to be readable for anything to make sense.
    ///
    /// - Parameter isRequired: whether it is an error that there is no such file.
    mutating func bytesOrThrow(_ path: String, isRequired: Bool) throws -> [UInt8]? {
        watch(path)
        do {
            let bytes = try files.read(path)
            coverage.add(Coverage(read: [path]))
            return bytes
        } catch let error as InspectedRootError where error.isNotFound && !isRequired {
            return nil
        } catch let error as InspectedRootError {
            throw ServiceError(error.isPermissionDenied ? .permissionDenied : .failedPrecondition, error.description)
        }
    }

    /// The names in a directory in byte order; none when there is no such directory or it can't be read.
    mutating func names(in directory: String) -> [String] {
        watch(directory)
        do {
            return try files.entries(directory).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            note(error, at: directory)
            return []
        }
    }

    /// Remembers the state of a file that was looked at.
    mutating func watch(_ path: String) { stamps.append(FileStamp(path, in: files)) }

    /// Stops watching the files for which `isIrrelevant` holds.
    mutating func forget(_ isIrrelevant: (FileStamp) -> Bool) { stamps.removeAll(where: isIrrelevant) }

    /// Takes down lines that were left out.
    mutating func remark(_ remarks: [some CustomStringConvertible]) { problems += remarks.map(\.description) }

    /// Takes down something else about the coverage.
    mutating func cover(_ more: Coverage) { coverage.add(more) }

    /// Takes down why a path can't be read; that it doesn't exist is no problem.
    mutating func note(_ error: any Error, at path: String) {
        let error = error as? InspectedRootError
        guard error?.isNotFound != true else { return }
        coverage.add(Coverage(unreadable: [path]))
        if let error, !error.isPermissionDenied { problems.append(error.description) }
    }
}
