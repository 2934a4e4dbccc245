import Foundation
import Testing

@testable import LinuxConnector

/// sudo itself, with files of a test in the place of its own; nobody else sees them.
enum SudoRuntime {
    static let isAvailable =
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/sudo")
        && (try? SudoTools.run("/usr/bin/unshare", ["-m", "/usr/bin/true"]).status) == 0

    static let users = [("root", 0), ("www", 33), ("alice", 1001), ("bob", 1002), ("carol", 1003)]
    static let groups = [
        ("root", 0, [""]), ("www", 33, []), ("users", 100, []), ("wheel", 10, ["alice", "bob"]),
        ("sudo", 27, ["alice"]),
    ]
    static let commands = ["/usr/bin/id", "/usr/bin/env", "/usr/bin/true"]
    static let targets = ["root", "www", "bob"]

    struct Question: Hashable {
        var user: String
        var target: String
        var command: String
    }

    static var questions: [Question] {
        ["alice", "bob", "carol"].flatMap { user in
            targets.flatMap { target in commands.map { Question(user: user, target: target, command: $0) } }
        }
    }

    /// What sudo allows under each of the texts.
    static func answers(_ texts: [String]) throws -> [Set<Question>] {
        let root = try PreparedRoot([
            "/passwd": users.map { "\($0.0):x:\($0.1):\($0.1 < 1000 ? $0.1 : 100)::/tmp:/bin/sh\n" }.joined(),
            "/group": groups.map { "\($0.0):x:\($0.1):\($0.2.joined(separator: ","))\n" }.joined(),
            "/sudoers": "",
        ])
        var script = "set -e\ncd \(root.path)\nmount --bind passwd /etc/passwd\nmount --bind group /etc/group\n"
        for (index, text) in texts.enumerated() {
            try root.write("/s\(index)", text, mode: 0o440)
            script += "mount --bind s\(index) /etc/sudoers\n"
            for question in questions {
                script += "if sudo -l -U \(question.user) -u \(question.target) \(question.command) >/dev/null 2>&1; "
                script += "then echo 1; else echo 0; fi\n"
            }
            script += "umount /etc/sudoers\n"
        }
        try root.write("/script", script)
        let answer = try SudoTools.run("/usr/bin/unshare", ["-m", "/bin/sh", root.path + "/script"])
        let lines = String(decoding: answer.output, as: UTF8.self).split(separator: "\n")
        try #require(answer.status == 0 && lines.count == texts.count * questions.count, "\(answer.errors)")
        return texts.indices.map { index in
            Set(zip(questions, lines[(index * questions.count)...]).filter { $0.1 == "1" }.map(\.0))
        }
    }
}

/// What a policy allows, read from its rules alone.
struct PolicyReading {
    let policy: SudoPolicy

    enum Answer { case no, yes, maybe }

    func answer(_ question: SudoRuntime.Question) -> Answer {
        let rules = policy.rules.filter { rule in
            rule.holders.contains { holds($0, question.user) } && targets(rule, question)
                && rule.list("commands").contains { Self.means($0, question.command) }
        }
        if rules.contains(where: { !$0.flag("approximate") && !isExcepted($0, question) }) { return .yes }
        return rules.contains { $0.flag("approximate") } ? .maybe : .no
    }

    private func isExcepted(_ rule: SudoPolicy.Rule, _ question: SudoRuntime.Question) -> Bool {
        rule.list("except_commands").contains { Self.means($0, question.command) }
    }

    private func holds(_ holder: SudoPolicy.Holder, _ user: String) -> Bool {
        switch holder {
        case .user(let name): name == user
        case .group(let name): Self.isMember(user, of: name)
        case .alias(let name):
            policy.aliases.first { $0.name == name }?.members.contains { holds($0, user) } ?? false
        }
    }

    private static func isMember(_ user: String, of group: String) -> Bool {
        group == "users"
            ? ["alice", "bob", "carol"].contains(user)
            : user == group || SudoRuntime.groups.contains { $0.0 == group && $0.2.contains(user) }
    }

    private func targets(_ rule: SudoPolicy.Rule, _ question: SudoRuntime.Question) -> Bool {
        if rule.flag("runas_self"), question.user == question.target { return true }
        for text in rule.list("runas_users").reversed() {
            let name = text.hasPrefix("!") ? String(text.dropFirst()) : text
            let number = SudoRuntime.users.first { "#\($0.1)" == name }?.0
            let isMeant =
                name == "ALL" || name == question.target || number == question.target
                || name.hasPrefix("%") && Self.isMember(question.target, of: String(name.dropFirst()))
            if isMeant { return !text.hasPrefix("!") }
        }
        return false
    }

