/// A set of accounts by their number in `SudoAccounts`.
struct AccountSet: Sendable, Equatable {
    private var words: [UInt64]

    /// Nobody, with room for `count` accounts.
    init(count: Int) {
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
    }

    /// Everybody of `count` accounts.
    init(allOf count: Int) {
        words = [UInt64](repeating: .max, count: (count + 63) / 64)
        if !count.isMultiple(of: 64), let last = words.indices.last { words[last] = (1 << UInt64(count % 64)) - 1 }
    }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
    var byteCount: Int { words.count * 8 }

    func contains(_ index: Int) -> Bool { words[index / 64] & 1 << UInt64(index % 64) != 0 }
    mutating func insert(_ index: Int) { words[index / 64] |= 1 << UInt64(index % 64) }
    mutating func remove(_ index: Int) { words[index / 64] &= ~(1 << UInt64(index % 64)) }

    mutating func formUnion(_ other: AccountSet) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    mutating func subtract(_ other: AccountSet) {
        for index in words.indices { words[index] &= ~other.words[index] }
    }

    func intersection(_ other: AccountSet) -> AccountSet {
        var result = self
        for index in words.indices { result.words[index] &= other.words[index] }
        return result
    }

    func isDisjoint(with other: AccountSet) -> Bool {
        words.indices.allSatisfy { words[$0] & other.words[$0] == 0 }
    }

    func isSuperset(of other: AccountSet) -> Bool {
        words.indices.allSatisfy { other.words[$0] & ~words[$0] == 0 }
    }

    /// The numbers from 0 to below `end`, ascending.
    func indices(below end: Int) -> [Int] {
        var result: [Int] = []
        for (place, word) in words.enumerated() where word != 0 {
            var rest = word
            while rest != 0 {
                let index = place * 64 + rest.trailingZeroBitCount
                guard index < end else { return result }
                result.append(index)
                rest &= rest - 1
            }
        }
        return result
    }
}
