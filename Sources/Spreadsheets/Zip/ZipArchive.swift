/// A zip file, as far as a workbook needs it: parts are read one after the other, nothing is written.
struct ZipArchive {
    private let source: any ByteSource
    private let limits: SpreadsheetLimits
    private var entries: [String: ZipEntry] = [:]

    init(_ source: any ByteSource, _ limits: SpreadsheetLimits) throws(SpreadsheetError) {
        self.source = source
        self.limits = limits
        for entry in try ZipDirectory.entries(of: source, limits) {
            // Programs differ in which of the two they show: what a person checked may not be what is read here.
            guard entries.updateValue(entry, forKey: entry.name) == nil else {
                throw SpreadsheetError(
                    "The file has two parts with the name \(ShownText.quoted(entry.name)). "
                        + "Open it in a spreadsheet program and save it again.")
            }
        }
    }

    /// Whether there is a part with this name, written in lower case.
    func has(_ name: String) -> Bool {
        entries[name] != nil
    }

    /// The content of a part; nil when there is none with this name.
    func stream(_ name: String) throws(SpreadsheetError) -> (any ByteStream)? {
        guard let entry = entries[name.lowercased()] else { return nil }
        guard !entry.isEncrypted else {
            throw SpreadsheetError("The file is encrypted. Save it without a password.")
        }
        let header = LittleEndian(try source.bytes(at: entry.headerOffset, count: 30)[...])
        guard try header.number(0, 4) == 0x0403_4B50 else { throw .damaged("a part isn't where it should be") }
        let start = entry.headerOffset + 30 + (try header.number(26, 2)) + (try header.number(28, 2))
        guard start + entry.compressedSize <= source.count else { throw .damaged("a part ends too early") }
        let packed = SourceStream(source, start..<start + entry.compressedSize)
        switch entry.method {
        case 0: return PartStream(packed, entry, limits)
        case 8: return PartStream(try InflatingStream(packed), entry, limits)
        default:
            throw SpreadsheetError(
                "The file is compressed in an unusual way (\(entry.method)). "
                    + "Open it in a spreadsheet program and save it again.")
        }
    }
}
