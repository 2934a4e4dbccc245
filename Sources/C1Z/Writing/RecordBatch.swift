public import AccessModel
public import BatonWire
import SwiftProtobuf
public import WireForm

/// How much a file keeps, inside a record, of the others that it refers to.
public enum RecordDetail: Sendable {
    /// All of it, as the connector sent it.
    case whole
    /// What it takes to find them.
    case references
}

/// Records of one kind on their way into a file: their bytes in one buffer, and where in it each column is.
public struct RecordBatch: Sendable {
    /// What the records are.
    public let kind: RecordKind

    /// How many there are.
    public private(set) var count = 0

    private var bytes: [UInt8] = []
    private var cells: [Cell] = []

    struct Cell {
        var start: Int
        /// Negative for NULL.
        var count: Int
    }

    private let detail: RecordDetail
    private var slim = SlimGrant()

    /// An empty batch.
    ///
    /// - Parameter detail: how much of it is kept of what a grant refers to.
    public init(_ kind: RecordKind, detail: RecordDetail = .whole) {
        self.kind = kind
        self.detail = detail
    }

    /// Forgets the records and keeps the room.
    mutating func removeAll() {
        count = 0
        bytes.removeAll(keepingCapacity: true)
        cells.removeAll(keepingCapacity: true)
    }

    /// Adds a resource type.
    ///
    /// - Throws: `WireError` when its bytes can't be read back, which only a message above 2 GiB does.
    public mutating func append(_ type: ResourceType) throws { try appendMessage(type) }

    /// Adds a resource.
    public mutating func append(_ resource: Resource) throws { try appendMessage(resource) }

    /// Adds an entitlement.
    public mutating func append(_ entitlement: Entitlement) throws { try appendMessage(entitlement) }

    /// Adds a grant; its `GrantExpandable` annotation goes to a column of its own.
    public mutating func append(_ grant: Grant) throws {
        let isExpandable = grant.annotations.contains(GrantExpandable.self)
        guard isExpandable else { return try appendPlain(grant) }
        var plain = grant
        plain.annotations.removeAll { $0.carries(GrantExpandable.self) }
        let expandable = grant.annotations.first { $0.carries(GrantExpandable.self) }?.value
        try (expandable.map { Array($0) } ?? []).withUnsafeBytes { expansion in
            let names = try GrantForm.namesEntitlements(expansion)
            try appendPlain(plain, expansion: names ? expansion : nil)
        }
    }

    private mutating func appendPlain(_ grant: Grant, expansion: UnsafeRawBufferPointer? = nil) throws {
        let bytes = detail == .whole ? grant.serializedInOrder() : slim.bytes(of: grant)
        try bytes.withUnsafeBytes { try append($0, expansion: expansion) }
    }

    private mutating func appendMessage(_ message: some Message) throws {
        try message.serializedInOrder().withUnsafeBytes { try append($0) }
    }

    /// Adds a record as it was stored.
    public mutating func append(_ record: StoredRecord) throws {
        try append(record.data, expansion: record.expansion)
    }

    /// Adds a record by its serialized message.
    ///
    /// - Throws: `WireError` when the bytes are no such message.
    public mutating func append(_ data: UnsafeRawBufferPointer, expansion: UnsafeRawBufferPointer? = nil)
        throws(WireError)
    {
        switch kind {
        case .resourceType: add(try data.wireBytes(1))
        case .resource: try addResourceKeys(data)
        case .entitlement: try addEntitlementKeys(data)
        case .grant: try addGrantKeys(data, expansion)
        }
        add(data)
        count += 1
    }

    private mutating func addResourceKeys(_ data: UnsafeRawBufferPointer) throws(WireError) {
        let id = try data.wireBytes(1)
        let type = try id?.wireBytes(1)
        add(type)
        let start = bytes.count
        bytes.append(contentsOf: type ?? Self.nothing)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: try id?.wireBytes(2) ?? Self.nothing)
        cells.append(Cell(start: start, count: bytes.count - start))
        if let parent = try data.wireBytes(2) {
            add(try parent.wireBytes(1))
            add(try parent.wireBytes(2))
        } else {
            addNull()
            addNull()
        }
    }

    private mutating func addEntitlementKeys(_ data: UnsafeRawBufferPointer) throws(WireError) {
        let resource = try data.wireBytes(1)?.wireBytes(1)
        add(try resource?.wireBytes(1))
        add(try resource?.wireBytes(2))
        add(try data.wireBytes(2))
    }

    private mutating func addGrantKeys(
        _ data: UnsafeRawBufferPointer, _ expansion: UnsafeRawBufferPointer?
    ) throws(WireError) {
        let entitlement = try data.wireBytes(1)
        let resource = try entitlement?.wireBytes(1)?.wireBytes(1)
        add(try resource?.wireBytes(1))
        add(try resource?.wireBytes(2))
        add(try entitlement?.wireBytes(2))
        let principal = try data.wireBytes(2)?.wireBytes(1)
        add(try principal?.wireBytes(1))
        add(try principal?.wireBytes(2))
        add(try data.wireBytes(3))
        if let expansion, !expansion.isEmpty { add(expansion) } else { addNull() }
    }

    private static var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

    private mutating func add(_ content: UnsafeRawBufferPointer?) {
        let content = content ?? Self.nothing
        cells.append(Cell(start: bytes.count, count: content.count))
        bytes.append(contentsOf: content)
    }

    private mutating func addNull() {
        cells.append(Cell(start: 0, count: -1))
    }

    /// Runs `body` for each record with the content of its columns; nil is NULL.
    func forEachRow(_ body: (_ column: (Int) -> UnsafeRawBufferPointer?) throws -> Void) rethrows {
        let width = kind.batchColumns
        try bytes.withUnsafeBytes { bytes in
            for row in 0..<count {
                try body { column in
                    let cell = cells[row * width + column]
                    guard cell.count >= 0 else { return nil }
                    return UnsafeRawBufferPointer(rebasing: bytes[cell.start..<(cell.start + cell.count)])
                }
            }
        }
    }
}

extension RecordKind {
    /// How many columns of a row come from a batch; the serialized message is the last.
    var batchColumns: Int {
        switch self {
        case .resourceType: 2
        case .resource: 5
        case .entitlement: 4
        case .grant: 8
        }
    }
}
