import SeededNumbers
import Testing

@testable import LinuxConnector

@Suite struct `every parser` {
    private static let parsers: [(name: String, seeds: [String], parse: @Sendable ([UInt8]) -> Void)] = [
        (
            "passwd", ["root:x:0:0:root:/root:/bin/bash\na:!$6$a$b:1:2:& b,c,d:/h:\n"],
            { bytes in
                for entry in PasswdFile.parse(bytes).content { _ = Comment(entry.comment, login: entry.name) }
            }
        ),
        ("shadow", ["a:$y$j9T$x$y:19000:0:99999:7:14:20000:\nb:!:::::::\n"], { _ = ShadowFile.parse($0) }),
        (
            "group", ["a:x:1:b,c\nd:$1$x:4294967294:\n"],
            {
                _ = GroupFile.parse($0); _ = GroupFile.parseShadow($0)
            }
        ),
        (
            "definitions", ["UID_MIN 1000\nUID_MAX 60000\n", "/bin/sh\n"],
            {
                _ = LoginDefinitions(parsing: $0)
                _ = LoginShells(parsing: $0)
            }
        ),
        ("subuid", ["a:100000:65536\n1000:4294967295:1\n"], { _ = SubordinateIDs.parse($0) }),
        ("sources", ["passwd: files [NOTFOUND=return] ldap\n"], { _ = NameSources(parsing: $0) }),
        (
            "addresses", ["a: b@c\nd:\n e@f\n"],
            {
                _ = MailAddresses.parseAddresses($0)
                _ = MailAddresses.parseAliases($0)
            }
        ),
        ("netgroup", ["g (h,u,d) (,,) (-,-)\n"], { _ = Netgroup.parse($0) }),
        ("wtmp", [String(repeating: "\u{7}\0\0\0abc", count: 200)], { _ = SessionRecords.newest(in: $0[...]) }),
        ("lastlog", ["\u{1}\u{2}\u{3}\u{4}"], { _ = LastLoginTable.time(in: $0) }),
        (
            "host", ["A=\"b\\\"c\"\nbtime 12\n10.0.0.1 a.b a # c\n0123456789abcdef0123456789abcdef\n"],
            {
                _ = OSRelease.parse($0)
                _ = HostFiles.machineID(in: $0)
                _ = HostFiles.bootTime(in: $0)
                _ = HostFiles.name(in: $0)
                _ = HostFiles.fullName(of: "a", in: $0)
            }
        ),
        (
            "keys",
            [
                "command=\"a\\\"b\",from=\"x\",expiry-time=\"20300101Z\" \(sampleKey) me\n",
                "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== x\n",
            ],
            { bytes in
                for key in AuthorizedKeysFile.parse(bytes, file: "f").content { _ = key.hasExpired(at: 1) }
            }
        ),
        (
            "sshd", ["Match User a,!b Address=1 all\nInclude /y*\nAllowUsers \"a b\" c@d\nPort=22\n"],
            { bytes in
                let read = DaemonConfigurationReader.read(
                    at: "/x", read: { $0 == "/x" ? bytes : nil }, expand: { [$0] })
                let policy = DaemonPolicy(
                    configuration: read ?? DaemonConfiguration(), defaults: DaemonSettings(printed: bytes))
                for settings in policy.variants(for: "a", groups: ["g"]) { _ = settings.admits("a", groups: ["g"]) }
            }
        ),
        (
            "access", ["+:a (b) @c EXCEPT d:LOCAL, tty1\n-:ALL:ALL\n"],
            { bytes in
                var table = AccessTable()
                _ = table.add(bytes, file: "f")
                _ = table.admits("a", groups: ["b"], from: .remote, plainNamesMayBeGroups: true)
            }
        ),
        (
            "pam", ["auth [a=1 b=2] pam_x.so y \\\n z\n@include q\naccount include r\n"],
            { bytes in
                _ = PAMStack(of: "x") { $0 == "/etc/pam.d/x" ? bytes : nil }
            }
        ),
        (
            "crontab", ["A=b\n1 2 3 4 5 u c d\n@daily u c\n"],
            {
                _ = Crontab.parse($0, hasUsers: true, file: "f")
                _ = Crontab.parse($0, hasUsers: false, file: "f")
            }
        ),
        (
            "units", ["[Unit]\nDescription=a \\\nb\n[Service]\nUser=x\nDynamicUser=yes\n"],
            { bytes in
                var unit = UnitFile()
                unit.add(bytes)
                _ = unit.hasDynamicUser
                _ = UnitFile.shown(bytes).compactMap(ServiceIdentity.init(shown:))
            }
        ),
        (
            "lists", ["\u{2}\0\0\0\u{1}\0\u{7}\0\0\0\0\0\u{2}\0\u{6}\0\u{1}\0\0\0"],
            { _ = AccessList(attribute: $0)?.lines }
        ),
    ]

    @Test(.timeLimit(.minutes(2)), arguments: parsers.map(\.name))
    func `survives broken input`(name: String) throws {
        let parser = try #require(Self.parsers.first { $0.name == name })
        var generator = SeededGenerator(seed: 42)
        for seed in parser.seeds {
            parser.parse([])
            parser.parse(Array(seed.utf8))
            var bytes = Array(seed.utf8)
            for round in 0..<2000 {
                if round % 20 == 0 { bytes = Array(seed.utf8) }
                Self.damage(&bytes, &generator)
                parser.parse(bytes)
            }
        }
    }

    private static let notable = Array(":\n\r\"\\#=,@!%$ \t*+-()[]".utf8) + [0, 0x7F, 0x80, 0xC3, 0xFF]

    private static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        let byte = notable.randomElement(using: &generator) ?? 0
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes.insert(byte, at: place)
        case 1: if place < bytes.count { bytes.remove(at: place) }
        case 2: if place < bytes.count { bytes[place] = byte }
        case 3: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
        case 4: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
        default: bytes.removeSubrange(place..<min(place + 8, bytes.count))
        }
        if bytes.count > 5000 { bytes.removeLast(bytes.count - 5000) }
    }
}
