import SeededNumbers

extension [UInt8] {
    /// The bytes with one to four changes.
    func mutated(with generator: inout SeededGenerator) -> [UInt8] {
        var bytes = self
        for _ in 0..<Int.random(in: 1...4, using: &generator) { bytes.mutate(with: &generator) }
        return bytes
    }

    private mutating func mutate(with generator: inout SeededGenerator) {
        guard !isEmpty else { return append(.random(in: .min ... .max, using: &generator)) }
        let place = Int.random(in: 0..<count, using: &generator)
        let length = Swift.min(count - place, Int.random(in: 1...64, using: &generator))
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: self[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: self[place] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF].randomElement(using: &generator) ?? 0
        case 2: self[place] = .random(in: .min ... .max, using: &generator)
        case 3: removeSubrange(place..<(place + length))
        case 4: insert(contentsOf: self[place..<(place + length)], at: place)
        case 5: removeLast(Swift.min(count, length))
        case 6:
            for index in place..<(place + length) { self[index] = 0 }
        default:
            let other = Int.random(in: 0...(count - length), using: &generator)
            replaceSubrange(place..<(place + length), with: Array(self[other..<(other + length)]))
        }
    }
}
