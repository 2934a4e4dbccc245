import Crypto

/// A right-hand side: what may be run as whom, wherever it is written.
struct SudoRight {
    var hosts: [SudoersExpansion.Item]
    /// Nil when no target is written.
    var targets: [SudoersExpansion.Item]?
    var targetGroups: [SudoersExpansion.Item]?
    var options: SudoersOptions
    var tags: SudoersTags
    var commands: [SudoersExpansion.Item]

    /// Whether sudo looks at it at `now`.
    func isActive(at now: Int64) -> Bool {
        (options.notBefore.map { now >= $0 } ?? true) && (options.notAfter.map { now <= $0 } ?? true)
    }

    /// The SHA-256 of the canonical form.
    func digest(in expansion: SudoersExpansion) -> [UInt8] {
        Array(SHA256.hash(data: canonicalJSON(expansion)))
    }

    /// JSON with sorted keys and without blanks; what is not said is left out.
    func canonicalJSON(_ expansion: SudoersExpansion) -> [UInt8] {
        var json = CanonicalJSON()
        json.object { json in
            json.member("commands") { list(commands, expansion, &$0) }
            json.member("hosts") { list(hosts, expansion, &$0) }
            if options != SudoersOptions() { json.member("options") { write(options, &$0) } }
            if let targetGroups { json.member("runas_groups") { list(targetGroups, expansion, &$0) } }
            if let targets { json.member("runas_users") { list(targets, expansion, &$0) } }
            if tags != SudoersTags() { json.member("tags") { write(tags, &$0) } }
        }
        return json.bytes
    }

    private func list(_ items: [SudoersExpansion.Item], _ expansion: SudoersExpansion, _ json: inout CanonicalJSON) {
        json.array(items) { item, json in
            json.object { json in
                if case .command(let command) = expansion.subject(of: item) {
                    write(command, isNegated: item.isNegated, &json)
                } else {
                    let (name, text) = Self.canonicalName(expansion.subject(of: item))
                    if item.isNegated, name > "negated" { json.member("negated") { $0.literal("true") } }
                    json.member(name) { name == "all" ? $0.literal("true") : $0.string(text) }
                    if item.isNegated, name < "negated" { json.member("negated") { $0.literal("true") } }
                }
            }
        }
    }

    private static func canonicalName(_ subject: SudoersMember.Subject) -> (String, [UInt8]) {
        switch subject {
        case .all: ("all", [])
        case .myself: ("self", [])
        case .word(let text), .alias(let text): ("name", text)
        case .userGroup(let text): ("group", text)
        case .netgroup(let text): ("netgroup", text)
        case .network(let text): ("network", text)
        case .command: ("command", [])
        }
    }

    private func write(_ command: SudoersCommand, isNegated: Bool, _ json: inout CanonicalJSON) {
        if command.path == nil { json.member("all") { $0.literal("true") } }
        if let arguments = command.arguments { json.member("arguments") { $0.string(arguments) } }
        if !command.digests.isEmpty {
            json.member("digests") { json in
                json.array(command.digests) { $1.string(Array($0.kind.rawValue.utf8) + [.init(ascii: ":")] + $0.value) }
            }
        }
        if isNegated { json.member("negated") { $0.literal("true") } }
        if let path = command.path { json.member("path") { $0.string(path) } }
    }

    private func write(_ options: SudoersOptions, _ json: inout CanonicalJSON) {
        json.object { json in
            let texts: [(String, [UInt8]?)] = [
                ("apparmor_profile", options.appArmorProfile), ("chroot", options.root), ("cwd", options.directory),
                ("not_after", options.notAfter.map { Array(SudoersTime.text($0).utf8) }),
                ("not_before", options.notBefore.map { Array(SudoersTime.text($0).utf8) }), ("role", options.role),
                ("timeout", options.timeout.map { Array("\($0)".utf8) }), ("type", options.type),
            ]
            for case (let name, let text?) in texts { json.member(name) { $0.string(text) } }
        }
    }

    private func write(_ tags: SudoersTags, _ json: inout CanonicalJSON) {
        json.object { json in
            for subject in SudoersTag.Subject.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
                guard let isOn = tags[keyPath: SudoersTags.field(subject)] else { continue }
                json.member(subject.rawValue) { $0.literal(isOn ? "true" : "false") }
            }
        }
    }
}

/// Writes JSON without blanks; bytes that are no UTF-8 stay as they are.
struct CanonicalJSON {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    mutating func object(_ body: (inout CanonicalJSON) -> Void) {
        enclose("{", "}", body)
    }

    mutating func array<Element>(_ elements: [Element], _ body: (Element, inout CanonicalJSON) -> Void) {
        enclose("[", "]") { json in
            for element in elements {
                json.separate()
                body(element, &json)
                json.needsComma = true
            }
        }
    }

    mutating func member(_ name: String, _ value: (inout CanonicalJSON) -> Void) {
        separate()
        string(Array(name.utf8))
        bytes.append(.init(ascii: ":"))
        value(&self)
        needsComma = true
    }

    mutating func literal(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func string(_ text: [UInt8]) {
        bytes.append(.init(ascii: "\""))
        for byte in text {
            if byte < 0x20 {
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                if byte == .init(ascii: "\"") || byte == .backslash { bytes.append(.backslash) }
                bytes.append(byte)
            }
        }
        bytes.append(.init(ascii: "\""))
    }

    private mutating func separate() {
        if needsComma { bytes.append(.init(ascii: ",")) }
        needsComma = false
    }

    private mutating func enclose(_ open: StaticString, _ close: StaticString, _ body: (inout CanonicalJSON) -> Void) {
        literal(open)
        needsComma = false
        body(&self)
        literal(close)
        needsComma = false
    }
}
