import SeededNumbers
import Testing

@testable import Pebble

@Suite struct `a log of records` {
    private func records(_ log: [UInt8]) throws -> [[UInt8]] {
        try log.withUnsafeBytes { bytes in
            var records: [[UInt8]] = []
            var log = RecordLog(bytes)
            while let record = try log.next() { records.append(record) }
            return records
        }
    }

    @Test func `gives back records of every size round its blocks`() throws {
        for size in [0, 1, 100, 32_754, 32_755, 32_760, 32_761, 32_762, 32_768, 65_522, 65_523, 100_000] {
            let record = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(try records(RecordLog.holding(record)) == [record], "\(size)")
        }
    }

    @Test func `may be filled up with zeros`() throws {
        let log = RecordLog.holding([1, 2, 3])
        #expect(try records(log + [UInt8](repeating: 0, count: 400)) == [[1, 2, 3]])
        #expect(try records(log + [0, 0, 0]) == [[1, 2, 3]])
        #expect(try records([]).isEmpty)
    }

    @Test func `is refused when it is cut off or changed`() throws {
        let log = RecordLog.holding([UInt8](repeating: 7, count: 40_000))
        for length in [5, 8, 100, 32_767, 32_768, 32_770, log.count - 1] {
            #expect(throws: Flaw.self, "\(length)") { try records(Array(log[..<length])) }
        }
        for place in stride(from: 0, to: log.count, by: 997) {
            var changed = log
            changed[place] ^= 0x10
            #expect(throws: Flaw.self, "\(place)") { try records(changed) }
        }
    }
}
