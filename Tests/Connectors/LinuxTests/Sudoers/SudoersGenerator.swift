/// Sound sudoers texts of every construct, the same for the same seed.
struct SudoersGenerator {
    private var dice: Dice
    private var text = ""
    private var names: [[String]] = [[], [], [], []]

    static func text(seed: UInt64) -> [UInt8] {
        var generator = SudoersGenerator(dice: Dice(seed: seed))
        for _ in 0...generator.dice.roll(12) { generator.line() }
        return Array(generator.text.utf8)
    }

    private init(dice: Dice) { self.dice = dice }

    private mutating func line() {
        switch dice.roll(10) {
        case 0: text += dice.pick(["", "  ", "# a comment", "#", "\t# ALL ALL=ALL \\ ", "#a:b"])
        case 1, 2: defaults()
        case 3, 4, 5: aliases()
        default: specification()
        }
        if !text.hasSuffix("#"), dice.once(in: 9), text.last != "\\" {
            text += dice.pick([" # end", " #end, of: line"])
        }
        text += "\n"
    }

    private mutating func blank() -> String {
        dice.pick(["", "", "", " ", " ", "\t", "  ", " \\\n ", "\\\n", " \\ \t\n\t"])
    }

    private mutating func someBlank() -> String {
        dice.pick([" ", " ", "\t", "  ", " \\\n", " \\\n    "])
    }

    private mutating func list(_ limit: Int, _ item: (inout Self) -> String) -> String {
        var result = item(&self)
        for _ in 0..<dice.roll(limit) { result += blank() + "," + blank() + item(&self) }
        return result
    }

    private mutating func negation() -> String {
        dice.pick(["", "", "", "", "!", "!!", "!!!", "! "])
    }

    private mutating func user() -> String {
        negation()
            + dice.pick([
                "alice", "bob", "ALL", "%wheel", "#1001", "%#10", "%:domain\\ admins", "%:#77", "+net", "FULL", "A_1",
                "\"joe doe\"", "\"%big group\"", "\"+ng x\"", "DOM\\\\eve", "a\\,b", "j\\=k", "user.name", "x-y_z",
                "\\x41lf", "f\\ g", "élan", "$x", "a@b", "Abc", "#-5", "\"q\\\"q\"", "é%", "web*", "~x", "`z`",
            ])
    }

    private mutating func host() -> String {
        negation()
            + dice.pick([
                "ALL", "web1", "web1.example.com", "*.example.com", "db[0-9]", "10.1.2.3", "10.0.0.0/8",
                "10.0.0.0/255.0.0.0", "fe80::1", "2001:db8::/32", "::1", "+hosts", "SERVERS", "H_2", "\"odd host\"",
                "10.0.0.256", "1.2.3", "64:ff9b::10.0.0.1", "10.0.0.1/33", "a\\:b", "fe80::1/ffff::", "1:2:3:4:5:6:7:8",
            ])
    }

    private mutating func command() -> String {
        let digest = dice.once(in: 12)
        let command =
            digest
            ? "sha224:0GomF8mNN3wlDt1HD9XldjJ3SNgpFdbjO1+NsQ=="
                + dice.pick([" ", ", sha224 : d7910e1967342b4605cb73a550944044c631d0b6c6b5a9c3f2f5b5e2 "])
                + negation() + dice.pick(["/bin/ls", "ALL", "/usr/bin/"])
            : negation()
                + dice.pick([
                    "ALL", "/bin/ls", "/bin/ls -l", "/usr/bin/", "/bin/cat \"\"", "sudoedit /etc/motd", "SHELLS", "C_9",
                    "/bin/ls\\,x a\\=b\\:c", "/bin/echo \\*x \\# \\\\ y", "/usr/bin/*", "/bin/[a-z]*", "list",
                    "/bin/x ^-[a-z]+ .*$", "^/bin/.*$", "/bin/a \"b c\" 'd'", "/opt/my\\ dir/run", "/bin/é ü",
                    "sudoedit",
                    "/bin/d --a=b c!d", "/bin/e (x) %y +z", "/bin/f   g\t h", "/bin/g \\\n   more \\\n args",
                    "^/usr/(s)?bin/z$ ^a\\$b$", "/bin/h \\!x \\^y", "/a/b(c)", "/bin/k >x @y",
                ])
        return command
    }

