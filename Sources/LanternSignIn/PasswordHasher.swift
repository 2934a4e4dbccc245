import AccessModel
import Crypto
import CryptoExtras
import Dispatch

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Hashes passwords with scrypt (RFC 7914), on a thread of its own because each takes a tenth of a second and 32 MiB.
actor PasswordHasher {
    private static let rounds = 1 << 15
    private static let blockSize = 8
    private static let keySize = 32
    /// The hash of a password that nobody has: who doesn't exist is refused as slowly as who does.
    private static let nobody = "scrypt$32768$8$1$bGFudGVybi1ub2JvZHk$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

    private let queue = DispatchSerialExecutor("lantern.passwords")
    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    /// The text to keep of a password: the method, its settings, the salt and the hash.
    func hash(_ password: String) throws -> String {
        let salt = Data(RandomBytes.make(16))
        let key = try Self.derive(password, salt, rounds: Self.rounds)
        return "scrypt$\(Self.rounds)$\(Self.blockSize)$1$\(RandomBytes.text(salt))$\(RandomBytes.text(key))"
    }

    /// Whether a password is the one that was kept; nil stands for somebody who has none.
    func verify(_ password: String, _ kept: String?) throws -> Bool {
        let parts = (kept ?? Self.nobody).split(separator: "$")
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), rounds <= 1 << 20,
            let salt = RandomBytes.bytes(String(parts[4])), let expected = RandomBytes.bytes(String(parts[5]))
        else { return false }
        let key = try Self.derive(password, Data(salt), rounds: rounds)
        let isSame = expected.count == key.count && zip(expected, key).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
        return isSame && kept != nil
    }

    private static func derive(_ password: String, _ salt: Data, rounds: Int) throws -> Data {
        let key = try KDF.Scrypt.deriveKey(
            from: Data(password.utf8), salt: salt, outputByteCount: keySize, rounds: rounds, blockSize: blockSize,
            parallelism: 1, maxMemory: 256 << 20)
        return key.withUnsafeBytes { Data($0) }
    }
}

/// Runs an actor on a thread of its own.
final class DispatchSerialExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(_ label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

/// Bytes that nobody can guess, and their text in base64url without padding (RFC 4648 §5).
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(
            Data(bytes).base64EncodedString().compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    static func bytes(_ text: String) -> [UInt8]? {
        var plain = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        while plain.utf8.count % 4 != 0 { plain.append("=") }
        return Data(base64Encoded: plain).map(Array.init)
    }
}

/// A secret that is handed out once; only its hash is kept.
struct OneTimeSecret {
    let text: String

    init(prefix: String = "") { text = prefix + RandomBytes.text(RandomBytes.make(32)) }
    init(_ text: String) { self.text = text }

    var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}
