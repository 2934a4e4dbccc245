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
            var scanner = ByteScanner(value)
            var challenges: [Challenge] = []
            while let challenge = challenge(&scanner) { challenges.append(challenge) }
            return challenges
        }
    }

    /// `Scheme name=value, name="value"`, and what is before the comma after it.
    private static func challenge(_ scanner: inout ByteScanner) -> Challenge? {
        scanner.skip(" ,")
        guard let scheme = scanner.token() else { return nil }
        var parameters: [(name: String, value: String)] = []
        while true {
            var ahead = scanner
            ahead.skip(" ,")
            guard let parameter = ahead.parameter(mayLackValue: false) else { break }
            scanner = ahead
            parameters.append(parameter)
        }
        // A token68, such as that of Negotiate, has no parameters to offer.
        if parameters.isEmpty { scanner.skip(to: ",") }
        return Challenge(scheme: scheme, parameters: parameters)
    }
}
