import AccessModel
import Testing

@testable import LinuxConnector

@Suite struct `the passwd file` {
    @Test func `is read whatever its line breaks`() {
        let parsed = PasswdFile.parse(Array("a:x:1:2:c:/h:/bin/sh\r\n\n# remark\nb::3:4:::".utf8))
        #expect(parsed.problems.isEmpty)
        #expect(parsed.content.map(\.name) == ["a", "b"])
        #expect(parsed.content[0].shell == "/bin/sh")
        #expect(parsed.content[0].password == nil)
        #expect(parsed.content[1].password?.state == Password.State.none)
    }

    @Test(arguments: [
        ("a:x:1", "has 3 of 7 fields and was left out."),
        ("a:x:one:1:::", "has no numeric user and group id and was left out."),
        ("a:x:-1:1:::", "has no numeric user and group id and was left out."),
        ("a:x:4294967295:1:::", "has no numeric user and group id and was left out."),
        ("a:x:99999999999999999999:1:::", "has no numeric user and group id and was left out."),
        (":x:1:1:::", "has no name and was left out."),
        ("+::::::", "entries that start with + or - are not followed."),
    ])
    func `leaves out a broken line and says which`(line: String, message: String) {
        let parsed = PasswdFile.parse(Array("ok:x:1:1:::\n\(line)\n".utf8))
        #expect(parsed.content.map(\.name) == ["ok"])
        #expect(parsed.problems.map(\.description) == ["/etc/passwd:2: \(message)"])
    }

    @Test func `is read as the C library reads it`() {
        let parsed = PasswdFile.parse(Array(" lead:x: 0:+7\nshort:x:5:6:c\n\t+nis::::::\n".utf8))
        #expect(parsed.content.map(\.name) == ["lead", "short"])
        #expect(parsed.content.map(\.uid) == [0, 5])
        #expect(parsed.content.map(\.gid) == [7, 6])
        #expect(parsed.content[1].comment == "c" && parsed.content[1].home.isEmpty)
        #expect(parsed.problems.map(\.line) == [3])
        #expect(GroupFile.parse(Array("  wheel:x:50:a\n".utf8)).content.map(\.name) == ["wheel"])
    }

    @Test func `keeps names apart that are not text`() {
        let lines = [
            [UInt8(ascii: "x"), 0xFE], [UInt8(ascii: "x"), 0xFF], Array("é%".utf8), Array("%".utf8) + [0xC3],
        ]
        let parsed = PasswdFile.parse(lines.flatMap { $0 + Array(":x:0:0:::\n".utf8) })
        #expect(parsed.content.map(\.name) == ["x%FE", "x%FF", "é%", "%25%C3"])
        let shadow = ShadowFile.parse(lines.flatMap { $0 + Array(":*:::::::\n".utf8) })
        #expect(Set(shadow.content.keys.map(\.text)) == Set(parsed.content.map(\.name)))
    }

    @Test func `counts the first of two lines with one name`() {
        let parsed = PasswdFile.parse(Array("a:x:1:1:::\na:x:2:2:::\n".utf8))
        #expect(parsed.content.map(\.uid) == [1])
    }

    @Test func `may hold bytes that are not text`() {
        let parsed = PasswdFile.parse(Array("a:x:1:1:".utf8) + [0xFF, 0xC3] + Array(":/h:/bin/sh\n".utf8))
        #expect(parsed.content.first?.comment == "\u{FFFD}\u{FFFD}")
    }
}

@Suite struct `a password field` {
    @Test(
        arguments: [
            ("", "none", nil), ("*", "disabled", nil), ("!", "disabled", nil), ("!!", "disabled", nil),
            ("!*", "disabled", nil), ("x", "disabled", nil), ("*LK*", "disabled", nil), ("$", "disabled", nil),
            ("$y$j9T$s$h", "set", "yescrypt"), ("$6$s$h", "set", "sha512"), ("$5$s$h", "set", "sha256"),
            ("$2b$10$h", "set", "bcrypt"), ("$1$s$h", "set", "md5"), ("$9z$s$h", "set", "other"),
            ("abcdefghijklm", "set", "des"), ("_J9..rasmBYk8r9AiWNc", "set", "bsdi"),
            ("!$6$s$h", "locked", "sha512"), ("!!$y$s$h", "locked", "yescrypt"), ("!abcdefghijklm", "locked", "des"),
        ] as [(String, String, String?)])
    func `tells the state and never the hash`(field: String, state: String, scheme: String?) {
        let password = Password(field: Array(field.utf8)[...])
        #expect(password.state.rawValue == state)
        #expect(password.scheme == scheme)
        #expect(password.startsWithBang == field.hasPrefix("!"))
    }