    private static func means(_ pattern: String, _ command: String) -> Bool {
        pattern == "ALL" || pattern == command || pattern == "/usr/bin/"
            || pattern.hasSuffix("*") && command.hasPrefix(pattern.dropLast())
    }
}

/// Texts about few users, targets and commands, full of aliases and negations.
///
/// Without `()`: when root asks for somebody else, sudo takes the asking root for the user himself.
struct RightsGenerator {
    private var dice: Dice

    static func text(seed: UInt64) -> String {
        var generator = RightsGenerator(dice: Dice(seed: seed))
        return generator.text()
    }

    private mutating func text() -> String {
        var lines = [
            "User_Alias UA = \(list(users + circle("UB"))) : UB = \(list(users + ["UA"]))",
            "Runas_Alias RA = \(list(targets + circle("RB"))) : RB = \(list(targets + ["RA"]))",
            "Cmnd_Alias CA = \(list(commands + circle("CB"))) : CB = \(list(commands + ["CA"]))",
            "Host_Alias HA = \(list(hosts + circle("HB"))) : HB = \(list(hosts + ["HA"]))",
        ]
        if dice.once(in: 5) { lines.append("Defaults runas_default=www") }
        for _ in 0...dice.roll(5) { lines.append(line()) }
        if dice.once(in: 4) { lines.append("bob ALL=(root broken, \(dice.pick(commands))") }
        return lines.joined(separator: "\n") + "\n"
    }

    private let users = [
        "alice", "bob", "carol", "%wheel", "%sudo", "%users", "#1001", "ALL", "nobody", "%none", "NOALIAS",
    ]
    private let targets = ["root", "www", "bob", "ALL", "#0", "%wheel", "%www"]
    private let commands = ["/usr/bin/id", "/usr/bin/env", "/usr/bin/true", "/usr/bin/", "ALL", "/usr/bin/e*"]
    private let hosts = ["ALL", "elsewhere", "*", "192.0.2.1"]

    private mutating func circle(_ name: String) -> [String] { dice.once(in: 6) ? [name, name, name] : [] }

    private mutating func list(_ elements: [String]) -> String {
        (0...dice.roll(3)).map { _ in (dice.once(in: 3) ? "!" : "") + dice.pick(elements) }.joined(separator: ", ")
    }

    private mutating func line() -> String {
        let host = dice.once(in: 4) ? list(hosts + ["HA", "HB"]) : "ALL"
        let rules = (0...dice.roll(2)).map { _ in
            let runAs =
                switch dice.roll(4) {
                case 0: "(\(list(targets + ["RA", "RB"])))"
                case 1: dice.pick(["(ALL)", "(bob)", "(root)"])
                default: ""
                }
            let time = dice.pick(["", "", "", "", "NOTAFTER=20200101000000Z ", "NOTBEFORE=20200101000000Z "])
            return runAs + time + dice.pick(["", "", "NOPASSWD: "]) + list(commands + ["CA", "CB"])
        }
        return "\(list(users + ["UA", "UB"])) \(host) = \(rules.joined(separator: ", "))"
    }
}

@Suite(.enabled(if: SudoRuntime.isAvailable, "needs root, sudo and mount namespaces"))
struct `the policy beside sudo` {
    @Test(arguments: 0..<4)
    func `never says less and, unless approximate, never more`(block: Int) async throws {
        let texts = (0..<25).map { RightsGenerator.text(seed: UInt64(block * 1_000 + $0)) }
        let answers = try SudoRuntime.answers(texts)
        var scenario = SudoScenario()
        scenario.users = SudoRuntime.users.map { ($0.0, $0.1, $0.1 < 1000 ? $0.1 : 100) }
        scenario.groups = SudoRuntime.groups.map { group in
            (
                group.0, group.1,
                SudoRuntime.users.map(\.0).filter { user in
                    group.2.contains(user) || user == group.0
                        || group.0 == "users" && ["alice", "bob", "carol"].contains(user)
                }
            )
        }
        scenario.addresses = []
        var surely = 0
        for (text, allowed) in zip(texts, answers) {
            let reading = PolicyReading(policy: try await scenario.policy(text))
            for question in SudoRuntime.questions {
                let answer = reading.answer(question)
                if answer != .maybe { surely += 1 }
                let isRight = allowed.contains(question) ? answer != .no : answer != .yes
                #expect(isRight, "\(question) is \(allowed.contains(question)), we say \(answer)\n\(text)")
            }
        }
        #expect(surely > texts.count * SudoRuntime.questions.count / 2)
    }
}
