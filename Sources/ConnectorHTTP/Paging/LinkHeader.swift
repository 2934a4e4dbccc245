/// Reads `Link` headers (RFC 8288).
enum LinkHeader {
    /// The target of the first link with this relation.
    static func target(_ relation: String, in values: [String]) -> String? {
        for value in values {
            var scanner = FieldScanner(value)
            while let link = scanner.link() {
                let relations = (link.parameters.first { HeaderFields.same($0.name, "rel") }?.value ?? "")
                    .split(separator: " ")
                if relations.contains(where: { HeaderFields.same(String($0), relation) }) { return link.target }
            }
        }
        return nil
    }
}

/// Reads `WWW-Authenticate` headers (RFC 9110, 11.6.1).
enum AuthenticateHeader {
    struct Challenge: Sendable {
        let scheme: String
        let parameters: [(name: String, value: String)]

        subscript(name: String) -> String? { parameters.first { HeaderFields.same($0.name, name) }?.value }
    }

    /// The challenges in order; reading stops where a value is malformed.
    static func challenges(in values: [String]) -> [Challenge] {
        values.flatMap { value in
            var scanner = FieldScanner(value)
            var challenges: [Challenge] = []
            while let challenge = scanner.challenge() { challenges.append(challenge) }
            return challenges
        }
    }
}

/// Reads tokens, quoted strings and parameters from a header field.
struct FieldScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) {
        rest = Array(text.utf8)[...]
    }

    /// `<target>; name=value; name="value"`, and the comma after it.
    mutating func link() -> (target: String, parameters: [(name: String, value: String)])? {
        skip(" ,")
        guard take("<"), let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        let target = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[(end + 1)...]
        var parameters: [(name: String, value: String)] = []
        while true {
            skip(" ")
            guard take(";") else { break }
            skip(" ;")
            guard let parameter = parameter(mayLackValue: true) else { break }
            parameters.append(parameter)
        }
        // Whatever is left of a malformed link must not hide the one after it.
        while let byte = rest.first, byte != UInt8(ascii: ",") { rest = rest.dropFirst() }
        return (target, parameters)
    }

    /// `Scheme name=value, name="value"`, and the comma after it.
    mutating func challenge() -> AuthenticateHeader.Challenge? {
        skip(" ,")
        guard let scheme = token() else { return nil }
        var parameters: [(name: String, value: String)] = []
        while true {
            let before = rest
            skip(" ,")
            guard let parameter = parameter(mayLackValue: false) else {
                rest = before
                break
            }
            parameters.append(parameter)
        }
        skip(" ")
        // A token68, such as that of Negotiate, has no parameters to offer.
        if parameters.isEmpty, let byte = rest.first, byte != UInt8(ascii: ",") {
            while let byte = rest.first, byte != UInt8(ascii: ",") { rest = rest.dropFirst() }
        }
        return AuthenticateHeader.Challenge(scheme: scheme, parameters: parameters)
    }

    private mutating func parameter(mayLackValue: Bool) -> (name: String, value: String)? {
        let before = rest
        guard let name = token() else { return nil }
        skip(" ")
        guard take("=") else {
            if mayLackValue { return (name, "") }
            rest = before
            return nil
        }
        skip(" ")
        guard let value = quoted() ?? token() else {
            rest = before
            return nil
        }
        return (name, value)
    }

    private mutating func quoted() -> String? {
        let before = rest
        guard take("\"") else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
                bytes.append(escaped)
            } else {
                bytes.append(byte)
            }
        }
        rest = before
        return nil
    }

    private mutating func token() -> String? {
        let bytes = rest.prefix { byte in
            byte > 0x20 && byte != 0x7F && !"()<>@,;:\\\"[]?={}".utf8.contains(byte)
        }
        guard !bytes.isEmpty else { return nil }
        rest = rest[bytes.endIndex...]
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func take(_ character: Character) -> Bool {
        guard let byte = rest.first, byte == character.asciiValue else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func skip(_ characters: String) {
        while let byte = rest.first, byte == UInt8(ascii: "\t") || characters.utf8.contains(byte) {
            rest = rest.dropFirst()
        }
    }
}
