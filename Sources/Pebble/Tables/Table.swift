/// A sorted table of entries (c1z-v3 §7).
final class Table {
    let name: String
    let index: TableIndex
    let rangeDeletions: [RangeDeletion]
    private let file: any StoredFile
    private let footer: TableFooter

    /// Reads what a table says of itself: footer, metaindex, index and range deletions.
    ///
    /// - Throws: ``PebbleError`` when it is damaged or uses what isn't known here, and what reading the file throws.
    init(_ file: any StoredFile, named name: String) throws {
        self.file = file
        self.name = name
        let footer = try Self.footer(of: file, named: name)
        self.footer = footer
        let source = Source(file: file, footer: footer, name: name)
        let places = try source.read(footer.metaindex, "its metaindex") { (block) throws(Flaw) in
            try Metaindex(block, version: footer.version)
        }
        rangeDeletions =
            try places.rangeDeletions.map { handle in
                try source.read(handle, "its range deletions") { (block) throws(Flaw) in
                    try RangeDeletion.list(block, isColumnar: footer.isColumnar)
                }
            } ?? []
        let hasTwoLevels =
            try footer.hasTwoLevels ?? places.properties.map {
                try source.read($0, "its properties") { (block) throws(Flaw) in
                    try IndexType.hasTwoLevels(in: block)
                }
            } ?? false
        index = try source.index(hasTwoLevels: hasTwoLevels)
    }

    private static func footer(of file: any StoredFile, named name: String) throws -> TableFooter {
        let size = min(TableFooter.largestSize, file.size)
        return try withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { buffer in
            try file.read(into: buffer, at: file.size - size)
            return try placing("\(name), its footer") { () throws(Flaw) in
                try TableFooter(UnsafeRawBufferPointer(buffer))
            }
        }
    }

    /// Reads a data block into `buffer`.
    func loadBlock(_ number: Int, into buffer: BlockBuffer) throws {
        do {
            try buffer.load(index.blocks[number], of: file, footer.checksum)
        } catch let flaw as Flaw {
            throw flaw.at(place(ofBlock: number))
        }
    }

    /// The entries of a data block that `buffer` holds.
    func entries(ofBlock number: Int, in buffer: BlockBuffer) throws(PebbleError) -> DataBlock {
        do throws(Flaw) {
            return try DataBlock(buffer.content, version: footer.version)
        } catch {
            throw error.at(place(ofBlock: number))
        }
    }

    /// How errors call a data block.
    func place(ofBlock number: Int) -> String {
        "\(name), block at byte \(index.blocks[number].offset)"
    }
}

/// The blocks of a table that describe it.
private struct Source {
    let file: any StoredFile
    let footer: TableFooter
    let name: String
    let buffer = BlockBuffer()

    func read<Result>(
        _ handle: BlockHandle, _ what: String, _ parse: (UnsafeRawBufferPointer) throws(Flaw) -> Result
    ) throws -> Result {
        do {
            try buffer.load(handle, of: file, footer.checksum)
            return try parse(buffer.content)
        } catch let flaw as Flaw {
            throw flaw.at("\(name), \(what) at byte \(handle.offset)")
        }
    }

    func index(hasTwoLevels: Bool) throws -> TableIndex {
        var top = TableIndex()
        try read(footer.index, "its index") { (block) throws(Flaw) in
            try top.append(block, isColumnar: footer.isColumnar)
        }
        guard hasTwoLevels else { return top }
        var index = TableIndex()
        for handle in top.blocks {
            try read(handle, "its index") { (block) throws(Flaw) in
                try index.append(block, isColumnar: footer.isColumnar)
            }
        }
        return index
    }
}
