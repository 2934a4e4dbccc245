/// Reads a sudoers file and all it includes, in the order in which sudo reads them.
struct SudoersFiles {
    /// Where sudo stops: its limit is 128, but it only looks at it for every sixteenth level.
    static let deepestInclude = 144
    static let mostFiles = 10_000
    static let mostBytes = 128 << 20
    static let mostMembers = 1_000_000

    private let files: InspectedRoot
    private let shortHostName: String
    private let mainPath: String
    private var filesLeft = mostFiles
    private var bytesLeft = mostBytes
    private var membersLeft: Int
    private(set) var entries: [SudoersEntry] = []
    private(set) var problems: [SudoProblem] = []

    init(in files: InspectedRoot, path: String, shortHostName: String, atMost members: Int = mostMembers) {
        self.files = files
        membersLeft = members
        mainPath = path
        self.shortHostName = shortHostName
    }

    /// Reads everything; false when there is no such file.
    mutating func read() throws -> Bool {
        let bytes: [UInt8]
        do {
            bytes = try files.read(mainPath)
        } catch InspectedRootError.notFound {
            return false
        } catch InspectedRootError.tooLarge {
            throw SudoersLimitExceeded(path: mainPath, limit: "64 MiB of text")
        } catch is InspectedRootError {
            throw SudoersError.unreadable(path: mainPath)
        }
        let start = SudoersPlace(file: mainPath, line: 1, column: 1)
        if isSafe(mainPath, for: start) { try add(bytes, of: mainPath, depth: 0) }
        return true
    }

    private mutating func add(_ bytes: [UInt8], of path: String, depth: Int) throws {
        filesLeft -= 1
        bytesLeft -= bytes.count
        guard filesLeft >= 0 else { throw SudoersLimitExceeded(path: path, limit: "\(Self.mostFiles) files") }
        guard bytesLeft >= 0 else { throw SudoersLimitExceeded(path: path, limit: "\(Self.mostBytes) bytes") }
        var parser = SudoersParser(bytes, file: path, atMost: membersLeft)
        parser.parse()
        membersLeft = parser.membersLeft
        guard membersLeft > 0 else {
            throw SudoersLimitExceeded(path: path, limit: "can be read: too many elements in lists")
        }
        problems += parser.problems
        for entry in parser.entries {
            if case .include(let include) = entry {
                try follow(include, depth: depth + 1)
            } else {
                entries.append(entry)
            }
        }
    }

    private mutating func follow(_ include: SudoersInclude, depth: Int) throws {
        guard depth <= Self.deepestInclude else {
            return report("includes are nested more than \(Self.deepestInclude) deep", at: include.place)
        }
        guard let path = path(of: include) else { return report("the include has no path", at: include.place) }
        if include.isDirectory {
            try followDirectory(path, include.place, depth: depth)
        } else {
            try followFile(path, include.place, depth: depth)
        }
    }

    private mutating func followFile(_ path: String, _ place: SudoersPlace, depth: Int) throws {
        let bytes: [UInt8]
        do {
            bytes = try files.read(path)
        } catch InspectedRootError.permissionDenied {
            // sudo can read it: leaving it out would hide what it grants.
            throw SudoersError.unreadable(path: path)
        } catch InspectedRootError.tooLarge {
            throw SudoersLimitExceeded(path: path, limit: "64 MiB of text")
        } catch is InspectedRootError {
            return report("\(path) can't be read", at: place)
        }
        if isSafe(path, for: place) { try add(bytes, of: path, depth: depth) }
    }

    /// A folder that is missing is no mistake.
    private mutating func followDirectory(_ path: String, _ place: SudoersPlace, depth: Int) throws {
        let names: [String]
        do {
            guard try files.facts(path).isDirectory else { return report("\(path) is no folder", at: place) }
            guard isSafe(path, for: place) else { return }
            names = try files.entries(path)
        } catch InspectedRootError.notFound {
            return
        } catch InspectedRootError.permissionDenied {
            throw SudoersError.unreadable(path: path)
        } catch is InspectedRootError {
            return report("\(path) can't be read", at: place)
        }
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where Self.counts(name) {
            let file = path + "/" + name
            if try isRegular(file, name, place) {
                try followFile(file, SudoersPlace(file: file, line: 1, column: 1), depth: depth)
            }
        }
    }

    /// Links to nowhere are passed over, as sudo does; a name that is no UTF-8 can't be looked up.
    private mutating func isRegular(_ file: String, _ name: String, _ place: SudoersPlace) throws -> Bool {
        do {
            return try files.facts(file).isRegular
        } catch InspectedRootError.permissionDenied {
            throw SudoersError.unreadable(path: file)
        } catch InspectedRootError.notFound where !name.unicodeScalars.contains("\u{FFFD}") {
            return false
        } catch is InspectedRootError {
            report("\(file) can't be examined", at: place)
            return false
        }
    }

    /// Editors and package managers leave files with such names behind.
    private static func counts(_ name: String) -> Bool {
        !name.isEmpty && !name.utf8.contains(.init(ascii: ".")) && name.utf8.last != .init(ascii: "~")
    }

    /// The absolute path of an include: `%h` is the host, a relative path starts at the including file's folder.
    private func path(of include: SudoersInclude) -> String? {
        var path = include.path[...]
        if path.count > 1, path.first == .init(ascii: "\""), path.last == path.first {
            path = path.dropFirst().dropLast()
        }
        guard let first = path.first else { return nil }
        var result: [UInt8] = []
        if first != .init(ascii: "/"), let slash = include.place.file.utf8.lastIndex(of: .init(ascii: "/")) {
            result += include.place.file.utf8[...slash]
        }
        while let byte = path.popFirst() {
            if byte == .init(ascii: "%"), path.first == .init(ascii: "h") {
                path.removeFirst()
                result += Array(shortHostName.utf8)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// sudo refuses what others than root could have written; a copied root has lost its owners.
    private mutating func isSafe(_ path: String, for place: SudoersPlace) -> Bool {
        guard !files.isForeign else { return true }
        guard let facts = try? files.facts(path) else {
            report("\(path) can't be examined", at: place)
            return false
        }
        guard let fault = facts.fault else { return true }
        report("\(path) \(fault), so sudo refuses it. Give it to root with mode 0440", at: place)
        return false
    }

    private mutating func report(_ message: String, at place: SudoersPlace) {
        problems.append(
            SudoProblem(file: place.file, line: place.line, column: place.column, message: message + "."))
    }
}

extension FileFacts {
    /// Why sudo would not trust it.
    fileprivate var fault: String? {
        if uid != 0 { return "belongs to user \(uid)" }
        if mode & 0o002 != 0 { return "may be written by everybody" }
        if mode & 0o020 != 0, gid != 0 { return "may be written by group \(gid)" }
        return nil
    }
}
