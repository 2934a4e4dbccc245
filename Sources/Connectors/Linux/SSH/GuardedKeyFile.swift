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
        if Self.path(path, isBelow: home) {
            let realHome = try files.place(home, following: true).realPath()
            guard Self.path(try file.realPath(), isBelow: realHome) else { return nil }
        }
        return file
    }

    private static func path(_ path: String, isBelow folder: String) -> Bool {
        folder == "/" || path.utf8.starts(with: (folder + "/").utf8)
    }
}

/// Whether sshd trusts a key file: nobody but root and its user may be able to change it or a folder on the way to it.
struct KeyFileSafety {
    let book: AccountBook
    let account: Int
    let files: InspectedRoot

    func accepts(_ path: String) throws -> Bool {
        let home = book.accounts[account].home
        var current = path
        guard try isSafe(files.facts(path)) else { return false }
        // From the file up to the home, or up to the root for a file elsewhere.
        while let slash = current.utf8.lastIndex(of: UInt8(ascii: "/")), current != "/" {
            current = slash == current.startIndex ? "/" : String(current[..<slash])
            guard try isSafe(files.facts(current)) else { return false }
            if current == home { return true }
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