    @Test(arguments: [
        ("", 0), ("!", 0), ("!!", 0), ("*", 0), ("$6$s$h", 0), ("!*", 1), ("!$6$s$h", 1), ("!!$6$s$h", 2),
    ])
    func `tells the locks that can be taken away`(field: String, locks: Int) {
        #expect(Password(field: Array(field.utf8)[...]).locks == locks)
    }
}

@Suite struct `the shadow file` {
    @Test func `keeps days and drops what is no day`() {
        let text = "a:$6$s$h:19000:0:90:7:14:20000:\nb:*:::::::\nc:*:x::-1::99999999999::\nbroken\n"
        let parsed = ShadowFile.parse(Array(text.utf8))
        #expect(
            parsed.content[ByteKey("a")]?.age
                == PasswordAge(lastChange: 19000, maximumDays: 90, inactiveDays: 14, expires: 20000))
        #expect(parsed.content[ByteKey("b")]?.age == PasswordAge())
        #expect(parsed.content[ByteKey("c")]?.age == PasswordAge())
        #expect(parsed.problems.map(\.line) == [4])
    }

    @Test(
        arguments: [
            (0, "1970-01-01"), (59, "1970-03-01"), (789, "1972-02-29"), (11016, "2000-02-29"), (19000, "2022-01-08"),
            (20781, "2026-11-24"), (-1, "1969-12-31"), (2_932_896, "9999-12-31"),
        ] as [(Int64, String)])
    func `counts days from 1970`(number: Int64, date: String) {
        #expect(Day(number).description == date)
    }

    @Test func `puts a moment into its day`() {
        #expect(Day(at: 86399).number == 0)
        #expect(Day(at: 86400).number == 1)
        #expect(Day(at: -1).number == -1)
        #expect(Day(at: .min).description.isEmpty == false)
    }
}

@Suite struct `the group files` {
    @Test func `merge lines of one name under the first number`() {
        let parsed = GroupFile.parse(Array("g:x:1:a,b\nh:x:1\ng:x:2:c, ,d\nbroken:x\ni:x:n:\n+:::\n".utf8))
        #expect(parsed.content.map(\.name) == ["g", "h"])
        #expect(parsed.content[0].gid == 1)
        #expect(parsed.content[0].members == ["a", "b", "c", "d"])
        #expect(parsed.problems.map(\.line) == [4, 5, 6])
    }

    @Test func `tell of administrators and passwords`() {
        let parsed = GroupFile.parseShadow(Array("g:$6$s$h:alice,bob:carol\nh:!::\nbroken\n".utf8))
        #expect(
            parsed.content[ByteKey("g")]
                == GroupShadowEntry(hasPassword: true, administrators: ["alice", "bob"], members: ["carol"]))
        #expect(parsed.content[ByteKey("h")]?.hasPassword == false)
        #expect(parsed.problems.map(\.line) == [3])
    }
}

@Suite struct `the smaller account files` {
    @Test func `set ranges and fall back to the usual ones`() {
        #expect(LoginDefinitions(parsing: Array("# UID_MIN 5\nUID_MIN\t500\nUID_MAX 600\n".utf8)).users == 500...600)
        #expect(LoginDefinitions(parsing: Array("UID_MIN 9\nUID_MAX 3\n".utf8)).users == 1000...60000)
        #expect(LoginDefinitions(parsing: Array("GID_MIN lots".utf8)).groups == 1000...60000)
    }

    @Test func `name the shells that let somebody in`() {
        let shells = LoginShells(parsing: Array("# none\n/bin/sh\r\n/bin/bash # good\n/usr/sbin/nologin\nzsh\n".utf8))
        #expect(shells.admit("/bin/sh") && shells.admit("/bin/bash") && shells.admit(""))
        #expect(!shells.admit("/usr/sbin/nologin") && !shells.admit("zsh") && !shells.admit("/bin/zsh"))
        #expect(LoginShells().admit("/bin/zsh") && !LoginShells().admit("/bin/false"))
    }

    @Test func `name ranges of ids`() {
        let parsed = SubordinateIDs.parse(Array("a:100000:65536\n1000:1:1\na:0:0\nx:1\nb:4294967294:9\n".utf8))
        #expect(parsed.content[ByteKey("a")] == ["100000-165535"])
        #expect(parsed.content[ByteKey("1000")] == ["1-1"])
        #expect(parsed.problems.map(\.line) == [3, 4, 5])
    }

