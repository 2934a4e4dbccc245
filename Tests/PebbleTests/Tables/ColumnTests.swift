import SeededNumbers
import Testing

@testable import Pebble

@Suite struct `a column` {
    private func reading<Result>(_ block: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
    {
        try block.withUnsafeBytes { try body($0) }
    }

    @Test(arguments: [0, 1, 2, 4, 8]) func `of numbers gives them back, with and without a base`(width: Int) throws {
        var numbers = SeededGenerator(seed: UInt64(width))
        for base: UInt64? in [nil, 0, 77, 1 << 40] {
            for count in [0, 1, 2, 63, 64, 65, 300] {
                let limit = width == 8 ? UInt64.max >> 1 : width == 0 ? 0 : 1 << UInt64(8 * width) - 1
                let values = (0..<count).map { _ in UInt64.random(in: 0...limit, using: &numbers) + (base ?? 0) }
                let block = MadeColumns.block(
                    custom: [9], rows: count,
                    [
                        MadeColumns.byteStrings(values.map { _ in [1] }),
                        MadeColumns.numbers(values, width: width, base: base),
                    ])
                try reading(block) { bytes in
                    let columns = try ColumnarBlock(bytes, custom: 1, columns: [.bytes, .numbers])
                    let column = try columns.numbers(1)
                    #expect((0..<count).map { column[$0] } == values)
                }
            }
        }
    }

    @Test func `of byte strings gives them back`() throws {
        var numbers = SeededGenerator(seed: 6)
        for count in [0, 1, 5, 100, 700] {
            let values = (0..<count).map { _ in
                (0..<Int.random(in: 0...20, using: &numbers)).map { _ in
                    UInt8.random(in: .min ... .max, using: &numbers)
                }
            }
            let block = MadeColumns.block(rows: count, [MadeColumns.byteStrings(values)])
            try reading(block) { bytes in
                let column = try ColumnarBlock(bytes, custom: 0, columns: [.bytes]).byteStrings(0)
                #expect(try (0..<count).map { Array(try column[$0]) } == values)
            }
        }
    }

    @Test func `of flags knows whether one is set`() throws {
        for count in [1, 64, 65, 5000] {
            for place in [nil, 0, count - 1] {
                let values = (0..<count).map { $0 == place }
                let padding = MadeColumns.byteStrings((0..<count).map { _ in [1] })
                let block = MadeColumns.block(rows: count, [MadeColumns.flags(values), padding])
                try reading(block) { bytes in
                    let column = try ColumnarBlock(bytes, custom: 0, columns: [.flags, .bytes]).flags(0)
                    #expect(column.isEmpty == (place == nil))
                }
            }
        }
    }

    @Test(arguments: [0, 1, 4, 6]) func `of keys gives them back, repeated ones too`(bundleShift: Int) throws {
        var numbers = SeededGenerator(seed: UInt64(bundleShift))
        for count in [1, 2, 15, 16, 17, 33, 200] {
            var keys = (0..<count).map { _ in
                [3, 4, 0]
                    + (0..<Int.random(in: 1...9, using: &numbers)).map { _ in UInt8.random(in: 0...2, using: &numbers) }
            }
            for _ in 0..<(count / 3) {
                keys[Int.random(in: keys.indices, using: &numbers)] =
                    keys[Int.random(in: keys.indices, using: &numbers)]
            }
            keys.sort { $0.lexicographicallyPrecedes($1) }
            let block = MadeColumns.block(rows: count, [MadeColumns.keys(keys, bundleShift: bundleShift)])
            try reading(block) { bytes in
                let column = try ColumnarBlock(bytes, custom: 0, columns: [.prefixedBytes]).keys(0)
                var key = KeyBuffer()
                var prefix = 0
                for row in 0..<count {
                    try column.advance(&key, prefix: &prefix, to: row)
                    #expect(Array(key.bytes) == keys[row])
                }
            }
        }
    }

    @Test func `is refused when it goes beyond its block`() throws {
        let keys = (0..<40).map { [3, UInt8($0 / 8), UInt8($0)] }
        let sound = MadeColumns.block(
            rows: 40, [MadeColumns.keys(keys), MadeColumns.numbers(keys.map { UInt64($0[2]) << 9 })])
        for place in sound.indices {
            for change: UInt8 in [0x01, 0x40, 0xFF] {
                var changed = sound
                changed[place] ^= change
                // Whatever comes of it, it comes to an end inside the block.
                try? reading(changed) { bytes in
                    let block = try ColumnarBlock(bytes, custom: 0, columns: [.prefixedBytes, .numbers])
                    let (column, trailers) = (try block.keys(0), try block.numbers(1))
                    var key = KeyBuffer()
                    var prefix = 0
                    for row in 0..<block.rows {
                        try column.advance(&key, prefix: &prefix, to: row)
                        _ = trailers[row]
                    }
                    #expect(key.count <= changed.count)
                }
            }
        }
        for length in 0..<(sound.count - 1) {
            try? reading(Array(sound[..<length])) { bytes in
                _ = try ColumnarBlock(bytes, custom: 0, columns: [.prefixedBytes, .numbers]).numbers(1)
                Issue.record("\(length) of \(sound.count) bytes were taken for a block")
            }
        }
    }
}
