import FilesInMemory
import Testing

@testable import Pebble

@Suite struct `a table that Pebble wrote` {
    private struct Point: Equatable {
        let key: String
        let sequence: UInt64
        let isSet: Bool
    }

    /// The first two bytes in hexadecimal digits, the rest as text with dots for separators.
    private func text(_ key: UnsafeRawBufferPointer) -> String {
        let head = key.prefix(2).map { $0 < 16 ? "0\(String($0, radix: 16))" : String($0, radix: 16) }.joined()
        return head + key.dropFirst(2).map { $0 < 32 ? ".\($0)" : String(UnicodeScalar($0)) }.joined()
    }

    @Test func `has the entries that are known to be in it`() throws {
        let table = try Table(FileInMemory(RecordedTable.bytes), named: "000012.sst")
        let cursor = TableCursor(table)
        var points: [Point] = []
        var goesOn = try [].withUnsafeBytes { try cursor.seek($0) }
        while goesOn {
            let isSet = try cursor.trailer.effect() == .sets
            points.append(Point(key: text(cursor.key), sequence: cursor.trailer.sequence, isSet: isSet))
            goesOn = try cursor.next()
        }
        #expect(points.map(\.sequence) == [14, 13, 16, 15, 17, 18, 27, 19, 23, 22, 26, 11, 10, 28])
        #expect(points.map(\.isSet) == (0..<14).map { $0 != 10 })
        #expect(points.first?.key == "0301.0group")
        #expect(points[10].key == "03ffgrant_digest_build_pending")
        #expect(points.last?.key == "03ffstats.0")
        #expect(table.rangeDeletions.map(\.start) == [[3, 10]])
        #expect(table.rangeDeletions.map(\.end) == [[3, 11]])
        #expect(table.rangeDeletions.map(\.sequence) == [21])
    }

    @Test func `belongs to a database with one more table`() throws {
        let manifest = try RecordedTable.manifest.withUnsafeBytes { try Manifest($0) }
        let tables = manifest.tables.sorted { $0.number < $1.number }
        #expect(tables.map(\.fileName) == ["000004.sst", "000006.sst"])
        // The first was built apart and given its place in time when it was taken in.
        #expect(tables.map(\.sequence) == [25, nil])
        #expect(manifest.fileSize(of: tables[1]) == UInt64(RecordedTable.bytes.count))
        #expect(manifest.tables.allSatisfy { !$0.isVirtual })
    }

    @Test func `is found out whichever byte is changed`() throws {
        let sound = RecordedTable.bytes
        for place in sound.indices {
            var changed = sound
            changed[place] ^= 0x04
            var count = 0
            do {
                let table = try Table(FileInMemory(changed), named: "000012.sst")
                let cursor = TableCursor(table)
                var goesOn = try [].withUnsafeBytes { try cursor.seek($0) }
                while goesOn {
                    count += 1
                    goesOn = try cursor.next()
                }
                // What is not covered says nothing about the entries: the padding of handles, and the properties.
                #expect(count == 14 && table.rangeDeletions.count == 1, "byte \(place)")
            } catch is PebbleError {
                continue
            }
        }
    }
}
