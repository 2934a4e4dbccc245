import SeededNumbers
import Testing

@testable import Pebble

@Suite struct `deletions of ranges` {
    @Test func `cover what a list of them covers`() throws {
        var numbers = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let deletions = (0..<Int.random(in: 0...12, using: &numbers)).map { _ in
                let start = UInt8.random(in: 0..<100, using: &numbers)
                return RangeDeletion(
                    start: [start], end: [start + UInt8.random(in: 0...40, using: &numbers)],
                    sequence: UInt64.random(in: 1...50, using: &numbers))
            }
            var set = RangeDeletionSet()
            // They come as the scan opens tables: before the first key that they may cover.
            var waiting = deletions.sorted { $0.start[0] < $1.start[0] }
            for key in 0..<150 {
                while let next = waiting.first, Int(next.start[0]) <= key {
                    set.add([next], behind: [])
                    waiting.removeFirst()
                }
                let sequence = UInt64.random(in: 0...50, using: &numbers)
                let wanted = deletions.contains {
                    Int($0.start[0]) <= key && key < Int($0.end[0]) && $0.sequence > sequence
                }
                let covered = try [UInt8(key)].withUnsafeBytes { try set.cover($0, writtenAt: sequence) }
                #expect(covered == wanted, "key \(key), \(deletions)")
            }
        }
    }
}
