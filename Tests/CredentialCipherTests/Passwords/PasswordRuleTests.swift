import AccessModel
import BatonWire
import Foundation
import SeededNumbers
import Testing

@testable import CredentialCipher

private typealias Asked = C1_Connector_V2_LocalCredentialOptions.RandomPassword

private func asked(_ length: Int64, _ constraints: [(String, UInt32)] = []) -> Asked {
    var asked = Asked()
    asked.length = length
    asked.constraints = constraints.map { characters, count in
        var constraint = C1_Connector_V2_PasswordConstraint()
        constraint.charSet = characters
        constraint.minCount = count
        return constraint
    }
    return asked
}

@Suite struct `a generated password` {
    private static let classes: [ClosedRange<Character>] = ["A"..."Z", "a"..."z", "0"..."9"]

    @Test(arguments: [8, 9, 20, 64] as [Int64]) func `has each class of character`(length: Int64) throws {
        let rule = try PasswordRule(asked(length))
        for _ in 0..<200 {
            let password = rule.password().reveal()
            #expect(password.utf8.count == Int(length))
            for range in Self.classes { #expect(password.contains { range.contains($0) }) }
            #expect(password.contains { character in !Self.classes.contains { $0.contains(character) } })
            #expect(password.utf8.allSatisfy { (33...126).contains($0) })
        }
    }

    @Test func `keeps to its constraints`() throws {
        let rule = try PasswordRule(asked(12, [("abc", 2), ("XYZ", 5), ("é€", 1)]))
        for _ in 0..<200 {
            let password = rule.password().reveal()
            #expect(password.unicodeScalars.count == 12)
            #expect(password.count { "abc".contains($0) } >= 2)
            #expect(password.count { "XYZ".contains($0) } >= 5)
            #expect(password.count { "é€".contains($0) } >= 1)
            #expect(password.allSatisfy { "abcXYZé€".contains($0) })
        }
    }

    @Test func `may be made of minimums alone`() throws {
        let password = try PasswordRule(asked(8, [("a", 3), ("b", 5)])).password().reveal()
        #expect(password.sorted() == Array("aaabbbbb"))
    }

    /// Chi-squared over 16 characters and over 8 places; the limits are passed by less than one in a million fair generators.
    @Test func `favours no character and no place`() throws {
        var generator = SeededGenerator(seed: 16)
        let rule = try PasswordRule(asked(8, [("0123456789abcdef0000", 0)]))
        var counts: [Unicode.Scalar: Double] = [:]
        for _ in 0..<4000 {
            for scalar in rule.password(using: &generator).reveal().unicodeScalars { counts[scalar, default: 0] += 1 }
        }
        #expect(counts.count == 16)
        #expect(counts.values.reduce(0) { $0 + ($1 - 2000) * ($1 - 2000) / 2000 } < 60)

        let ordered = try PasswordRule(asked(8, [("x", 1), ("y", 7)]))
        var places = [Double](repeating: 0, count: 8)
        for _ in 0..<8000 {
            let password = Array(ordered.password(using: &generator).reveal())
            places[try #require(password.firstIndex(of: "x"))] += 1
        }
        #expect(places.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 } < 45)
    }

    @Test func `differs each time`() throws {
        let rule = try PasswordRule(asked(20))
        #expect(Set((0..<500).map { _ in rule.password().reveal() }).count == 500)
    }

    @Test func `prints as nothing that helps`() throws {
        let password = try PasswordRule(asked(8, [("q", 8)])).password()
        var dumped = ""
        dump(password, to: &dumped)
        for text in ["\(password)", String(reflecting: password), dumped] { #expect(!text.contains("qq")) }
        #expect(password.reveal() == "qqqqqqqq")
    }

    @Test(arguments: [Int64.min, -1, 0, 7, 65, 1_000_000, .max]) func `is refused with another length`(length: Int64) {
        let error = #expect(throws: CredentialError.self) { try PasswordRule(asked(length)) }
        #expect(error?.description.contains("between 8 and 64") == true)
        #expect(error?.statusCode == .invalidArgument)
    }

    @Test func `is refused with constraints that can't be met`() {
        #expect(throws: CredentialError.self) { try PasswordRule(asked(8, [("a", 5), ("b", 4)])) }
        #expect(throws: CredentialError.self) { try PasswordRule(asked(8, [("a", .max), ("b", .max)])) }
        let error = #expect(throws: CredentialError.self) { try PasswordRule(asked(8, [("a", 1), ("", 0)])) }
        #expect(error?.description.contains("constraint 2") == true)
    }
}

@Suite struct `credential options` {
    private let jwk = SampleKey.ed25519()

    private func encrypted(_ text: String, to jwk: String) throws -> C1_Connector_V2_EncryptedData {
        try Recipient(config(jwk: jwk)).encrypt(plaintext(text))
    }

    private func options(_ items: [C1_Connector_V2_EncryptedData]) -> C1_Connector_V2_CredentialOptions {
        var options = C1_Connector_V2_CredentialOptions()
        options.forceChangeAtNextLogin = true
        options.encryptedPassword.encryptedPasswords = items
        return options
    }

    @Test func `reach the author as they are`() throws {
        var options = C1_Connector_V2_CredentialOptions()
        options.randomPassword.length = 12
        options.randomPassword.constraints = asked(12, [("ab", 3)]).constraints
        var local = try options.local(openedBy: nil, recipients: [])
        #expect(local.randomPassword == asked(12, [("ab", 3)]) && !local.forceChangeAtNextLogin)
        options.noPassword = .init()
        options.forceChangeAtNextLogin = true
        local = try options.local(openedBy: nil, recipients: [])
        #expect(local.options == .noPassword(.init()) && local.forceChangeAtNextLogin)
        options.sso.ssoProvider = "okta"
        #expect(try options.local(openedBy: nil, recipients: []).sso.ssoProvider == "okta")
    }

    @Test func `bring a password that was encrypted to the client secret`() throws {
        let secret = try ClientSecret(parsing: SampleKey.clientSecret(jwk))
        var item = try encrypted("pässword", to: jwk)
        // The reference's platform names the private half's provider; whatever is named, the bytes tell.
        item.provider = "baton/jwk/v1/private"
        let others = [try encrypted("other", to: SampleKey.ed25519()), C1_Connector_V2_EncryptedData()]
        let local = try options(others + [item]).local(openedBy: secret, recipients: [])
        #expect(local.plaintextPassword.plaintextPassword == "pässword" && local.forceChangeAtNextLogin)
    }

    @Test func `bring a password for a secret with an id of its own, by the id or the thumbprint`() throws {
        let secret = try ClientSecret(
            parsing: SampleKey.clientSecret(jwk.replacing(#"{"kty""#, with: #"{"kid":"key-7","kty""#)))
        var item = try encrypted("s3cret", to: jwk)
        #expect(item.keyIds == [secret.thumbprint])
        #expect(
            try options([item]).local(openedBy: secret, recipients: []).plaintextPassword.plaintextPassword == "s3cret")
        item.keyIds = ["key-7"]
        item.keyID = ""
        #expect(
            try options([item]).local(openedBy: secret, recipients: []).plaintextPassword.plaintextPassword == "s3cret")
        item.keyIds = ["key-8"]
        #expect(throws: CredentialError.self) { try options([item]).local(openedBy: secret, recipients: []) }
    }

    @Test func `go on to the next password when one can't be opened`() throws {
        let secret = try ClientSecret(parsing: SampleKey.clientSecret(jwk))
        var broken = try encrypted("first", to: jwk)
        broken.encryptedBytes = Data("AAAA".utf8)
        let local = try options([broken, try encrypted("second", to: jwk)]).local(openedBy: secret, recipients: [])
        #expect(local.plaintextPassword.plaintextPassword == "second")
        let error = #expect(throws: CredentialError.self) {
            try options([broken]).local(openedBy: secret, recipients: [])
        }
        #expect(error?.statusCode == .invalidArgument)
    }

    @Test func `are refused without the secret, with another, with recipients, and when empty`() throws {
        let item = try encrypted("s3cret", to: jwk)
        let secret = try ClientSecret(parsing: SampleKey.clientSecret(jwk))
        let other = try ClientSecret(parsing: SampleKey.clientSecret(SampleKey.ed25519()))
        let cases: [(C1_Connector_V2_CredentialOptions, ClientSecret?, [C1_Connector_V2_EncryptionConfig], String)] = [
            (options([item]), nil, [], "client-secret is required"),
            (options([item]), other, [], "no encrypted password is for the key"),
            (options([]), secret, [], "no encrypted password is for the key"),
            (options([item]), secret, [config(jwk: jwk)], "must not come with"),
            (C1_Connector_V2_CredentialOptions(), secret, [], "invalid credential options"),
        ]
        for (options, secret, recipients, words) in cases {
            let error = #expect(throws: CredentialError.self) {
                try options.local(openedBy: secret, recipients: recipients)
            }
            #expect(error?.description.contains(words) == true)
            #expect(error?.statusCode == .invalidArgument)
        }
    }
}
