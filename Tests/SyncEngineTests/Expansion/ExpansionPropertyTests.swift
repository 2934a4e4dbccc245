import AccessModel
import BatonWire
import SeededNumbers
import SwiftProtobuf
import Testing

extension SeededGenerator {
    /// Numbers far from those of the neighbouring seeds.
    init(_ seed: Int) {
        self.init(seed: UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    }
}

extension SmallDirectory {
    /// A small directory with random memberships, nestings, cycles, filters and gaps.
    static func random(_ seed: Int) -> SmallDirectory {
        var numbers = SeededGenerator(seed)
        var directory = SmallDirectory()
        let groups = Int.random(in: 1...7, using: &numbers)
        for number in 0..<5 { directory.addUser("u\(number)") }
        for number in 0..<groups { directory.addGroup("g\(number)") }
        for number in 0..<2 { directory.addRole("r\(number)") }
        for _ in 0..<Int.random(in: 0...14, using: &numbers) {
            directory.grant(
                "member", on: "group/g\(Int.random(in: 0..<groups, using: &numbers))",
                to: "user/u\(Int.random(in: 0..<5, using: &numbers))")
        }
        for _ in 0..<Int.random(in: 0...12, using: &numbers) {
            let isRole = Int.random(in: 0..<4, using: &numbers) == 0
            let target =
                isRole
                ? "role/r\(Int.random(in: 0..<2, using: &numbers))"
                : "group/g\(Int.random(in: 0..<groups, using: &numbers))"
            let filters: [[String]] = [[], [], ["user"], ["group"], ["user", "group"]]
            // One slug in eight names an entitlement that isn't stored.
            let isGone = Int.random(in: 0..<8, using: &numbers) == 0
            directory.nest(
                "g\(Int.random(in: 0..<groups, using: &numbers))",
                into: isGone ? "gone" : isRole ? "assigned" : "member",
                on: target, shallow: Bool.random(using: &numbers), types: filters.randomElement(using: &numbers) ?? [])
        }
        directory.giveEachGrantItsOwnID(using: &numbers)
        return directory
    }

    /// Now and then a grant has an id of its own, so that one principal holds an entitlement twice; otherwise one id means one
    /// grant, as in a file.
    private mutating func giveEachGrantItsOwnID(using numbers: inout SeededGenerator) {
        var seen: Set<ByteKey> = []
        for place in grants.indices where !seen.insert(ByteKey(grants[place].id)).inserted {
            if Bool.random(using: &numbers) { grants[place].id += "#\(place)" }
        }
        var last: [ByteKey: Int] = [:]
        for (place, grant) in grants.enumerated() { last[ByteKey(grant.id)] = place }
        grants = last.values.sorted().map { grants[$0] }
    }
}

@Suite struct `any expansion` {
    @Test(arguments: 0..<400) func `is what the plain words of the specification say`(seed: Int) throws {
        let directory = SmallDirectory.random(seed)
        let naive = NaiveExpansion(directory).result
        let once = try expandedDirectly(directory)
        #expect(once.rows == naive, "seed \(seed)")
    }

    @Test(arguments: 0..<100) func `changes nothing the second time`(seed: Int) throws {
        let directory = SmallDirectory.random(seed)
        #expect(try expandedDirectly(directory, times: 2).rows == expandedDirectly(directory).rows, "seed \(seed)")
    }

    @Test(arguments: 0..<100) func `doesn't depend on the order of the grants`(seed: Int) throws {
        let directory = SmallDirectory.random(seed)
        var numbers = SeededGenerator(seed + 1000)
        var other = directory
        other.grants.shuffle(using: &numbers)
        other.entitlements.shuffle(using: &numbers)
        #expect(try expandedDirectly(other).rows == expandedDirectly(directory).rows, "seed \(seed)")
    }
}
