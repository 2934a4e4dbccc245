import AccessModel
import BatonWire
import ConnectorKit
import Testing

@testable import LinuxConnector

@Suite struct `the files about the host` {
    @Test func `give its release without quotes`() {
        let values = OSRelease.parse(Array("# x\nID=debian\r\nA=\"a \\\"b\\\" c\"\nB='it'\nC=\nbroken\nD=\"open".utf8))
        #expect(values == ["ID": "debian", "A": "a \"b\" c", "B": "it", "C": "", "D": "open"])
    }

    @Test func `give its id when it has one`() {
        #expect(HostFiles.machineID(in: Array("0123456789abcdef0123456789abcdef".utf8)) != nil)
        for text in ["", "uninitialized\n", "0123456789ABCDEF0123456789ABCDEF\n", "0123456789abcdef0123456789abcde\n"] {
            #expect(HostFiles.machineID(in: Array(text.utf8)) == nil)
        }
    }

    @Test func `give its name and start`() {
        #expect(HostFiles.name(in: Array("# remark\n\n box \nother\n".utf8)) == "box")
        #expect(HostFiles.name(in: []) == nil)
        #expect(HostFiles.bootTime(in: Array("cpu 1 2\nbtime 1795485297\n".utf8)) == 1_795_485_297)
        #expect(HostFiles.bootTime(in: Array("btime x\n".utf8)) == nil)
        let hosts = Array("127.0.0.1 localhost # box\n::1 box box6.lan\n10.0.0.1 box.example.com box\n".utf8)
        #expect(HostFiles.fullName(of: "box", in: hosts) == "box6.lan")
        #expect(HostFiles.fullName(of: "none", in: hosts) == nil)
    }

    @Test func `give way to the name that was given`() async throws {
        let root = try sampleRoot()
        let walk = try await Walk(of: .over(root, ["host-name": .string("web1.corp.example")]))
        #expect(walk.resources.first?.displayName == "web1.corp.example")
        try root.write("/etc/machine-id", "\n")
        let unnamed = try await Walk(of: .over(root, ["host-name": .string("web1.corp.example")]))
        #expect(unnamed.ids("host") == ["web1"])
    }
}
