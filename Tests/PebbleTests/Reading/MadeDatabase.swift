import FilesInMemory
import SeededNumbers

@testable import Pebble

/// A database that changes at random, and what it must hold then.
struct MadeDatabase {
    /// A table, or a part of one.
    private struct Live {
        var level: Int
        var number: UInt64
        var file: UInt64
        var smallest: (key: [UInt8], trailer: UInt64)
        var largest: (key: [UInt8], trailer: UInt64)
        var sequences: ClosedRange<UInt64>
        var isVirtual = false
    }

    private(set) var model: [[UInt8]: [UInt8]] = [:]
    private var live: [Live] = []
    private var tables: [UInt64: [UInt8]] = [:]
    private var sequence: UInt64 = 9
    private var nextNumber: UInt64 = 3
    private var numbers: SeededGenerator

    private static let exclusive: UInt64 = (1 << 56 - 1) << 8 | 15

    init(seed: UInt64, steps: Int) {
        numbers = SeededGenerator(seed: seed)
        for _ in 0..<steps {
            switch Int.random(in: 0..<6, using: &numbers) {
            case 0: ingest()
            case 1: excise()
            default: flush()
            }
        }
    }

    private mutating func key() -> [UInt8] {
        [3] + (0..<Int.random(in: 1...3, using: &numbers)).map { _ in UInt8.random(in: 0...4, using: &numbers) }
    }

    private mutating func number() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }

    /// Sets, deletions and at most one deletion of a range, written to a table of their own.
    private mutating func flush() {
        var table = MadeTable()
        table.blockRows = Int.random(in: 1...9, using: &numbers)
        table.hasTwoLevels = Bool.random(using: &numbers)
        let first = sequence + 1
        for _ in 0..<Int.random(in: 1...40, using: &numbers) {
            sequence += 1
            if Int.random(in: 0..<15, using: &numbers) == 0, table.deletions.isEmpty {
                let ends = [key(), key()].sorted { $0.lexicographicallyPrecedes($1) }
                guard ends[0] != ends[1] else { continue }
                table.deletions.append(RangeDeletion(start: ends[0], end: ends[1], sequence: sequence))
                removeFromModel(from: ends[0], upTo: ends[1])
                continue
            }
            let key = key()
            let value = Int.random(in: 0..<4, using: &numbers) == 0 ? nil : [UInt8(truncatingIfNeeded: sequence)]
            table.entries.append(MadeTable.Entry(key: key, sequence: sequence, value: value))
            model[key] = value
        }
        table.entries.sort { left, right in
            left.key == right.key ? left.sequence > right.sequence : left.key.lexicographicallyPrecedes(right.key)
        }
        add(table, level: 0, sequences: first...sequence)
    }

    /// A table built apart, whose entries all count as written now.
    private mutating func ingest() {
        sequence += 1
        var table = MadeTable()
        var keys: [[UInt8]] = (0..<Int.random(in: 1...20, using: &numbers)).map { _ in key() }
        keys.sort { $0.lexicographicallyPrecedes($1) }
        for (place, key) in keys.enumerated() where place == 0 || keys[place - 1] != key {
            let value = [UInt8(truncatingIfNeeded: sequence), 1]
            table.entries.append(MadeTable.Entry(key: key, sequence: 0, value: value))
            model[key] = value
        }
        add(table, level: 6, sequences: sequence...sequence)
    }

    /// Cuts a range out of all tables, which leaves virtual ones on both sides of it.
    private mutating func excise() {
        let ends = [key(), key()].sorted { $0.lexicographicallyPrecedes($1) }
        let (start, end) = (ends[0], ends[1])
        guard start != end else { return }
        removeFromModel(from: start, upTo: end)
        var kept: [Live] = []
        for table in live {
            if table.smallest.key.lexicographicallyPrecedes(start) {
                var left = table
                if !table.largest.key.lexicographicallyPrecedes(start) { left.largest = (start, Self.exclusive) }
                left.isVirtual = true
                left.number = number()
                kept.append(left)
            }
            let reaches =
                table.largest.trailer == Self.exclusive
                ? end.lexicographicallyPrecedes(table.largest.key)
                : !table.largest.key.lexicographicallyPrecedes(end)
            if reaches {
                var right = table
                if table.smallest.key.lexicographicallyPrecedes(end) { right.smallest = (end, 0x100) }
                right.isVirtual = true
                right.number = number()
                kept.append(right)
            }
        }
        live = kept
    }

    private mutating func removeFromModel(from start: [UInt8], upTo end: [UInt8]) {
        model = model.filter { $0.key.lexicographicallyPrecedes(start) || !$0.key.lexicographicallyPrecedes(end) }
    }

    private mutating func add(_ table: MadeTable, level: Int, sequences: ClosedRange<UInt64>) {
        var keys = table.entries.map(\.key) + table.deletions.map(\.start)
        keys.sort { $0.lexicographicallyPrecedes($1) }
        guard let first = keys.first, let last = keys.last else { return }
        var largest = (key: last, trailer: sequences.upperBound << 8 | 1)
        for deletion in table.deletions where !deletion.end.lexicographicallyPrecedes(largest.key) {
            largest = (
                deletion.end,
                deletion.end == last && table.entries.contains { $0.key == last } ? largest.trailer : Self.exclusive
            )
        }
        let number = number()
        tables[number] = table.bytes
        live.append(
            Live(
                level: level, number: number, file: number, smallest: (first, sequences.upperBound << 8 | 1),
                largest: largest, sequences: sequences))
    }

    /// The files of the database.
    var files: FilesInMemory {
        let files = FilesInMemory()
        for (number, bytes) in tables where live.contains(where: { $0.file == number }) {
            files.files[LiveTable.fileName(number)] = bytes
        }
        files.files["MANIFEST-000001"] = RecordLog.holding(version)
        files.files["marker.manifest.000001.MANIFEST-000001"] = []
        files.files["marker.format-version.000001.024"] = []
        return files
    }

    private var version: [UInt8] {
        var edit = ByteWriter()
        for table in live {
            let size = tables[table.file]?.count ?? 0
            for number in [103, UInt64(table.level), table.number, UInt64(size)] { edit.number(number) }
            for bound in [table.smallest, table.largest] {
                edit.size(bound.key.count + 8)
                edit.append(bound.key)
                edit.fixed64(bound.trailer)
            }
            edit.number(table.sequences.lowerBound)
            edit.number(table.sequences.upperBound)
            if table.isVirtual {
                edit.number(66)
                edit.number(table.file)
            }
            edit.number(1)
        }
        for file in Set(live.filter(\.isVirtual).map(\.file)) {
            edit.number(105)
            edit.number(file)
            edit.size(tables[file]?.count ?? 0)
        }
        return edit.bytes
    }
}
