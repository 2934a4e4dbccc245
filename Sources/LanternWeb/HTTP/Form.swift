import Hummingbird
import LanternSignIn
import NIOCore

/// The fields of a form that was sent (`application/x-www-form-urlencoded`).
struct Form: Sendable {
    static let tokenName = "form_token"
    private static let limit = 1 << 20

    private var fields: [(name: String, value: String)]

    init(fields: [(name: String, value: String)]) {
        self.fields = fields
    }

    /// Reads the form of somebody who is signed in.
    ///
    /// - Throws: `WebError` when another site may have sent it.
    init(_ request: Request, _ context: WebContext) async throws {
        try await self.init(unchecked: request)
        guard let session = context.session else { throw WebError.notSignedIn }
        try check(session)
    }

    /// Reads the form of somebody who isn't signed in, whose browser has to tell that our own page sent it.
    init(beforeSignIn request: Request) async throws {
        guard request.comesFromOurPages else { throw WebError.staleForm }
        try await self.init(unchecked: request)
    }

    private init(unchecked request: Request) async throws {
        var request = request
        let body = try await request.collectBody(upTo: Self.limit)
        fields = Self.parse(String(buffer: body))
    }

    /// Whether it carries the session's own token, compared without telling by the time how much of it is right.
    func check(_ session: Session) throws(WebError) {
        let given = Array(self[Self.tokenName].utf8)
        let expected = Array(session.formToken.utf8)
        guard given.count == expected.count, zip(given, expected).reduce(UInt8(0), { $0 | ($1.0 ^ $1.1) }) == 0 else {
            throw WebError.staleForm
        }
    }

    /// The value of a field, without spaces round it; empty when it is not there.
    subscript(name: String) -> String {
        fields.first { $0.name == name }?.value.trimmingWhitespace ?? ""
    }

    /// The value of a field as it was typed.
    func exact(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }

    /// The values of all fields of a name.
    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// Whether a box is ticked.
    func isTicked(_ name: String) -> Bool { fields.contains { $0.name == name } }

    static func parse(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            func decoded(_ part: Substring) -> String {
                let spaced = String(part).replacing("+", with: " ")
                return spaced.percentDecoded
            }
            return (decoded(parts[0]), parts.count > 1 ? decoded(parts[1]) : "")
        }
    }
}

extension Request {
    /// Whether the browser says that a page of this server sent it.
    var comesFromOurPages: Bool {
        if let site = headers[HeaderNames.fetchSite] { return site == "same-origin" || site == "none" }
        guard let origin = headers[.origin] else { return true }
        return origin.split(separator: "/").last.map(String.init) == head.authority
    }
}

extension String {
    /// The text with `%41` and the like replaced by their bytes.
    var percentDecoded: String {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
            guard byte == UInt8(ascii: "%"), digits.count == 2 else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(digits[0] << 4 | digits[1]))
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    var trimmingWhitespace: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
