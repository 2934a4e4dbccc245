import SeededNumbers

/// Numbers that look random and are the same in every run.
struct Dice: RandomNumberGenerator {
    private var numbers: SeededGenerator

    init(seed: UInt64) { numbers = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { numbers.next() }

    mutating func roll(_ sides: Int) -> Int { Int(next() % UInt64(sides)) }

    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { roll(count) == 0 }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[roll(elements.count)] }
}
