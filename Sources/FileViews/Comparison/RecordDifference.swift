import AccessModel
import C1Z
import WireForm

/// What changed between two syncs among records of one kind.
///
/// Kept in memory are the keys of the old sync's records with a hash of their content, and a bit for each record; the records
/// themselves are read again when they are shown.
struct RecordDifference {
    private let kind: RecordKind
    private let old: OpenedSync
    private let new: OpenedSync
    private let shapes: RecordShapes

    private var keys = ByteInterner()
    /// By number of the key: the hash of the old record's content, and whether the new sync has it too.
    private var hashes: [Int] = []
    private var isKept: [Bool] = []
    /// By place in the new sync.
    private var changes: [Change] = []

    private enum Change: UInt8 {
        case none, created, modified
    }

    /// Compares the records of one kind.
    init(of kind: RecordKind, from old: OpenedSync, to new: OpenedSync, _ shapes: RecordShapes) throws {
        self.kind = kind
        self.old = old
        self.new = new
        self.shapes = shapes
        try readOld()
        try readNew()
    }

    /// Appends the JSON of the difference.
    func write(to output: Output) throws {
        output.raw("{")
        var list = DifferenceList(shape: shapes[kind], shapes.transcoder, output)
        if changes.contains(.created) { try list.write("created", places(.created)) }
        if isKept.contains(false) { try list.write("deleted", deleted) }
        if changes.contains(.modified) { try list.write("modified", places(.modified)) }
        output.raw("}")
    }

    private mutating func readOld() throws {
        var keys = self.keys
        var hashes: [Int] = []
        try forEachRecord(of: old) { key, message in
            let (number, isNew) = keys.add(key)
            if isNew { hashes.append(Self.hash(message)) } else { hashes[number] = Self.hash(message) }
        }
        self.keys = keys
        self.hashes = hashes
        isKept = Array(repeating: false, count: hashes.count)
    }

    private mutating func readNew() throws {
        var isKept = self.isKept
        var changes: [Change] = []
        try forEachRecord(of: new) { key, message in
            guard let number = keys.number(of: key) else { return changes.append(.created) }
            isKept[number] = true
            let isSame = try hashes[number] == Self.hash(message) || isEquivalent(message)
            changes.append(isSame ? .none : .modified)
        }
        self.isKept = isKept
        self.changes = changes
    }

    /// Whether the old record with the same identity says the same in other bytes, such as maps in another order.
    private func isEquivalent(_ message: UnsafeRawBufferPointer) throws -> Bool {
        guard let other = try old.find(identity(of: message)) else { return false }
        return try other.withUnsafeBytes { other in
            try CanonicalRecord(message, shapes[kind]) == CanonicalRecord(other, shapes[kind])
        }
    }

    private func places(_ change: Change) -> Records {
        Records { body in
            var place = 0
            try new.records(kind).forEach { message in
                if place < changes.count, changes[place] == change { try body(message) }
                place += 1
            }
        }
    }

    private var deleted: Records {
        Records { body in
            try forEachRecord(of: old) { key, message in
                if let number = keys.number(of: key), !isKept[number] { try body(message) }
            }
        }
    }

    private func forEachRecord(
        of sync: OpenedSync, _ body: (_ key: UnsafeRawBufferPointer, _ message: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var key = WireWriter()
        try sync.records(kind).forEach { message in
            switch kind {
            case .resource:
                let name = try ResourceFields(message).name
                key.reset()
                key.field(1, name.type)
                key.field(2, name.id)
                try key.bytes.withUnsafeBytes { try body($0, message) }
            case .grant: try body(GrantFields(message).id, message)
            case .entitlement: try body(EntitlementFields(message).id, message)
            case .resourceType: try body(ResourceTypeFields(message).id, message)
            }
        }
    }

    private func identity(of message: UnsafeRawBufferPointer) throws -> RecordIdentity {
        switch kind {
        case .resource: try ResourceFields(message).name.identity
        case .grant: .grant(ByteKey(try GrantFields(message).id))
        case .entitlement: .entitlement(ByteKey(try EntitlementFields(message).id))
        case .resourceType: .resourceType(ByteKey(try ResourceTypeFields(message).id))
        }
    }

    private static func hash(_ message: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: message)
        return hasher.finalize()
    }
}

/// Lists of records inside one JSON object.
private struct DifferenceList {
    let shape: MessageShape
    let transcoder: JSONTranscoder
    let output: Output
    private var needsComma = false

    init(shape: MessageShape, _ transcoder: JSONTranscoder, _ output: Output) {
        self.shape = shape
        self.transcoder = transcoder
        self.output = output
    }

    mutating func write(_ name: StaticString, _ records: Records) throws {
        output.raw(needsComma ? ",\"" : "\"")
        output.raw(name)
        output.raw("\":[")
        needsComma = true
        var isFirst = true
        try records.forEach { record in
            if !isFirst { output.raw(",") }
            isFirst = false
            try transcoder.append(record, as: shape, to: &output.text)
            try output.settle()
        }
        output.raw("]")
    }
}
