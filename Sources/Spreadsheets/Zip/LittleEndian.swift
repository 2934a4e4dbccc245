/// Numbers as zip files write them.
struct LittleEndian {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// The number of `size` bytes at `offset`.
    ///
    /// A number that isn't there, or is beyond what a file can have, is an error.
    func number(_ offset: Int, _ size: Int) throws(SpreadsheetError) -> Int {
        guard offset >= 0, offset + size <= bytes.count else { throw .damaged("its list of parts ends too early") }
        var value: UInt64 = 0
        for place in (0..<size).reversed() { value = value << 8 | UInt64(bytes[bytes.startIndex + offset + place]) }
        guard let number = Int(exactly: value), number < 1 << 56 else {
            throw .damaged("its list of parts names impossible sizes")
        }
        return number
    }
}
