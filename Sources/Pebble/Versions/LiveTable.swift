/// A table that belongs to the database, as its MANIFEST tells (c1z-v3 §6.1).
struct LiveTable {
    /// Its number; a virtual one has no file of that number.
    let number: UInt64
    /// The number of the file that holds it.
    var file: UInt64
    /// The size of the file; of a virtual table only an estimate.
    let size: UInt64
    /// The first key.
    let smallest: [UInt8]
    /// The last key, or the first one behind the table.
    let largest: [UInt8]
    /// Whether ``largest`` lies behind the table.
    let excludesLargest: Bool
    /// Whether it is only a part of its file.
    var isVirtual = false
    /// The sequence number of all its entries, whatever they say themselves; nil when they have their own.
    let sequence: UInt64?

    /// The name of the file that holds it.
    var fileName: String { Self.fileName(file) }

    /// The name of a table's file.
    static func fileName(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".sst"
    }

    /// Whether a key lies within its bounds.
    func holds(_ key: UnsafeRawBufferPointer) -> Bool {
        !isBehind(key) && smallest.withUnsafeBytes { key.order(to: $0) >= 0 }
    }

    /// Whether a key comes after all of its keys.
    func isBehind(_ key: UnsafeRawBufferPointer) -> Bool {
        largest.withUnsafeBytes {
            let order = key.order(to: $0)
            return excludesLargest ? order >= 0 : order > 0
        }
    }
}
