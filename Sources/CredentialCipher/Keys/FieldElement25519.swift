/// A number modulo 2²⁵⁵ − 19, the field of Curve25519.
///
/// Only public keys are computed with: nothing here takes constant time, and nothing secret may come here.
struct FieldElement25519: Equatable {
    /// Four words, the lowest first; any value below 2²⁵⁶.
    private var words: [UInt64]

    private static let modulus: [UInt64] = [0xFFFF_FFFF_FFFF_FFED, .max, .max, 0x7FFF_FFFF_FFFF_FFFF]

    init(_ small: UInt64) {
        words = [small, 0, 0, 0]
    }

    /// The number whose 32 bytes, the lowest first, are given; the highest bit is left out, as RFC 7748 and RFC 8032 want.
    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        words = [0, 0, 0, 0]
        for (place, byte) in bytes.enumerated() { words[place / 8] |= UInt64(byte) << UInt64(place % 8 * 8) }
        words[3] &= UInt64.max >> 1
    }

    /// The one representation below the modulus, as 32 bytes, the lowest first.
    var bytes: [UInt8] {
        let words = reduced
        return (0..<32).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64($0 % 8 * 8)) }
    }

    var isZero: Bool { reduced.allSatisfy { $0 == 0 } }

    /// Whether some number's square is this one.
    ///
    /// Euler's criterion: the power to half of modulus − 1 is then one, or zero for zero.
    var isSquare: Bool {
        isZero || power([0xFFFF_FFFF_FFFF_FFF6, .max, .max, 0x3FFF_FFFF_FFFF_FFFF]) == FieldElement25519(1)
    }

    /// One divided by this; zero for zero.
    var inverse: FieldElement25519 {
        power([0xFFFF_FFFF_FFFF_FFEB, .max, .max, 0x7FFF_FFFF_FFFF_FFFF])
    }

    static func == (left: FieldElement25519, right: FieldElement25519) -> Bool { left.reduced == right.reduced }

    static func + (left: FieldElement25519, right: FieldElement25519) -> FieldElement25519 {
        var sum = left
        // 2²⁵⁶ is 38 more than twice the modulus.
        if sum.add(right.words), sum.add([38, 0, 0, 0]) { _ = sum.add([38, 0, 0, 0]) }
        return sum
    }

    static func - (left: FieldElement25519, right: FieldElement25519) -> FieldElement25519 {
        var difference = left
        if difference.subtract(right.words), difference.subtract([38, 0, 0, 0]) {
            _ = difference.subtract([38, 0, 0, 0])
        }
        return difference
    }

    static func * (left: FieldElement25519, right: FieldElement25519) -> FieldElement25519 {
        var wide = [UInt64](repeating: 0, count: 8)
        for (i, a) in left.words.enumerated() {
            var carry: UInt64 = 0
            for (j, b) in right.words.enumerated() {
                (carry, wide[i + j]) = accumulate(a, b, wide[i + j], carry)
            }
            wide[i + 4] = carry
        }
        var product = FieldElement25519(0)
        var carry: UInt64 = 0
        for place in 0..<4 {
            (carry, product.words[place]) = accumulate(wide[place + 4], 38, wide[place], carry)
        }
        // The carry is below 39, so that 38 times it fits.
        return product + FieldElement25519(carry &* 38)
    }

    /// `a * b + c + d`, which fits two words.
    private static func accumulate(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> (high: UInt64, low: UInt64) {
        var (high, low) = a.multipliedFullWidth(by: b)
        for addend in [c, d] {
            let (sum, overflow) = low.addingReportingOverflow(addend)
            low = sum
            high &+= overflow ? 1 : 0
        }
        return (high, low)
    }

    private var reduced: [UInt64] {
        var element = self
        for _ in 0..<2 {
            var smaller = element
            if !smaller.subtract(Self.modulus) { element = smaller }
        }
        return element.words
    }

    /// Adds and tells whether the sum left the 256 bits.
    private mutating func add(_ other: [UInt64]) -> Bool {
        var carry = false
        for place in 0..<4 {
            let (sum, first) = words[place].addingReportingOverflow(other[place])
            let (total, second) = sum.addingReportingOverflow(carry ? 1 : 0)
            words[place] = total
            carry = first || second
        }
        return carry
    }

    /// Subtracts and tells whether the difference is negative (and so 2²⁵⁶ too large).
    private mutating func subtract(_ other: [UInt64]) -> Bool {
        var borrow = false
        for place in 0..<4 {
            let (difference, first) = words[place].subtractingReportingOverflow(other[place])
            let (total, second) = difference.subtractingReportingOverflow(borrow ? 1 : 0)
            words[place] = total
            borrow = first || second
        }
        return borrow
    }

    private func power(_ exponent: [UInt64]) -> FieldElement25519 {
        var result = FieldElement25519(1)
        for bit in (0..<256).reversed() {
            result = result * result
            if exponent[bit / 64] >> UInt64(bit % 64) & 1 == 1 { result = result * self }
        }
        return result
    }
}
