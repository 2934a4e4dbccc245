/// Tells whether bytes are UTF-8, piece by piece.
struct UTF8Check {
    /// How many characters beyond ASCII there are.
    private(set) var longCharacters = 0
    /// How many places there are that can't be UTF-8.
    private(set) var faults = 0

    private var missing = 0
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether a whole text is UTF-8.
    static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
        var check = UTF8Check()
        bytes.withUnsafeBytes { check.add($0) }
        check.finish()
        return check.faults == 0
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var place = 0
        while place < bytes.count {
            if missing == 0 {
                place = Self.endOfASCII(bytes, from: place)
                guard place < bytes.count else { return }
            }
            add(bytes[place])
            place += 1
        }
    }

    /// Ends the text: a character that isn't complete is a fault.
    mutating func finish() {
        if missing > 0 { faults += 1 }
        missing = 0
    }

    private mutating func add(_ byte: UInt8) {
        if missing > 0 {
            if allowed.contains(byte) {
                missing -= 1
                if missing == 0 { longCharacters += 1 }
                allowed = 0x80...0xBF
                return
            }
            missing = 0
            faults += 1
        }
        begin(byte)
    }

    private mutating func begin(_ byte: UInt8) {
        allowed = 0x80...0xBF
        switch byte {
        case 0..<0x80: break
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF:
            missing = 2
            if byte == 0xE0 { allowed = 0xA0...0xBF }
            if byte == 0xED { allowed = 0x80...0x9F }
        case 0xF0...0xF4:
            missing = 3
            if byte == 0xF0 { allowed = 0x90...0xBF }
            if byte == 0xF4 { allowed = 0x80...0x8F }
        default: faults += 1
        }
    }

    /// The first byte from `start` on that isn't ASCII, or the end.
    private static func endOfASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var place = start
        while place + 8 <= bytes.count {
            guard bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 else {
                break
            }
            place += 8
        }
        while place < bytes.count, bytes[place] < 0x80 { place += 1 }
        return place
    }
}
