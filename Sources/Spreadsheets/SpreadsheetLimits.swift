/// What a spreadsheet may be as large as, so that no file can use up the memory or the time of the machine.
public struct SpreadsheetLimits: Sendable {
    /// The bytes of one part of an .xlsx file, decompressed.
    public var decompressedBytes = 2 << 30
    /// How many times larger a part of an .xlsx file may become when it is decompressed.
    public var ratio = 250
    /// The decompressed bytes up to which the ratio isn't looked at: small parts compress well without being bombs.
    public var bytesBeforeRatio = 8 << 20
    /// The parts in an .xlsx file.
    public var parts = 10_000
    /// The bytes of all shared texts of an .xlsx file, which are held in memory.
    ///
    /// The memory can be three times as much for a moment, while there is made room for more.
    public var sharedStringBytes = 256 << 20
    /// The columns of a sheet.
    public var columns = 16_384
    /// The empty places between the cells of an .xlsx sheet, in all rows together.
    ///
    /// A cell far to the right costs the work of a whole row, though it is only a few bytes of the file.
    public var gaps = 1 << 28
    /// The bytes of a cell.
    public var cellBytes = 1 << 20
    /// The bytes of all cells of a row.
    public var rowBytes = 8 << 20
    /// The rows of a sheet, with the header.
    public var rows = 10_000_000

    /// The limits that suit a server.
    public init() {}
}
