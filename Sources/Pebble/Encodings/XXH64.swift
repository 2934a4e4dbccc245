/// The 64-bit hash XXH64 with seed 0 (xxHash specification), for bytes that come piece by piece.
public struct XXH64: Sendable {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    private var lanes = SIMD4<UInt64>(prime1 &+ prime2, prime2, 0, 0 &- prime1)
    private var total: UInt64 = 0
    /// What is left of a stripe of 32 bytes.
    private var rest: [UInt8] = []

    /// The hash of nothing.
    public init() {}

    /// The hash of `bytes`.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = XXH64()
        hash.append(bytes)
        return hash.value
    }

    /// Goes on with `bytes`.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        total &+= UInt64(bytes.count)
        var position = 0
        if !rest.isEmpty {
            position = min(32 - rest.count, bytes.count)
            rest.append(contentsOf: bytes[..<position])
            guard rest.count == 32 else { return }
            lanes = rest.withUnsafeBytes { Self.stripe(lanes, $0, at: 0) }
            rest.removeAll(keepingCapacity: true)
        }
        var present = lanes
        while bytes.count - position >= 32 {
            present = Self.stripe(present, bytes, at: position)
            position += 32
        }
        lanes = present
        rest.append(contentsOf: bytes[position...])
    }

    /// The hash of the bytes so far.
    public var value: UInt64 {
        var hash = total >= 32 ? merged : Self.prime5
        hash &+= total
        rest.withUnsafeBytes { rest in
            var position = 0
            while rest.count - position >= 8 {
                hash ^= Self.round(0, rest.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian)
                hash = Self.rotated(hash, 27) &* Self.prime1 &+ Self.prime4
                position += 8
            }
            if rest.count - position >= 4 {
                let word = rest.loadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian
                hash ^= UInt64(word) &* Self.prime1
                hash = Self.rotated(hash, 23) &* Self.prime2 &+ Self.prime3
                position += 4
            }
            for byte in rest[position...] {
                hash ^= UInt64(byte) &* Self.prime5
                hash = Self.rotated(hash, 11) &* Self.prime1
            }
        }
        hash = (hash ^ hash >> 33) &* Self.prime2
        hash = (hash ^ hash >> 29) &* Self.prime3
        return hash ^ hash >> 32
    }

    private var merged: UInt64 {
        var hash = Self.rotated(lanes[0], 1) &+ Self.rotated(lanes[1], 7)
        hash &+= Self.rotated(lanes[2], 12) &+ Self.rotated(lanes[3], 18)
        for lane in 0..<4 { hash = (hash ^ Self.round(0, lanes[lane])) &* Self.prime1 &+ Self.prime4 }
        return hash
    }

    @inline(__always)
    private static func stripe(
        _ lanes: SIMD4<UInt64>, _ bytes: UnsafeRawBufferPointer, at position: Int
    ) -> SIMD4<UInt64> {
        func lane(_ index: Int) -> UInt64 {
            round(
                lanes[index], bytes.loadUnaligned(fromByteOffset: position + 8 * index, as: UInt64.self).littleEndian)
        }
        return SIMD4(lane(0), lane(1), lane(2), lane(3))
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotated(lane &+ input &* prime2, 31) &* prime1
    }

    @inline(__always)
    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }
}
