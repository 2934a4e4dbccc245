/// Walks over the entries of a table from one key on.
final class TableCursor {
    let table: Table
    private let buffer = BlockBuffer()
    private var block = DataBlock()
    private var number = 0

    private(set) var key = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var trailer = Trailer(rawValue: 0)
    private(set) var value = UnsafeRawBufferPointer(start: nil, count: 0)

    init(_ table: Table) {
        self.table = table
    }

    /// Goes to the first entry with this key or a later one; false when there is none.
    func seek(_ target: UnsafeRawBufferPointer) throws -> Bool {
        number = table.index.firstBlock(for: target)
        guard try load() else { return false }
        guard try step({ (block: inout DataBlock) throws(Flaw) in try block.seek(target) }) else {
            number += 1
            // Its separator may be later than its last key.
            return try load() ? try next() : false
        }
        return true
    }

    /// Goes to the next entry; false after the last.
    func next() throws -> Bool {
        while true {
            if try step({ (block: inout DataBlock) throws(Flaw) in try block.next() }) { return true }
            number += 1
            guard try load() else { return false }
        }
    }

    private func load() throws -> Bool {
        guard number < table.index.blocks.count else {
            block = DataBlock()
            return false
        }
        try table.loadBlock(number, into: buffer)
        block = try table.entries(ofBlock: number, in: buffer)
        return true
    }

    @inline(__always)
    private func step(_ body: (inout DataBlock) throws(Flaw) -> Bool) throws(PebbleError) -> Bool {
        do throws(Flaw) {
            guard try body(&block) else { return false }
        } catch {
            throw error.at(table.place(ofBlock: number))
        }
        key = block.key
        trailer = block.trailer
        value = block.value
        return true
    }
}
