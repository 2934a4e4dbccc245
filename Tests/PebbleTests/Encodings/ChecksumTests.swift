import SeededNumbers
import Testing

@testable import Pebble

@Suite struct `a checksum` {
    @Test(arguments: [("", 0xA282_EAD8), ("123456789", 0xC78A_B0E5)] as [(String, UInt32)])
    func `CRC-32C is that of the format's examples`(text: String, masked: UInt32) {
        #expect(Array(text.utf8).withUnsafeBytes { CRC32C.masked($0) } == masked)
    }

    @Test(
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
        ] as [(String, UInt64)])
    func `XXH64 is that of its specification`(text: String, hash: UInt64) {
        #expect(Array(text.utf8).withUnsafeBytes { XXH64.hash($0) } == hash)
    }

    @Test func `is the same whether bytes come at once or in pieces`() {
        var numbers = SeededGenerator(seed: 1)
        for length in [0, 1, 7, 31, 32, 33, 63, 64, 100, 1000, 70_000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &numbers) }
            var crc = CRC32C()
            var hash = XXH64()
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(Int.random(in: 1...50, using: &numbers)))
                rest = rest.dropFirst(piece.count)
                piece.withUnsafeBytes { crc.append($0) }
                piece.withUnsafeBytes { hash.append($0) }
            }
            #expect(bytes.withUnsafeBytes { CRC32C.masked($0) } == crc.masked)
            #expect(bytes.withUnsafeBytes { XXH64.hash($0) } == hash.value)
        }
    }
}
