/// Sequence number and kind of an entry, as they stand behind its key (c1z-v3 §7.6).
struct Trailer: Equatable {
    let rawValue: UInt64

    /// How late it was written: of two entries of one key, the higher number holds.
    var sequence: UInt64 { rawValue >> 8 }

    private var kind: UInt8 { UInt8(truncatingIfNeeded: rawValue) }

    /// The sequence number of a bound that doesn't belong to its table.
    static let exclusiveSequence: UInt64 = 1 << 56 - 1
    /// How many bytes it takes behind a key.
    static let size = 8

    /// What an entry does to its key.
    enum Effect {
        case sets, deletes
    }

    /// What the entry does.
    func effect() throws(Flaw) -> Effect {
        switch kind {
        case 1, 18: return .sets
        case 0, 7, 23: return .deletes
        default: throw Flaw(.unsupported, "entries of kind \(kind) are not known")
        }
    }

    /// The same entry, written at another time.
    func with(sequence: UInt64) -> Trailer {
        Trailer(rawValue: sequence << 8 | rawValue & 0xFF)
    }
}

/// A key with its trailer, as the MANIFEST and older tables write it.
struct InternalKey {
    let key: UnsafeRawBufferPointer
    let trailer: Trailer

    init(_ bytes: UnsafeRawBufferPointer) throws(Flaw) {
        guard bytes.count >= Trailer.size else { throw Flaw(.corrupt, "a key without its trailer") }
        let length = bytes.count - Trailer.size
        key = UnsafeRawBufferPointer(rebasing: bytes[..<length])
        trailer = Trailer(
            rawValue: bytes.loadUnaligned(fromByteOffset: length, as: UInt64.self).littleEndian)
    }
}
