public import BatonWire

/// What a random password must look like, checked.
public struct PasswordRule: Sendable {
    /// The lengths that can be asked for.
    public static let lengths = 8...64

    /// How many of some characters there are at least.
    private struct Minimum {
        var characters: [Unicode.Scalar]
        var count: Int
    }

    private static let classes = [
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789",
        ##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##,
    ]

    private let length: Int
    private let minimums: [Minimum]
    /// What the rest is filled from, each character once.
    private let alphabet: [Unicode.Scalar]

    /// Checks what was asked for.
    ///
    /// Without constraints there is one upper-case letter, one lower-case letter, one digit and one symbol of ASCII at
    /// least. With constraints only their characters are used.
    public init(_ asked: C1_Connector_V2_LocalCredentialOptions.RandomPassword) throws(CredentialError) {
        guard let length = Int(exactly: asked.length), Self.lengths.contains(length) else {
            throw Self.invalid(
                "length \(asked.length) isn't between \(Self.lengths.lowerBound) and \(Self.lengths.upperBound). Ask for "
                    + "one that is.")
        }
        var minimums: [Minimum] = []
        if asked.constraints.isEmpty {
            minimums = Self.classes.map { Minimum(characters: Array($0.unicodeScalars), count: 1) }
        }
        for (number, constraint) in asked.constraints.enumerated() {
            guard !constraint.charSet.isEmpty else {
                throw Self.invalid("constraint \(number + 1) has no characters. Name them or leave it out.")
            }
            minimums.append(
                Minimum(characters: Self.distinct(constraint.charSet.unicodeScalars), count: Int(constraint.minCount)))
        }
        let needed = minimums.reduce(0) { $0 + $1.count }
        guard needed <= length else {
            throw Self.invalid(
                "the constraints want \(needed) characters, the length is \(length). Ask for a longer one or for less.")
        }
        self.length = length
        self.minimums = minimums
        alphabet = Self.distinct(minimums.flatMap(\.characters))
    }

    /// A password by the rule, from the system's randomness.
    public func password() -> GeneratedPassword {
        var generator = SystemRandomNumberGenerator()
        return password(using: &generator)
    }

    /// Each choice and the order are uniform when the numbers of `generator` are.
    func password(using generator: inout some RandomNumberGenerator) -> GeneratedPassword {
        var characters: [Unicode.Scalar] = []
        for minimum in minimums {
            for _ in 0..<minimum.count { characters += Self.choice(of: minimum.characters, &generator) }
        }
        while characters.count < length { characters += Self.choice(of: alphabet, &generator) }
        characters.shuffle(using: &generator)
        return GeneratedPassword(String(String.UnicodeScalarView(characters)))
    }

    private static func choice(
        of characters: [Unicode.Scalar], _ generator: inout some RandomNumberGenerator
    ) -> [Unicode.Scalar] {
        [characters[Int.random(in: characters.indices, using: &generator)]]
    }

    /// Each once: a character written twice mustn't come twice as often.
    private static func distinct(_ characters: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        var seen: Set<Unicode.Scalar> = []
        return characters.filter { seen.insert($0).inserted }
    }

    private static func invalid(_ problem: String) -> CredentialError {
        CredentialError(.invalidOptions, "random password", problem)
    }
}