    @Test func `name where accounts come from`() {
        let sources = NameSources(parsing: Array("passwd: files [NOTFOUND = return] ldap # x\ngroup:files\n".utf8))
        #expect(sources.passwd == ["files", "ldap"])
        #expect(sources.reachBeyondFiles)
        #expect(!NameSources(parsing: Array("passwd: files systemd\n".utf8)).reachBeyondFiles)
    }

    @Test func `name addresses`() {
        let aliases = MailAddresses.parseAliases(
            Array(
                "root: alice\nalice: alice@example.com\nbob: a@b.c, d@e.f\ncarol:\n  carol@example.com\nx: |prog@y\n"
                    .utf8))
        #expect(
            aliases.map { "\($0.key.text)=\($0.value)" }.sorted() == [
                "alice=alice@example.com", "carol=carol@example.com",
            ])
        #expect(MailAddresses.parseAddresses(Array("bob: bob@example.com\n".utf8))[ByteKey("bob")] == "bob@example.com")
    }

    @Test func `describe a person`() {
        let comment = Comment("& Doe,1,2,3,other,more", login: "jane")
        #expect(comment.fullName == "Jane Doe")
        #expect([comment.room, comment.workPhone, comment.homePhone] == ["1", "2", "3"])
        #expect(Comment("", login: "x").fullName.isEmpty)
    }
}

@Suite struct `the account book` {
    @Test func `gives a number that two groups share to the first of them`() {
        let passwd = PasswdFile.parse(Array("z:x:1:5:::\na:x:1:5:::\n".utf8)).content
        let groups = GroupFile.parse(Array("second:x:5:\nfirst:x:5:a,ghost,ghost\n".utf8)).content
        let book = AccountBook(
            accounts: passwd.map { Account($0, password: .unknown, age: nil, source: .files) },
            groups: groups.map { AccountGroup($0, shadow: nil, source: .files) })
        #expect(book.accounts.map(\.name) == ["a", "z"])
        #expect(book.groups.map(\.name) == ["first", "second"])
        #expect(book.group(numbered: 5) == 1)
        #expect(book.members[1].map(\.account) == [0, 1])
        #expect(book.members[0] == [.init(account: 0, isPrimary: false)])
        #expect(book.danglingMembers == [1, 0])
        #expect(book.groupNames(ofAccount: 0) == ["first", "second"])
        #expect(book.accounts(numbered: 1) == [0, 1])
    }
}

@Suite struct `the status of an account` {
    private func account(_ shadow: String, shell: String = "/bin/sh", uid: Int = 1000) throws -> Account {
        let entry = try #require(PasswdFile.parse(Array("a:x:\(uid):1::/h:\(shell)".utf8)).content.first)
        let secret = try #require(ShadowFile.parse(Array("a:\(shadow)".utf8)).content[ByteKey("a")])
        return Account(entry, password: secret.password, age: secret.age, source: .files)
    }

    @Test(
        arguments: [
            ("$6$s$h:1:0:99999:7:::", "/bin/sh", 1000, nil),
            ("$6$s$h:1:0:99999:7::100:", "/bin/sh", 1000, "account expired 1970-04-11"),
            ("$6$s$h:1:0:99999:7::101:", "/bin/sh", 1000, nil),
            ("$6$s$h:50:0:30:7:19::", "/bin/sh", 1000, "password expired"),
            ("$6$s$h:50:0:30:7:20::", "/bin/sh", 1000, nil),
            ("$6$s$h:50:0:30:7:::", "/bin/sh", 1000, nil),
            ("$6$s$h:1::::::", "/usr/sbin/nologin", 1000, "no login shell"),
            ("*:1::::::", "/bin/sh", 1000, "no usable credential"),
            ("!$6$s$h:1::::::", "/bin/sh", 1000, "no usable credential"),
            ("*:1::::::", "/bin/sh", 0, nil),
            (":1::::::", "/bin/sh", 1000, nil),
        ] as [(String, String, Int, String?)])
    func `names the first reason`(shadow: String, shell: String, uid: Int, reason: String?) throws {
        let status = AccountStatus(
            of: try account(shadow, shell: shell, uid: uid), shells: LoginShells(), keys: .none, today: Day(100))
        #expect(status.reason == reason)
        #expect(status.isEnabled == (reason == nil))
    }

    @Test func `counts a key as a way in`() throws {
        let locked = try account("*:1::::::")
        #expect(AccountStatus(of: locked, shells: LoginShells(), keys: .some, today: Day(1)).isEnabled)
        #expect(AccountStatus(of: locked, shells: LoginShells(), keys: .unknown, today: Day(1)).isEnabled)
    }
}
