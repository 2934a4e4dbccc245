/// A key file that its user controls, so it may be a trap.
struct GuardedKeyFile {
    private let path: String
    private let home: String
    private let files: InspectedRoot

    init(_ path: String, home: String, files: InspectedRoot) {
        self.path = path
        self.home = home
        self.files = files
    }

    /// Its bytes; nil when it is in the home but a link leads out of it.
    func bytes(limit: Int) throws -> [UInt8]? {
        guard let file = try opened() else { return nil }
        return try file.bytes(limit: limit)
    }

    /// The file, opened for reading; nil when it is in the home but a link leads out of it.
    ///
    /// Where the file really is gets asked of the open file, so nobody can change it in between.
    func opened() throws -> OpenedFile? {
        let file = try files.open(path)
        guard try leadsThroughHome() else { return file }
        let realHome = try files.place(home, following: true).realPath()
        let isBelow = try realHome == "/" || file.realPath().utf8.starts(with: (realHome + "/").utf8)
        guard isBelow else { return nil }
        return file
    }

    /// Whether its user has the path in hand.
    ///
    /// Folders are compared and not names, because one folder has many.
    private func leadsThroughHome() throws -> Bool {
        let home: FileFacts
        do {
            home = try files.facts(self.home)
        } catch let error as InspectedRootError where error.isNotFound {
            return false
        }
        return try path.folders.contains { try files.facts($0).isSameEntry(as: home) }
    }
}

/// Whether sshd trusts a key file: nobody but root and its user may be able to change it or a folder on the way to it.
struct KeyFileSafety {
    let book: AccountBook
    let account: Int
    let files: InspectedRoot

    func accepts(_ path: String) throws -> Bool {
        guard try isSafe(files.facts(path)) else { return false }
        // From the file up to the home, or up to the root for a file elsewhere: where they really are, as sshd does.
        let home = try? files.facts(book.accounts[account].home)
        for folder in try files.realPath(of: path).folders {
            let facts = try files.facts(folder)
            guard isSafe(facts) else { return false }
            if let home, facts.isSameEntry(as: home) { return true }
        }
        return true
    }

    private func isSafe(_ facts: FileFacts) -> Bool {
        let user = book.accounts[account]
        guard facts.uid == 0 || facts.uid == user.uid, facts.mode & 0o002 == 0 else { return false }
        return facts.mode & 0o020 == 0 || isPrivateGroup(facts.gid)
    }

    /// Debian's sshd lets a group write whose only member is the user.
    private func isPrivateGroup(_ gid: UInt32) -> Bool {
        guard let group = book.group(numbered: gid) else { return false }
        return book.members[group].map(\.account) == [account]
    }
}

extension InspectedRoot {
    /// Where a file really is, as seen from this root.
    fileprivate func realPath(of path: String) throws -> String {
        let real = try place(path, following: true).realPath()
        guard isForeign else { return real }
        let root = try place("/", following: true).realPath()
        return String(decoding: real.utf8.dropFirst(root == "/" ? 0 : root.utf8.count), as: UTF8.self)
    }
}

extension FileFacts {
    /// Whether both are of one entry, whatever the names it was found by.
    func isSameEntry(as other: FileFacts) -> Bool { inode == other.inode && device == other.device }
}

extension String {
    /// The folders on the way to this absolute path, the nearest first and `/` last.
    fileprivate var folders: [String] {
        var folders: [String] = []
        var path = self[...]
        while let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), path != "/" {
            path = slash == path.startIndex ? "/" : path[..<slash]
            folders.append(String(path))
        }
        return folders
    }
}
