import Spreadsheets

@testable import LanternCatalog
@testable import LanternWeb

extension FuzzTarget {
    static let server = [
        FuzzTarget("spreadsheet", longest: 1 << 15, spreadsheet), FuzzTarget("form-with-file", formWithFile),
        FuzzTarget("page-token", longest: 512, pageToken),
        FuzzTarget("schedule", longest: 512, schedule),
    ]

    /// A file that is no spreadsheet is refused with a reason; every entry has a user.
    @Sendable private static func spreadsheet(_ bytes: [UInt8]) async throws {
        var limits = SpreadsheetLimits()
        limits.decompressedBytes = 1 << 20
        limits.sharedStringBytes = 1 << 18
        try await refusing(SpreadsheetError.self) {
            let sheet = try Spreadsheet.open(bytes: bytes, limits: limits)
            while let row = try sheet.next() { _ = (row.cells, row.problems.map(\.description)) }
            var entries = try SheetEntries(sheet, try Spreadsheets.ColumnMapping(recognizing: sheet.headers))
            while let entry = try entries.next() {
                try promise(!entry.userID.isEmpty, "row \(entry.row) has no user")
                _ = entry.grant?.key.text
            }
        }
    }

    /// However a form is cut, it says the same.
    @Sendable private static func formWithFile(_ bytes: [UInt8]) async throws {
        func read(_ size: Int) throws -> ([MultipartReader.Event], [UInt8])? {
            var reader = try MultipartReader(contentType: "multipart/form-data; boundary=b")
            var events: [MultipartReader.Event] = []
            var content: [UInt8] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let found: [MultipartReader.Event]
                do { found = try reader.read(rest.prefix(size)) } catch { return nil }
                rest = rest.dropFirst(size)
                for event in found {
                    if case .content(let bytes) = event { content += bytes } else { events.append(event) }
                }
            }
            return (events, content)
        }
        guard let (events, content) = try read(bytes.count + 1), let (others, same) = try read(3) else { return }
        // The end of a file that breaks off is only sure when more comes.
        guard events.last == .end else { return }
        try promise(events == others && content == same, "cut in threes it says \(others)")
    }

    /// A schedule that is taken is written so that it means the same, and is never due at once again.
    @Sendable private static func schedule(_ bytes: [UInt8]) async throws {
        try await refusing(CatalogError.self) {
            let schedule = try Schedule(bytes.asText)
            try promise(try Schedule(schedule.text) == schedule, "\(schedule.text) means something else")
            for time in [0, 1_764_000_000, 253_402_300_000] as [Int64] {
                try promise(schedule.next(after: time, anchor: 1_763_999_999) > time, "\(schedule.text) at \(time)")
            }
        }
    }

    /// A token that is taken is written the same way.
    @Sendable private static func pageToken(_ bytes: [UInt8]) async throws {
        guard let values = CursorValue.read(bytes.asText) else { return }
        let again = CursorValue.read(CursorValue.token(values))
        try promise(again?.count == values.count, "\(values) comes back as \(String(describing: again))")
    }
}
