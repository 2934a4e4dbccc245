import AccessModel
import BatonWire
import ConnectorKit
import Testing

@testable import LinuxConnector

@Suite struct `a crontab` {
    @Test func `names jobs and who they run as`() {
        let text = """
            # m h dom mon dow user command
            SHELL=/bin/sh
            MAILTO = "root"
            17 *\t* * *\troot\tcd / && run=1 run-parts
            @reboot backup /opt/backup --password=x
            broken
            * * * * *

            """
        let parsed = Crontab.parse(Array(text.utf8), hasUsers: true, file: "crontab")
        #expect(parsed.content.map(\.user) == ["root", "backup"])
        #expect(parsed.content.map(\.schedule) == ["17 * * * *", "@reboot"])
        #expect(parsed.content.map(\.program) == ["cd", "/opt/backup"])
        #expect(parsed.content.map(\.number) == [1, 2])
        #expect(parsed.problems.map(\.line) == [6, 7])
        let own = Crontab.parse(Array("@daily x\n1 2 3 4 5 y z".utf8), hasUsers: false, file: "")
        #expect(own.content.map(\.command) == ["x", "y z"])
        #expect(own.content.allSatisfy { $0.user == nil })
    }

    @Test(arguments: [("a-b_1", true), ("a.dpkg-old", false), ("a~", false), ("", false), ("é", false)])
    func `is read by cron only under a plain name`(name: String, isRead: Bool) {
        #expect(Crontab.admits(name) == isRead)
    }
}

@Suite struct `a unit of systemd` {
    @Test func `says in its last line who it runs as`() {
        var unit = UnitFile()
        unit.add(Array("[Unit]\nDescription=A \\\n thing\n[Service]\nUser=a\n; no\nUser = b\n[Install]\nUser=c\n".utf8))
        #expect(unit.user == "b")
        #expect(unit.values["Description"] == "A  thing")
        unit.add(Array("[Service]\r\nUser=\r\nGroup=g\r\nDynamicUser=True\r\n".utf8))
        #expect(unit.user == nil && unit.group == "g" && unit.hasDynamicUser)
    }

    @Test func `is not continued by a comment`() {
        var unit = UnitFile()
        unit.add(Array("[Service]\n# c \\\nUser=a\n; d \\\nGroup=g\n".utf8))
        #expect(unit.user == "a" && unit.group == "g")
    }

    @Test func `takes drop-ins of its prefixes and of all services, and may be masked by an empty file`() throws {
        let units = "/etc/systemd/system"
        let root = try PreparedRoot([
            "\(units)/dash-a-b.service": "[Service]\nUser=one\n",
            "\(units)/dash-.service.d/1.conf": "[Service]\nUser=two\n",
            "\(units)/dash-a-.service.d/2.conf": "[Service]\nGroup=three\n",
            "\(units)/plain.service": "[Service]\nExecStart=/x\n",
            "\(units)/service.d/1.conf": "[Service]\nGroup=all\n",
            "\(units)/masked.service": "",
        ])
        var folders = UnitFolders(SourceReader(root.files))
        let found = folders.units()
        #expect(found.map(\.name) == ["dash-a-b.service", "plain.service"])
        #expect(found.map(\.unit.user) == ["two", nil])
        #expect(found.map(\.unit.group) == ["three", "all"])
    }

    @Test func `is shown by systemctl in blocks`() {
        let blocks = UnitFile.shown(Array("\nId=a\nUser=x=y\n\n\nId=b\nnonsense\n".utf8))
        #expect(blocks == [["Id": "a", "User": "x=y"], ["Id": "b"]])
    }
}

@Suite struct `the services of a machine` {
    private func machine() throws -> PreparedRoot {
        let root = try sampleRoot()
        try root.write("/etc/crontab", "* * * * * alice x\n* * * * * 1001 y\n* * * * * ghost z\n")
        try root.write("/etc/cron.d/job", "@daily root x\n")
        try root.write("/etc/cron.d/job.old", "@daily root x\n")
        try root.write("/var/spool/cron/crontabs/bob", "@hourly x\n")
        try root.write("/usr/lib/systemd/system/web.service", "[Service]\nUser=daemon\n")
        try root.write("/usr/lib/systemd/system/web@.service", "[Service]\nUser=daemon\n")
        try root.write("/usr/lib/systemd/system/plain.service", "[Service]\nExecStart=/x\n")
        try root.write("/usr/lib/systemd/system/dynamic.service", "[Service]\nDynamicUser=yes\n")
        try root.write("/usr/lib/systemd/system/masked.service", "[Service]\nUser=daemon\n")
        try root.write("/etc/systemd/system/web.service.d/10.conf", "[Service]\nUser=carol\n")
        try root.write("/run/systemd/system/web.service.d/20.conf", "[Service]\nUser=alice\n")
        try root.write("/dev/null", "")
        try root.link("/etc/systemd/system/masked.service", to: "/dev/none")
        try root.link("/etc/systemd/system/alias.service", to: "/usr/lib/systemd/system/web.service")
        return root
    }

    @Test func `are read from their files`() async throws {
        let root = try machine()
        let walk = try await Walk(of: .over(root, ["sync-services": .bool(true)]), pageSize: 2)
        #expect(
            walk.ids("service") == [
                "cron/etc/cron.d/job#1", "cron/etc/crontab#1", "cron/etc/crontab#2", "cron/etc/crontab#3",
                "cron/var/spool/cron/crontabs/bob#1", "systemd/dynamic.service", "systemd/plain.service",
                "systemd/web.service",
            ])
        func runner(_ id: String) -> [String] { walk.holders("service:\(id):identity") }
        #expect(runner("cron/etc/crontab#1") == ["user/alice"])
        #expect(runner("cron/etc/crontab#2") == ["user/bob"])
        #expect(runner("cron/etc/crontab#3").isEmpty)
        #expect(runner("cron/var/spool/cron/crontabs/bob#1") == ["user/bob"])
        #expect(runner("systemd/web.service") == ["user/alice"])
        #expect(runner("systemd/plain.service") == ["user/root"])
        #expect(runner("systemd/dynamic.service").isEmpty)
        #expect(try walk.grant("service:systemd/web.service:identity", "user/alice").isImmutable)
        let web = try walk.resource("service", "systemd/web.service")
        #expect(try web.annotations.first(C1_Connector_V2_NonHumanIdentityTrait.self)?.nhiDetail == "linux.systemd")
        let type = try #require(LinuxConnector.over(root, ["sync-services": .bool(true)]).syncers.last).type
        #expect(type.annotations.contains(OptInRequired.self))
    }

    @Test func `are told by systemd where it runs`() {
        let shown = UnitFile.shown(
            Array(
                """
                Id=a.service
                User=
                DynamicUser=no
                FragmentPath=/x/a.service
                ActiveState=active

                Id=b.service
                User=bob
                FragmentPath=/x/b.service

                Id=gone.service
                FragmentPath=
                """.utf8))
        let found = shown.compactMap(ServiceIdentity.init(shown:))
        #expect(found.map(\.id) == ["systemd/a.service", "systemd/b.service"])
        #expect(found.map(\.user) == ["root", "bob"])
        #expect(found.first?.details["active_state"] == "active")
    }
}
