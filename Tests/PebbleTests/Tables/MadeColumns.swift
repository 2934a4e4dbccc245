@testable import Pebble

/// Blocks made of columns, as Pebble writes them (c1z-v3 §7.4).
struct MadeColumns {
    /// A column before it has its place: its type, and what it appends to the block.
    struct Column {
        let type: UInt8
        let append: (inout [UInt8]) -> Void
    }

    /// Numbers of a width, less a base when there is one.
    static func numbers(_ values: [UInt64], width: Int, base: UInt64? = nil) -> Column {
        Column(type: 2) { appendNumbers(values, width: width, base: base, to: &$0) }
    }

    /// Numbers in the least room.
    static func numbers(_ values: [UInt64]) -> Column {
        numbers(values, width: width(of: values.max() ?? 0))
    }

    static func byteStrings(_ values: [[UInt8]]) -> Column {
        Column(type: 3) { bytes in
            guard !values.isEmpty else { return }
            appendSlices(values, head: [], to: &bytes)
        }
    }

    static func flags(_ values: [Bool]) -> Column {
        Column(type: 1) { bytes in
            guard values.contains(true) else { return bytes.append(1) }
            bytes.append(0)
            while bytes.count % 8 != 0 { bytes.append(0) }
            var words = [UInt64](repeating: 0, count: (values.count + 63) / 64)
            for (place, value) in values.enumerated() where value { words[place / 64] |= 1 << UInt64(place % 64) }
            var summary = [UInt64](repeating: 0, count: (words.count + 63) / 64)
            for (place, word) in words.enumerated() where word != 0 { summary[place / 64] |= 1 << UInt64(place % 64) }
            for word in words + summary { withUnsafeBytes(of: word.littleEndian) { bytes += $0 } }
        }
    }

    /// Sorted keys, with a prefix for the block and one for each bundle.
    static func keys(_ keys: [[UInt8]], bundleShift: Int = 4) -> Column {
        Column(type: 4) { bytes in
            bytes.append(UInt8(bundleShift))
            let shared = common(keys)
            var slices: [[UInt8]] = []
            for start in stride(from: 0, to: keys.count, by: 1 << bundleShift) {
                let bundle = Array(keys[start..<min(keys.count, start + 1 << bundleShift)])
                let prefix = Array(common(bundle).dropFirst(shared.count))
                slices.append(prefix)
                for (place, key) in bundle.enumerated() {
                    let isRepeated = place > 0 && bundle[place - 1] == key
                    slices.append(isRepeated ? [] : Array(key.dropFirst(shared.count + prefix.count)))
                }
            }
            appendSlices(slices, head: shared, to: &bytes)
        }
    }

    /// The block of `columns` behind bytes that its kind has for itself.
    static func block(custom: [UInt8] = [], rows: Int, _ columns: [Column]) -> [UInt8] {
        var bytes = custom + [1, UInt8(columns.count), 0]
        withUnsafeBytes(of: UInt32(rows).littleEndian) { bytes += $0 }
        let heads = bytes.count
        bytes += [UInt8](repeating: 0, count: 5 * columns.count)
        for (place, column) in columns.enumerated() {
            bytes[heads + 5 * place] = column.type
            let offset = UInt32(bytes.count)
            for byte in 0..<4 {
                bytes[heads + 5 * place + 1 + byte] = UInt8(truncatingIfNeeded: offset >> UInt32(8 * byte))
            }
            column.append(&bytes)
        }
        return bytes + [0]
    }

    // MARK: Pieces

    static func width(of value: UInt64) -> Int {
        value == 0 ? 0 : value < 1 << 8 ? 1 : value < 1 << 16 ? 2 : value < 1 << 32 ? 4 : 8
    }

    private static func appendNumbers(_ values: [UInt64], width: Int, base: UInt64?, to bytes: inout [UInt8]) {
        guard !values.isEmpty else { return }
        bytes.append(UInt8(width) | (base == nil ? 0 : 0x80))
        if let base { withUnsafeBytes(of: base.littleEndian) { bytes += $0 } }
        guard width > 0 else { return }
        while bytes.count % width != 0 { bytes.append(0) }
        for value in values {
            let stored = value &- (base ?? 0)
            for byte in 0..<width { bytes.append(UInt8(truncatingIfNeeded: stored >> UInt64(8 * byte))) }
        }
    }

    private static func appendSlices(_ slices: [[UInt8]], head: [UInt8], to bytes: inout [UInt8]) {
        var offsets: [UInt64] = [UInt64(head.count)]
        for slice in slices { offsets.append((offsets.last ?? 0) + UInt64(slice.count)) }
        appendNumbers(offsets, width: width(of: offsets.last ?? 0), base: nil, to: &bytes)
        bytes += head + slices.flatMap(\.self)
    }

    private static func common(_ keys: [[UInt8]]) -> [UInt8] {
        guard var shared = keys.first else { return [] }
        for key in keys { shared = Array(zip(shared, key).prefix { $0 == $1 }.map(\.0)) }
        return shared
    }
}
