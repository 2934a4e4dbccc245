import ConnectorKit
import WireForm

/// What must not be seen in logs and errors.
struct Redaction: Sendable {
    /// The bytes that a secret turns up as, the longest first: one secret may be a part of another.
    private let forms: [[UInt8]]

    private static let mark = Array("‹secret›".utf8)

    private static let fieldMarks = [
        "api-key", "auth", "cookie", "proxy-authorization", "set-cookie", "x-forwarded-for", "x-forwarded-proto",
        "token", "secret", "dpop", "password", "credential", "signature",
    ]

    private static let parameterMarks = [
        "key", "token", "secret", "pass", "pwd", "auth", "code", "cred", "sig", "assertion", "session", "jwt",
    ]

    /// Hides these texts wherever they turn up: as they are, in an address and in JSON.
    init(_ secrets: [Secret] = []) {
        var forms: Set<[UInt8]> = []
        for secret in secrets {
            let hidden = secret.reveal()
            // A very short one would turn ordinary words into holes and says little.
            guard hidden.utf8.count >= 4 else { continue }
            var json = JSONText()
            json.string(hidden)
            forms.formUnion([
                Array(hidden.utf8), Array(PercentEncoding.strict(hidden).utf8),
                Array(json.bytes.dropFirst().dropLast()),
            ])
        }
        self.forms = forms.sorted { $0.count > $1.count }
    }

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

    /// `text` without the known secrets.
    func hiding(in text: String) -> String {
        var bytes = Array(text.utf8)
        for form in forms { bytes.replace(form, with: Self.mark) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The beginning of a foreign text, on one line and without the known secrets.
    ///
    /// Cut comes after hidden, since nothing recognises half a secret.
    func line(_ text: String, limit: Int) -> String { OneLine.text(hiding(in: text), limit: limit) }

    /// Header fields as one text a log may hold; of addresses in them, not the queries.
    func text(of fields: HeaderFields) -> String {
        fields.map { field in
            if Self.mayBeSecret(field: field.name) { return "\(field.name): REDACTED" }
            let isAddress = ["Location", "Content-Location", "Link"].contains { HeaderFields.same($0, field.name) }
            return "\(field.name): \(line(isAddress ? Self.withoutQueries(field.value) : field.value, limit: 300))"
        }.joined(separator: "; ")
    }

    private static func withoutQueries(_ text: String) -> String {
        var isQuery = false
        return String(
            text.filter { character in
                if character == ">" || character == " " { isQuery = false }
                defer { if character == "?" { isQuery = true } }
                return !isQuery
            })
    }
}
