import SeededNumbers
import Testing

@testable import Pebble

@Suite struct `a Snappy block` {
    private func decode(_ block: [UInt8]) throws -> [UInt8] {
        try block.withUnsafeBytes { block in
            let (length, start) = try Snappy.decodedLength(of: block)
            var output = [UInt8](repeating: 0, count: length)
            try output.withUnsafeMutableBytes {
                try Snappy.decode(UnsafeRawBufferPointer(rebasing: block[start...]), into: $0)
            }
            return output
        }
    }

    /// Literals and copies of all kinds, and what they stand for.
    private func random(_ numbers: inout SeededGenerator) -> (block: [UInt8], content: [UInt8]) {
        var content: [UInt8] = []
        var elements: [UInt8] = []
        for _ in 0..<Int.random(in: 1...40, using: &numbers) {
            let kind = content.isEmpty ? 0 : Int.random(in: 0...3, using: &numbers)
            guard kind > 0 else {
                let literal = (0..<Int.random(in: 1...300, using: &numbers)).map { _ in
                    UInt8.random(in: 0...3, using: &numbers)
                }
                let length = literal.count - 1
                elements += length < 60 ? [UInt8(length << 2)] : [61 << 2, UInt8(length & 0xFF), UInt8(length >> 8)]
                elements += literal
                content += literal
                continue
            }
            let offset = Int.random(in: 1...min(content.count, kind == 1 ? 2047 : 60_000), using: &numbers)
            let count = kind == 1 ? Int.random(in: 4...11, using: &numbers) : Int.random(in: 1...64, using: &numbers)
            switch kind {
            case 1: elements += [UInt8(1 | (count - 4) << 2 | (offset >> 8) << 5), UInt8(offset & 0xFF)]
            case 2: elements += [UInt8(2 | (count - 1) << 2), UInt8(offset & 0xFF), UInt8(offset >> 8)]
            default: elements += [UInt8(3 | (count - 1) << 2), UInt8(offset & 0xFF), UInt8(offset >> 8), 0, 0]
            }
            for _ in 0..<count { content.append(content[content.count - offset]) }
        }
        var head = ByteWriter()
        head.size(content.count)
        return (head.bytes + elements, content)
    }

    @Test func `decodes to what it was made from`() throws {
        var numbers = SeededGenerator(seed: 2)
        for _ in 0..<200 {
            let (block, content) = random(&numbers)
            #expect(try decode(block) == content)
        }
    }

    @Test func `is refused when it says what isn't so`() {
        let blocks: [[UInt8]] = [
            [], [5], [0x80], [1, 0xFC], [3, 8, 65, 66], [1, 8, 65, 66, 67], [9, 8, 65, 66, 67, 5, 9], [4, 0, 65, 1, 0],
            [5, 0, 65, 2, 1, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0, 65], [2, 0, 65, 3, 1, 0],
        ]
        for block in blocks { #expect(throws: Flaw.self, "\(block)") { try decode(block) } }
    }
}
