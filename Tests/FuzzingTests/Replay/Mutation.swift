import SeededNumbers

extension [UInt8] {
    /// The bytes with one to four changes, some of them taken from `other`.
    func mutated(with generator: inout SeededGenerator, and other: [UInt8]) -> [UInt8] {
        var bytes = self
        for _ in 0..<Int.random(in: 1...4, using: &generator) { bytes.mutate(with: &generator, and: other) }
        return bytes
    }

    private mutating func mutate(with generator: inout SeededGenerator, and other: [UInt8]) {
        guard !isEmpty else { return append(contentsOf: other.prefix(Int.random(in: 0...64, using: &generator))) }
        let place = Int.random(in: 0..<count, using: &generator)
        let length = Swift.min(count - place, Int.random(in: 1...32, using: &generator))
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: self[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: self[place] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF].randomElement(using: &generator) ?? 0
        case 2: self[place] = other.randomElement(using: &generator) ?? 0
        case 3: removeSubrange(place..<(place + length))
        case 4: insert(contentsOf: self[place..<(place + length)], at: place)
        case 5: removeLast(length)
        case 6: insert(.random(in: .min ... .max, using: &generator), at: place)
        default:
            guard !other.isEmpty else { return }
            let start = Int.random(in: 0..<other.count, using: &generator)
            insert(contentsOf: other[start...].prefix(length), at: place)
        }
    }
}