    private mutating func defaults() {
        let bindings: [(inout Self) -> String] = [
            { _ in "" }, { _ in "" }, { ":" + $0.boundUser() }, { ">" + $0.boundUser() },
            { "@" + $0.dice.pick(["web1", "ALL", "!db", "10.0.0.1", "H_2", "a,b"]) },
            { "!" + $0.dice.pick(["/bin/ls", "SHELLS", "/bin/a, /bin/b", "sudoedit", "ALL", "/usr/bin/"]) },
        ]
        let binding = dice.pick(bindings)
        text += dice.pick(["", "", " "]) + "Defaults" + binding(&self)
        text += dice.pick([" ", "\t", "   "])
        text += list(4) { generator in
            generator.dice.pick([
                "env_reset", "!env_reset", "requiretty", "!!lecture", "mail_badpass", "secure_path=\"/usr/bin:/bin\"",
                "env_keep += \"LANG LC_*\"", "env_keep-=DISPLAY", "env_check = \"A  B\"", "passwd_tries=3", "!syslog",
                "editor = /bin/vi\\,x", "badpass_message=\"a \\\"b\\\" c\\d\"", "timestamp_timeout=-1",
                "runas_default=www",
                "mailsub=a\\ b", "passprompt=\"x \\\n   y\"", "umask=0022", "!authenticate", "exempt_group=adm",
                "targetpw",
            ])
        }
    }

    private mutating func boundUser() -> String {
        dice.pick(["alice", "%wheel", "!bob", "#1001", "\"a b\"", "FULL", "a,b", "ALL , x"])
    }

    private mutating func aliases() {
        let kind = dice.roll(4)
        let words = [["User_Alias"], ["Runas_Alias"], ["Host_Alias"], ["Cmnd_Alias", "Cmd_Alias"]]
        text += dice.pick(["", "", "  "]) + dice.pick(words[kind]) + dice.pick([" ", "\t"])
        for index in 0...dice.roll(3) {
            if index > 0 { text += someBlank() + ":" + someBlank() }
            text += newName(kind) + blank() + "=" + blank()
            text += list(4) { generator in
                switch kind {
                case 2: generator.host()
                case 3: generator.command()
                default: generator.user()
                }
            }
        }
    }

    private mutating func newName(_ kind: Int) -> String {
        var name = dice.pick(["FULL", "A_1", "SERVERS", "H_2", "SHELLS", "C_9", "Z", "PASSWDS"])
        while names[kind].contains(name) { name += dice.pick(["0", "X", "_"]) }
        names[kind].append(name)
        return name
    }

    private mutating func specification() {
        text += list(3) { $0.user() } + someBlank()
        for index in 0...dice.roll(2) {
            if index > 0 { text += someBlank() + ":" + someBlank() }
            text += list(3) { $0.host() } + blank() + "=" + blank()
            text += list(4) { $0.commandRule() }
        }
    }

    private mutating func commandRule() -> String {
        var result = ""
        if dice.once(in: 3) { result += runAs() + blank() }
        if dice.once(in: 4) {
            for _ in 0...dice.roll(2) {
                result += dice.pick([
                    "TIMEOUT=2h ", "TIMEOUT = 1d3m ", "NOTBEFORE=20200101000000Z ", "NOTAFTER=2030020304Z ",
                    "CWD=/tmp ", "CWD=~ ", "CHROOT=* ", "ROLE=r TYPE=t ", "NOTAFTER=20301231235959+0130 ",
                    "TIMEOUT=90 ",
                    "NOTBEFORE=202013010000.5Z ",
                ])
            }
        }
        while dice.once(in: 3) {
            let tags = SudoersGenerator.tags
            result += dice.pick(["", "NO"]) + dice.pick(tags) + dice.pick([":", ":", " : ", ": \\\n "])
        }
        return result + command()
    }

    private mutating func runAs() -> String {
        switch dice.roll(6) {
        case 0: "()"
        case 1: "(:)"
        case 2: "( : " + list(2) { $0.dice.pick(["docker", "ALL", "!adm", "#27", "G_A"]) } + ")"
        case 3: "(" + list(3) { $0.user() } + ":" + dice.pick(["docker", "ALL", "adm,x"]) + " )"
        default: "(" + blank() + list(3) { $0.user() } + ")"
        }
    }

    private static let tags = [
        "PASSWD", "EXEC", "SETENV", "LOG_INPUT", "LOG_OUTPUT", "MAIL", "FOLLOW", "INTERCEPT",
    ]
}
