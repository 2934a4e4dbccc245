import AccessModel
import BatonWire
import ChildProcesses
import ConnectorKit
import Glibc
import Testing

@testable import LinuxConnector

private let hasACL = access("/usr/bin/setfacl", X_OK) == 0 && access("/usr/bin/getfacl", X_OK) == 0
private let isRoot = getuid() == 0

@Suite struct `an access list` {
    @Test func `is read from its attribute`() throws {
        let entries: [(UInt8, UInt8, UInt32)] = [
            (0x01, 7, .max), (0x02, 6, 1000), (0x04, 5, .max), (0x08, 7, 100), (0x10, 4, .max), (0x20, 1, .max),
        ]
        var bytes: [UInt8] = [2, 0, 0, 0]
        for (tag, permissions, id) in entries {
            bytes += [tag, 0, permissions, 0]
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: id >> (8 * UInt32($0))) }
        }
        let list = try #require(AccessList(attribute: bytes))
        #expect(list.lines == ["user::rwx", "user:1000:rw-", "group::r-x", "group:100:rwx", "mask::r--", "other::--x"])
        #expect(list.effective([.read, .write]) == .read)
        #expect(AccessList(attribute: Array(bytes.dropLast())) == nil)
        #expect(AccessList(attribute: [3] + bytes.dropFirst()) == nil)
        #expect(AccessList(attribute: [2, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]) == nil)
        #expect(AccessList(attribute: []) == nil)
    }

    @Test func `is that of the mode when there is no other`() {
        #expect(AccessList(mode: 0o4751).lines == ["user::rwx", "group::r-x", "other::--x"])
    }

    @Test(
        .enabled(if: hasACL, "needs setfacl and getfacl"),
        arguments: [
            "u:1:rw", "u:1:rwx,g:2:r,m::r", "g:2:rwx,g:3:x,u:3:-,o::w", "u::r,g::-,o::-",
        ])
    func `agrees with getfacl`(entries: String) async throws {
        let root = try PreparedRoot(["/file": ""])
        let set = try await SystemCommands().run("setfacl", ["-m", entries, root.path + "/file"])
        #expect(set.status == 0)
        let printed = try await lines(of: "getfacl", "-np", root.path + "/file")
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }.map { String($0.prefix { $0 != "\t" }) }
        var walk = PathWalk(SourceReader(root.files), depth: 0, skipsInherited: true)
        try walk.add("/file")
        #expect(walk.paths.first?.access.lines == printed)
    }
}

@Suite struct `rights on a path` {
    private func book() -> AccountBook {
        let passwd = "root:x:0:0:::\nann:x:1:1:::\nben:x:2:2:::\ncat:x:3:3:::\nbenny:x:2:2:::\n"
        let group = "root:x:0:\na:x:1:\nb:x:2:\nc:x:3:\nteam:x:9:ann,ben,root\n"
        return AccountBook(
            accounts: PasswdFile.parse(Array(passwd.utf8)).content.map {
                Account($0, password: .unknown, age: nil, source: .files)
            },
            groups: GroupFile.parse(Array(group.utf8)).content.map { AccountGroup($0, shadow: nil, source: .files) })
    }

    private func rights(_ mode: UInt32, uid: UInt32, gid: UInt32, _ edit: (inout AccessList) -> Void = { _ in })
        -> [String]
    {
        var access = AccessList(mode: mode)
        edit(&access)
        let facts = FileFacts(
            isRegular: true, isDirectory: false, isSymlink: false, mode: mode, uid: uid, gid: gid, size: 0, modified: 0,
            inode: 0, device: 0)
        let book = book()
        let found = PathRights(
            on: InspectedPath(path: "/x", facts: facts, access: access, inherited: nil, isReachableByOthers: true),
            book: book)
        return found.rights.map { right in
            switch right.principal {
            case .user(let place): "\(right.slug) user \(book.accounts[place].name)"
            case .group(let place): "\(right.slug) group \(book.groups[place].name)"
            }
        }.sorted()
    }

