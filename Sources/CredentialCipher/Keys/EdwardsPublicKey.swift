/// The X25519 key of an Ed25519 key.
///
/// The birational map of RFC 7748, section 4.1: `u = (1 + y) / (1 - y)`. Both are public, so constant time isn't needed.
enum EdwardsPublicKey {
    /// The Montgomery coordinate of an encoded Edwards point, or nil when the bytes are no point of the curve or its zero.
    static func montgomery(_ key: some Collection<UInt8>) -> [UInt8]? {
        guard let y = FieldElement25519(bytes: key) else { return nil }
        let one = FieldElement25519(1)
        let square = y * y
        // x² = (y² − 1) / (d y² + 1) with d = −121665 / 121666; a quotient is a square when the product is.
        let d = FieldElement25519(0) - FieldElement25519(121_665) * FieldElement25519(121_666).inverse
        guard ((square - one) * (d * square + one)).isSquare, !(one - y).isZero else { return nil }
        return ((one + y) * (one - y).inverse).bytes
    }
}
