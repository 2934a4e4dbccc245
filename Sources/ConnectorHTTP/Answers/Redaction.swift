import ConnectorKit

/// What must not be seen in logs and errors.
struct Redaction: Sendable {
    /// Texts that are secret wherever they turn up.
    let secrets: [Secret]

    private static let fieldMarks = [
        "api-key", "auth", "cookie", "proxy-authorization", "set-cookie", "x-forwarded-for", "x-forwarded-proto",
        "token", "secret", "dpop", "password", "credential", "signature",
    ]

    private static let parameterMarks = [
        "key", "token", "secret", "pass", "pwd", "auth", "code", "cred", "sig", "assertion", "session", "jwt",
    ]

    /// Whether a header field of this name may hold a secret.
    static func mayBeSecret(field name: String) -> Bool {
        let name = name.lowercased()
        return fieldMarks.contains { name.contains($0) }
    }

    /// Whether a parameter of this name may hold a secret.
    static func mayBeSecret(parameter name: String) -> Bool {
        let name = PercentEncoding.decoded(name).lowercased()
        return parameterMarks.contains { name.contains($0) }
    }

    /// Header fields as one text a log may hold.
    static func text(of fields: HeaderFields) -> String {
        fields.map { "\($0.name): \(mayBeSecret(field: $0.name) ? "REDACTED" : OneLine.text($0.value, limit: 300))" }
            .joined(separator: "; ")
    }

    /// `text` without the known secrets.
    func hiding(in text: String) -> String {
        var text = text
        for secret in secrets {
            // A very short one would turn ordinary words into holes and says little.
            let hidden = secret.reveal()
            guard hidden.utf8.count >= 4 else { continue }
            for form in [hidden, PercentEncoding.strict(hidden)] {
                text = text.split(separator: form, omittingEmptySubsequences: false).joined(separator: "‹secret›")
            }
        }
        return text
    }
}

/// A foreign text made fit for one line of an error or a log.
enum OneLine {
    /// `text` without control characters and line breaks, at most `limit` characters of it.
    static func text(_ text: some StringProtocol, limit: Int) -> String {
        var result = ""
        var wasBlank = true
        for character in text.unicodeScalars {
            guard result.unicodeScalars.count < limit else { return result + "…" }
            let isBlank =
                character.properties.isWhitespace || character.properties.generalCategory == .control
                || character.properties.generalCategory == .format
            if isBlank, !wasBlank { result += " " } else if !isBlank { result.unicodeScalars.append(character) }
            wasBlank = isBlank
        }
        return result.hasSuffix(" ") ? String(result.dropLast()) : result
    }
}
