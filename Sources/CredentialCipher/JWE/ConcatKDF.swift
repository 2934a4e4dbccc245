import Crypto

/// The key derivation of ECDH-ES (RFC 7518, section 4.6.2), over SHA-256.
enum ConcatKDF {
    /// A key of `size` bytes.
    ///
    /// - Parameters:
    ///   - secret: what sender and recipient share.
    ///   - algorithm: the name of the algorithm that uses the key.
    ///   - producer: the header's `apu`, decoded.
    ///   - consumer: the header's `apv`, decoded.
    static func key(
        from secret: SharedSecret, for algorithm: String, size: Int, producer: [UInt8] = [], consumer: [UInt8] = []
    ) -> SymmetricKey {
        let information =
            lengthPrefixed(Array(algorithm.utf8)) + lengthPrefixed(producer) + lengthPrefixed(consumer)
            + number(size * 8)
        var key: [UInt8] = []
        var round = 1
        while key.count < size {
            var hash = SHA256()
            hash.update(data: number(round))
            secret.withUnsafeBytes { hash.update(bufferPointer: $0) }
            hash.update(data: information)
            key += hash.finalize()
            round += 1
        }
        return SymmetricKey(data: key.prefix(size))
    }

    private static func number(_ value: Int) -> [UInt8] {
        (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func lengthPrefixed(_ bytes: [UInt8]) -> [UInt8] { number(bytes.count) + bytes }
}
