import Glibc
import Testing

@testable import LinuxConnector

@Suite struct `an inspected root` {
    @Test func `reads a file below it`() throws {
        let root = try PreparedRoot(["/etc/passwd": "root:x:0:0::/:/bin/sh\n"])
        #expect(try root.files.read("/etc/passwd") == Array("root:x:0:0::/:/bin/sh\n".utf8))
        #expect(try root.files.read("etc//./passwd").count == 22)
        #expect(root.files.isForeign)
    }

    @Test(arguments: ["/inside", "inside", "../../../inside", "/../inside", "./../inside"])
    func `follows a link only inside itself`(target: String) throws {
        let root = try PreparedRoot(["/inside": "in", "/folder/x": ""])
        try root.link("/folder/link", to: target)
        if target == "inside" {
            #expect(throws: InspectedRootError.self) { try root.files.read("/folder/link") }
        } else {
            #expect(try root.files.read("/folder/link") == Array("in".utf8))
        }
    }

    @Test func `never leaves through a link to a folder`() throws {
        let root = try PreparedRoot()
        try root.link("/out", to: "/etc")
        #expect(throws: InspectedRootError.self) { try root.files.read("/out/passwd") }
        try root.write("/etc/passwd", "mine")
        #expect(try root.files.read("/out/passwd") == Array("mine".utf8))
    }

    @Test func `gives up on a circle of links`() throws {
        let root = try PreparedRoot()
        try root.link("/a", to: "b")
        try root.link("/b", to: "/a")
        let error = #expect(throws: InspectedRootError.self) { try root.files.read("/a") }
        guard case .failed(_, errno: ELOOP)? = error else { throw TestFailure("\(String(describing: error))") }
        #expect(try root.files.linkFacts("/a").isSymlink)
    }

    @Test func `says what is wrong with a file`() throws {
        let root = try PreparedRoot(["/big": "12345"])
        try root.makeFolder("/folder")
        #expect(mkfifo(root.path + "/pipe", 0o600) == 0)
        expect(root, "/none", "/none: there is no such file.")
        expect(root, "/big/none", "/big/none: there is no such file.")
        expect(root, "/big", "/big: is too large to be read.")
        expect(root, "/folder", "/folder: is not a regular file.")
        expect(root, "/pipe", "/pipe: is not a regular file.")
        expect(root, "/with\0zero", "/with\0zero: there is no such file.")
    }

    private func expect(_ root: PreparedRoot, _ path: String, _ text: String) {
        let error = #expect(throws: InspectedRootError.self) { try root.files.read(path, limit: 4) }
        #expect(error?.description == text)
    }

    @Test func `lists a folder and tells its entries apart`() throws {
        let root = try PreparedRoot(["/d/file": "abc", "/d/sub/x": ""])
        try root.link("/d/link", to: "file")
        #expect(try root.files.entries("/d").sorted() == ["file", "link", "sub"])
        #expect(try root.files.facts("/d/link").isRegular)
        #expect(try root.files.facts("/d/link").size == 3)
        #expect(try root.files.linkFacts("/d/link").isSymlink)
        #expect(try root.files.facts("/d").isDirectory)
        #expect(try root.files.facts("/").isDirectory)
        #expect(try root.files.facts("/d/..").isDirectory)
        #expect(try root.files.entries("/d/sub/..").count == 3)
    }

    @Test func `of this machine is the machine's own`() throws {
        let root = InspectedRoot("//")
        #expect(!root.isForeign)
        #expect(try root.read("/proc/stat").isEmpty == false)
        #expect(try root.facts("/etc/passwd").isRegular)
        #expect(try root.entries("/").contains("etc"))
    }
}
