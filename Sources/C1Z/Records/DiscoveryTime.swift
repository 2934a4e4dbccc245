import WireForm

/// When a record was discovered, in the form in which its file keeps it.
///
/// Its bytes are valid only while the reader hands the record out.
public struct DiscoveryTime {
    private enum Form {
        case text(UnsafeRawBufferPointer)
        case timestamp(UnsafeRawBufferPointer)
        case time(StoredTime?)
    }

    private let form: Form

    /// As version 1 files keep it (c1z-v1 §3.2).
    public init(text: UnsafeRawBufferPointer) {
        form = .text(text)
    }

    /// As version 3 files keep it: a serialized `google.protobuf.Timestamp`; empty when it isn't known.
    init(timestamp: UnsafeRawBufferPointer) {
        form = .timestamp(timestamp)
    }

    /// A point in time; nil when it isn't known.
    public init(_ time: StoredTime?) {
        form = .time(time)
    }

    /// The point in time; nil when the file says none.
    public var time: StoredTime? {
        switch form {
        case .text(let text): StoredTime(String(decoding: text, as: UTF8.self))
        case .time(let time): time
        case .timestamp(let bytes): bytes.isEmpty ? nil : StoredTime(timestamp: bytes)
        }
    }

    /// The text as it is stored; nil when it is stored in another way.
    fileprivate var storedText: UnsafeRawBufferPointer? {
        if case .text(let text) = form { text } else { nil }
    }

    /// Calls `body` with the text that version 1 files keep.
    package func withText<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        if case .text(let text) = form { return try body(text) }
        var text = time?.stored ?? ""
        return try text.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
    }
}

extension StoredTime {
    /// Reads a serialized `google.protobuf.Timestamp`; nil when it is none.
    init?(timestamp: UnsafeRawBufferPointer) {
        guard let seconds = try? timestamp.wireNumber(1), let nanos = try? timestamp.wireNumber(2) else { return nil }
        self.init(seconds: Int64(bitPattern: seconds), nanos: Int32(truncatingIfNeeded: nanos))
    }

    /// The serialized `google.protobuf.Timestamp`.
    var timestamp: [UInt8] {
        var writer = WireWriter()
        writer.field(1, number: UInt64(bitPattern: seconds))
        writer.field(2, number: UInt64(bitPattern: Int64(nanos)))
        return writer.bytes
    }
}

/// Makes timestamps of stored texts; records that came in together share theirs.
struct TimestampCache {
    private var text: [UInt8] = []
    private var timestamp: [UInt8]?

    /// The serialized `google.protobuf.Timestamp`; nil when the time isn't known.
    mutating func timestamp(of time: DiscoveryTime) -> [UInt8]? {
        guard let stored = time.storedText else { return time.time?.timestamp }
        if !stored.elementsEqual(text) {
            text = Array(stored)
            timestamp = time.time?.timestamp
        }
        return timestamp
    }
}
