/// A column of sorted keys that share prefixes: one for the block, and one for each bundle of rows (c1z-v3 §7.4.4).
struct KeyColumn {
    private let slices: SliceColumn
    private let rows: Int
    private let bundleShift: Int
    private let shared: UnsafeRawBufferPointer

    init(_ block: UnsafeRawBufferPointer, at start: Int, rows: Int) throws(Flaw) {
        guard rows > 0 else { throw Flaw(.corrupt, "a column of keys without rows") }
        var position = start + 1
        bundleShift = Int(block[start])
        guard bundleShift < 32 else { throw Flaw(.corrupt, "bundles of 2^\(bundleShift) keys") }
        let bundles = 1 + (rows - 1) >> bundleShift
        slices = try SliceColumn(block, at: &position, offsets: rows + bundles + 1)
        shared = try slices.head()
        self.rows = rows
    }

    /// How many rows a bundle has.
    var bundleSize: Int { 1 << bundleShift }

    /// How many bundles there are.
    var bundles: Int { 1 + (rows - 1) >> bundleShift }

    /// Makes `key`, that of the row before, that of `row`.
    ///
    /// - Parameter prefix: how long the prefix of the bundle is; kept from row to row.
    @inline(__always)
    func advance(_ key: inout KeyBuffer, prefix: inout Int, to row: Int) throws(Flaw) {
        let bundle = row >> bundleShift
        let place = row + bundle
        let isFirst = row & (bundleSize - 1) == 0
        if isFirst {
            key.set(shared)
            key.append(try slices[place])
            prefix = key.count
        }
        let rest = try slices[place + 1]
        // An empty slice stands for the key before, which is what the buffer still holds.
        if rest.isEmpty, !isFirst { return }
        key.truncate(to: prefix)
        key.append(rest)
    }
}
