/// What is known of an account's password, and never the password's hash.
struct Password: Sendable, Equatable {
    enum State: String, Sendable {
        /// Logs in without one.
        case none
        /// There is one, put out of use by a `!` in front.
        case locked
        /// There is none that could ever match.
        case disabled
        case set
        /// The file that says could not be read.
        case unknown
    }

    let state: State
    /// How it is hashed, such as `yescrypt`.
    let scheme: String?
    /// Whether the field starts with `!`, which an sshd without PAM takes as a locked account.
    let startsWithBang: Bool
    /// How many `!` can be taken away: none when nothing stands behind them, because the account would open to everybody.
    let locks: Int

    static let unknown = Password(state: .unknown)
    static let disabled = Password(state: .disabled)

    /// A password may be typed to log in.
    var isUsable: Bool { state == .set || state == .none }

    private init(state: State) {
        self.state = state
        scheme = nil
        startsWithBang = false
        locks = 0
    }

    /// Reads the second field of `shadow` or `passwd`.
    init(field: ArraySlice<UInt8>) {
        let hash = field.drop { $0 == UInt8(ascii: "!") }
        startsWithBang = field.first == UInt8(ascii: "!")
        locks = hash.isEmpty ? 0 : field.count - hash.count
        scheme = Self.scheme(of: hash)
        if field.isEmpty {
            state = .none
        } else if scheme == nil {
            state = .disabled
        } else {
            state = startsWithBang ? .locked : .set
        }
    }

    private static let schemes: KeyValuePairs<String, String> = [
        "y": "yescrypt", "gy": "gost-yescrypt", "7": "scrypt", "6": "sha512", "5": "sha256", "2a": "bcrypt",
        "2b": "bcrypt", "2x": "bcrypt", "2y": "bcrypt", "sha1": "sha1", "md5": "sunmd5", "1": "md5", "3": "nt",
    ]

    private static func scheme(of hash: ArraySlice<UInt8>) -> String? {
        if hash.first == UInt8(ascii: "$") {
            let parts = hash.dropFirst().fields(separatedBy: "$")
            guard parts.count >= 2, let id = parts.first, !id.isEmpty else { return nil }
            return schemes.first { id.isSame(as: $0.key) }?.value ?? "other"
        }
        if hash.first == UInt8(ascii: "_"), hash.count == 20 { return "bsdi" }
        return hash.count == 13 && hash.allSatisfy(\.isCryptDigit) ? "des" : nil
    }
}

extension UInt8 {
    /// A character of the alphabet in which `crypt` writes hashes.
    fileprivate var isCryptDigit: Bool {
        let letter = lowercased
        return isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) || self == UInt8(ascii: ".")
            || self == UInt8(ascii: "/")
    }
}