    @Test func `go to the owner under all names, and to the group`() {
        #expect(
            rights(0o640, uid: 2, gid: 9) == [
                "own user ben", "own user benny", "read group team", "read user ben", "read user benny",
                "write user ben",
                "write user benny",
            ])
        #expect(rights(0o777, uid: 0, gid: 9) == ["execute group team", "read group team", "write group team"])
    }

    @Test func `stop at the mask`() {
        let found = rights(0o600, uid: 0, gid: 0) {
            $0.users[1] = [.read, .write]
            $0.groups[9] = [.read, .execute]
            $0.mask = [.read]
        }
        #expect(found == ["read group team", "read user ann"])
    }

    @Test func `go to single members when one of them has less`() {
        // ben owns the file and may not read it, although his group may.
        #expect(
            rights(0o070, uid: 2, gid: 9) == [
                "execute user ann", "own user ben", "own user benny", "read user ann", "write user ann",
            ])
        let named = rights(0o060, uid: 0, gid: 9) {
            $0.users[1] = [.write]
            $0.mask = [.read, .write]
        }
        #expect(named == ["read user ben", "write group team", "write user ann"])
    }

    @Test func `of ids without a name are counted`() throws {
        let facts = FileFacts(
            isRegular: true, isDirectory: false, isSymlink: false, mode: 0o660, uid: 77, gid: 78, size: 0, modified: 0,
            inode: 0, device: 0)
        let path = InspectedPath(
            path: "/x", facts: facts, access: AccessList(mode: 0o660), inherited: nil, isReachableByOthers: true)
        let found = PathRights(on: path, book: book())
        #expect(found.rights.isEmpty)
        #expect(found.unknownPrincipals == 2)
    }
}

@Suite struct `a walk over paths` {
    private func paths(_ root: PreparedRoot, depth: Int, skips: Bool = false, limit: Int = 100) throws -> [String] {
        var walk = PathWalk(SourceReader(root.files), depth: depth, skipsInherited: skips, limit: limit)
        try walk.add("/d")
        return walk.paths.map(\.path)
    }

    private func tree() throws -> PreparedRoot {
        let root = try PreparedRoot(["/d/a/x": "", "/d/a-b": "", "/d/b/c/y": "", "/other/z": ""])
        try root.link("/d/link", to: "/other")
        return root
    }

    @Test func `goes as deep as asked and follows no link`() throws {
        let root = try tree()
        #expect(try paths(root, depth: 0) == ["/d"])
        #expect(try paths(root, depth: 1) == ["/d", "/d/a", "/d/a-b", "/d/b"])
        #expect(try paths(root, depth: 9) == ["/d", "/d/a", "/d/a-b", "/d/a/x", "/d/b", "/d/b/c", "/d/b/c/y"])
    }

    @Test func `leaves out what has the rights of its folder`() throws {
        let root = try tree()
        chmod(root.path + "/d/b/c", 0o700)
        #expect(try paths(root, depth: 9, skips: true) == ["/d", "/d/a-b", "/d/a/x", "/d/b/c", "/d/b/c/y"])
    }

    @Test func `stops when there is too much`() throws {
        #expect(try paths(try tree(), depth: 9, limit: 3).count == 3)
    }

    @Test func `fails when a path that was asked for is not there`() async throws {
        let root = try sampleRoot()
        let connector = try LinuxConnector.over(root, ["acl-paths": .strings(["/srv/none"])])
        let error = await #expect(throws: ServiceError.self) { try await connector.validate() }
        #expect(error?.description == "acl-paths: /srv/none: there is no such file.")
    }

    @Test(.enabled(if: isRoot, "needs root to give files away")) func `is listed with its grants`() async throws {
        let root = try sampleRoot()
        chown(root.path + "/srv/data", 1000, 998)
        chmod(root.path + "/srv/data", 0o750)
        chmod(root.path + "/srv", 0o700)
        let values: [String: GivenValue] = ["acl-paths": .strings(["srv/data/", "/srv"]), "acl-max-depth": .int(1)]
        let walk = try await Walk(of: .over(root, values), pageSize: 1)
        #expect(walk.ids("path") == ["/srv", "/srv/data", "/srv/data/file"])
        #expect(walk.holders("path:/srv/data:own") == ["user/alice"])
        #expect(walk.holders("path:/srv/data:read") == ["group/docker", "user/alice"])
        #expect(try walk.grant("path:/srv/data:read", "group/docker").expansion() == ["group:docker:member"])
        let data = try walk.resource("path", "/srv/data")
        #expect(data.text("mode") == "0750")
        #expect(data.text("owner") == "alice" && data.text("group") == "docker")
        #expect(data.flag("reachable_by_other") == false && data.flag("everyone") == false)
        let names = walk.entitlements.filter { $0.slug == "execute" }.map(\.displayName)
        #expect(names == ["/srv Traverse", "/srv/data Traverse", "/srv/data/file Execute"])
    }
}
