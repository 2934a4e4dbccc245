import Crypto
import SeededNumbers
import Testing

@testable import CredentialCipher

@Suite struct `base 64 text` {
    // RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]) func `is that of the standard`(plain: String, text: String) {
        #expect(Base64.encode(plain.utf8, .standard, .filled) == text)
        #expect(Base64.decode(text.utf8, .standard, .filled) == Array(plain.utf8))
        let bare = text.filter { $0 != "=" }
        #expect(Base64.encode(plain.utf8, .standard, .none) == bare)
        #expect(Base64.decode(bare.utf8, .standard, .none) == Array(plain.utf8))
    }

    @Test func `has two alphabets`() {
        #expect(Base64.encode([0xFB, 0xFF], .standard, .none) == "+/8")
        #expect(Base64.encode([0xFB, 0xFF], .urlSafe, .none) == "-_8")
        #expect(Base64.decode("+/8".utf8, .urlSafe, .none) == nil)
        #expect(Base64.decode("-_8".utf8, .standard, .none) == nil)
    }

    @Test(arguments: ["Zg", "Zg=", "Zh==", "Zm9=", "Z", "Zg==Zg==", "Zm 9", "=", "====", "Zm9v\n", "Zé=="])
    func `is refused in any other spelling`(text: String) {
        #expect(Base64.decode(text.utf8, .standard, .filled) == nil)
    }

    @Test func `survives every length`() {
        var generator = SeededGenerator(seed: 1)
        for count in 0..<200 {
            let original = generator.bytes(count)
            for padding in [Base64.Padding.filled, .none] {
                let text = Base64.encode(original, .urlSafe, padding)
                #expect(Base64.decode(text.utf8, .urlSafe, padding) == original)
            }
        }
    }
}

@Suite struct `Bech32 text` {
    // The examples of the age specification.
    @Test func `is that of age`() throws {
        let identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
        let (prefix, seed) = try #require(Bech32.decode(identity.utf8))
        #expect(prefix == "age-secret-key-")
        #expect(seed == [UInt8](repeating: 0x42, count: 32))
        #expect(Bech32.encode(seed, prefix: prefix).uppercased() == identity)
        #expect(
            try AgeKeyText.identity(Array(identity.utf8)).recipient
                == "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj")
    }

    // BIP 173 has these as valid and invalid.
    @Test(arguments: ["A12UEL5L", "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"])
    func `is taken in one case`(text: String) {
        #expect(Bech32.decode(text.utf8) != nil)
    }

    @Test(arguments: [
        "A1G7SGD8", "A12uEL5L", "10a06t8", "1qzzfhee", "pzry9x0s0muk", "x1b4n0q5v", "de1lg7wt\u{FF}", "a12uel5m",
    ])
    func `is refused with a mistake in it`(text: String) {
        #expect(Bech32.decode(text.utf8) == nil)
    }

    @Test func `finds every single wrong character`() throws {
        var generator = SeededGenerator(seed: 2)
        let text = Array(Bech32.encode(generator.bytes(32), prefix: "age").utf8)
        for place in text.indices {
            for other in Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8) where other != text[place] {
                var wrong = text
                wrong[place] = other
                #expect(Bech32.decode(wrong) == nil)
            }
        }
    }
}
