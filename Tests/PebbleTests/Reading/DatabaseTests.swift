import FilesInMemory
import SeededNumbers
import Testing

@testable import Pebble

@Suite struct `a database that was written here` {
    private func files(_ values: [[UInt8]: [UInt8]], tableSize: Int = 4096) throws -> FilesInMemory {
        let files = FilesInMemory()
        let writer = PebbleDatabaseWriter(to: files, tableSize: tableSize)
        for (key, value) in values.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            try key.withUnsafeBytes { key in try value.withUnsafeBytes { try writer.add(key, $0) } }
        }
        try writer.finish()
        return files
    }

    private func random(_ numbers: inout SeededGenerator) -> [[UInt8]: [UInt8]] {
        var values: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<Int.random(in: 0...800, using: &numbers) {
            let key = (0..<Int.random(in: 1...12, using: &numbers)).map { _ in UInt8.random(in: 0...3, using: &numbers)
            }
            values[key] = (0..<Int.random(in: 0...90, using: &numbers)).map { _ in
                UInt8.random(in: .min ... .max, using: &numbers)
            }
        }
        return values
    }

    @Test func `holds what was put into it, in any range and by any key`() throws {
        var numbers = SeededGenerator(seed: 8)
        for _ in 0..<60 {
            let values = random(&numbers)
            let database = try PebbleDatabase(files(values))
            let bounds = [random(&numbers).keys.first ?? [], random(&numbers).keys.first ?? [9]]
                .sorted { $0.lexicographicallyPrecedes($1) }
            for (lower, upper) in [([], [9]), (bounds[0], bounds[1])] {
                var found: [[UInt8]] = []
                let scan = database.scan(from: lower, upTo: upper)
                while try scan.next() {
                    found.append(Array(scan.key))
                    #expect(values[Array(scan.key)] == Array(scan.value))
                }
                let wanted = values.keys.filter {
                    !$0.lexicographicallyPrecedes(lower) && $0.lexicographicallyPrecedes(upper)
                }
                #expect(found == wanted.sorted { $0.lexicographicallyPrecedes($1) })
            }
            for key in Array(values.keys.prefix(50)) + Array(random(&numbers).keys.prefix(50)) {
                let found = try key.withUnsafeBytes { try database.withValue(of: $0) { Array($0) } }
                #expect(found == values[key])
            }
        }
    }

    @Test func `takes keys only in order`() throws {
        let writer = PebbleDatabaseWriter(to: FilesInMemory())
        try [2].withUnsafeBytes { key in try writer.add(key, key) }
        for key: [UInt8] in [[1], [2]] {
            #expect(throws: PebbleError.self) { try key.withUnsafeBytes { try writer.add($0, $0) } }
        }
    }

    @Test func `is refused when a part of it is missing or of another size`() throws {
        var numbers = SeededGenerator(seed: 9)
        var values = random(&numbers)
        while values.count < 300 { values.merge(random(&numbers)) { $1 } }
        let sound = try files(values)
        #expect(sound.files.keys.filter { $0.hasSuffix(".sst") }.count > 2)
        for name in sound.files.keys {
            let damaged = FilesInMemory()
            damaged.files = sound.files
            damaged.files[name] = nil
            #expect(throws: PebbleError.self, "\(name)") { try PebbleDatabase(damaged) }
            guard name.hasSuffix(".sst") else { continue }
            damaged.files[name] = (sound.files[name] ?? []) + [0]
            let error = #expect(throws: PebbleError.self) { try PebbleDatabase(damaged) }
            #expect(error?.place == name)
        }
        for format in ["012", "025", "x"] {
            let other = FilesInMemory()
            other.files = sound.files
            other.files["marker.format-version.000002.\(format)"] = []
            let error = #expect(throws: PebbleError.self) { try PebbleDatabase(other) }
            #expect(error?.code == .unsupported)
        }
    }

    @Test func `is refused when its log still holds something, and not for an old log`() throws {
        let sound = try files([[1]: [1]])
        sound.files["000001.log"] = RecordLog.holding([1, 2, 3])
        _ = try PebbleDatabase(sound)
        sound.files["000009.log"] = []
        _ = try PebbleDatabase(sound)
        sound.files["000010.log"] = RecordLog.holding([1, 2, 3])
        let error = #expect(throws: PebbleError.self) { try PebbleDatabase(sound) }
        #expect(error?.code == .unsupported && error?.place == "000010.log")
    }

    @Test func `overlooks what a log that is used again holds of its former life`() throws {
        let sound = try files([[1]: [1]])
        for (number, isLive) in [(8, false), (10, true)] as [(UInt32, Bool)] {
            sound.files["000010.log"] = Self.log(holding: [1, 2, 3], number: number)
            if isLive {
                #expect(throws: PebbleError.self) { try PebbleDatabase(sound) }
            } else {
                _ = try PebbleDatabase(sound)
            }
        }
    }

    /// One record in a piece that says to which log it belongs (c1z-v3 §4).
    private static func log(holding record: [UInt8], number: UInt32) -> [UInt8] {
        var covered = ByteWriter()
        covered.append([5])
        covered.fixed32(number)
        covered.append(record)
        var log = ByteWriter()
        log.fixed32(covered.bytes.withUnsafeBytes { CRC32C.masked($0) })
        log.append([UInt8(record.count), 0])
        log.append(covered.bytes)
        return log.bytes
    }
}
