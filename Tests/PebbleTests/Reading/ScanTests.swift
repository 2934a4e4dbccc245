import SeededNumbers
import Testing

@testable import Pebble

@Suite struct `a database that changed` {
    @Test(arguments: 0..<8) func `holds what was done to it, however it is laid out`(shard: UInt64) throws {
        for seed in (shard * 50)..<(shard * 50 + 50) {
            let made = MadeDatabase(seed: seed, steps: Int(seed % 12) + 1)
            let database = try PebbleDatabase(made.files)
            var found: [[UInt8]: [UInt8]] = [:]
            let scan = database.scan(from: [], upTo: [4])
            while try scan.next() { found[Array(scan.key)] = Array(scan.value) }
            #expect(found == made.model, "seed \(seed)")
            var numbers = SeededGenerator(seed: seed)
            for _ in 0..<40 {
                let key =
                    [3]
                    + (0..<Int.random(in: 1...3, using: &numbers)).map { _ in
                        UInt8.random(in: 0...4, using: &numbers)
                    }
                let value = try key.withUnsafeBytes { try database.withValue(of: $0) { Array($0) } }
                #expect(value == made.model[key], "seed \(seed), key \(key)")
                let end = key + [2]
                var part: [[UInt8]: [UInt8]] = [:]
                let range = database.scan(from: key, upTo: end)
                while try range.next() { part[Array(range.key)] = Array(range.value) }
                let wanted = made.model.filter {
                    !$0.key.lexicographicallyPrecedes(key) && $0.key.lexicographicallyPrecedes(end)
                }
                #expect(part == wanted, "seed \(seed), from \(key)")
            }
        }
    }
}
