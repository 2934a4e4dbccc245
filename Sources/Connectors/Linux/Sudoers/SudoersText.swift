/// How elements of sudoers are shown to people.
enum SudoersText {
    /// What a list says, with `!` before what it takes away.
    static func texts(_ items: [SudoersExpansion.Item], in expansion: SudoersExpansion) -> [String] {
        items.map { (isNegated: $0.isNegated, text: text(expansion.subject(of: $0))) }
            .map { $0.isNegated ? "!" + $0.text : $0.text }
    }

    static func text(_ subject: SudoersMember.Subject) -> String {
        switch subject {
        case .all: "ALL"
        case .myself: ""
        case .word(let text), .alias(let text), .userGroup(let text), .netgroup(let text), .network(let text):
            String(decoding: text, as: UTF8.self)
        case .command(let command): text(command)
        }
    }

    static func text(_ command: SudoersCommand) -> String {
        var text = command.digests.map { digest in
            "\(digest.kind.rawValue):\(String(decoding: digest.value, as: UTF8.self))"
        }.joined(separator: ", ")
        if !text.isEmpty { text += " " }
        text += command.path.map { String(decoding: $0, as: UTF8.self) } ?? "ALL"
        if let arguments = command.arguments { text += " " + String(decoding: arguments, as: UTF8.self) }
        return text
    }

    /// At most 200 characters on one line.
    static func display(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            result.append(isControl ? "\u{FFFD}" : scalar)
            // A few more than kept, to see whether something is missing.
            if result.count > 200 { return String(String.UnicodeScalarView(result.prefix(199))) + "…" }
        }
        return String(result)
    }
}

extension SudoRight {
    /// The tags in sudo's own words.
    var tagTexts: [String] {
        SudoersTag.Subject.allCases.compactMap { subject in
            tags[keyPath: SudoersTags.field(subject)].map { ($0 ? "" : "NO") + subject.rawValue + ":" }
        }
    }

    /// The options in sudo's own words.
    var optionTexts: [String] {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        let options: [(String, String?)] = [
            ("ROLE", options.role.map(text)), ("TYPE", options.type.map(text)),
            ("APPARMOR_PROFILE", options.appArmorProfile.map(text)), ("CWD", options.directory.map(text)),
            ("CHROOT", options.root.map(text)), ("TIMEOUT", options.timeout.map { "\($0)" }),
            ("NOTBEFORE", options.notBefore.map(SudoersTime.text)),
            ("NOTAFTER", options.notAfter.map(SudoersTime.text)),
        ]
        return options.compactMap { name, value in value.map { "\(name)=\($0)" } }
    }
}
