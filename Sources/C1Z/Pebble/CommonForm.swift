import WireForm

/// Gives records of files of both versions the form in which they can be compared: that of version 3, which keeps the least.
public final class CommonForm {
    private var encoding = RecordEncoding()
    private let form = RecordForm()

    /// A form that is used again for each record.
    public init() {}

    /// The message of a record, without its expansion, as a version 3 file would give it back.
    ///
    /// - Throws: `WireError` when it is damaged.
    public func message(_ kind: RecordKind, _ message: [UInt8]) throws -> [UInt8] {
        try message.withUnsafeBytes { bytes in
            let record = StoredRecord(
                data: bytes, expansion: nil, needsExpansion: false, discoveredAt: DiscoveryTime(nil))
            return try withRecord(kind, record) { Array($0.data) }
        }
    }

    /// Calls `body` with a record as a version 3 file would give it back; its bytes are gone afterwards.
    ///
    /// A record that such a file can't hold stays as it is.
    ///
    /// - Throws: `WireError` when the record is damaged, and what `body` throws.
    public func withRecord<Result>(
        _ kind: RecordKind, _ record: StoredRecord, _ body: (StoredRecord) throws -> Result
    ) throws -> Result {
        guard try encoding.encode(kind, record) != nil else { return try body(record) }
        return try encoding.bytes.withUnsafeBytes { bytes in
            try form.read(kind, bytes)
            return try form.withStoredRecord(body)
        }
    }
}
