import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import WireForm

/// Copies the identities of another file, and what is held on them, into the present sync (sync-engine §10).
///
/// Everything is read once and in the order of that file, so memory does not grow with it.
struct ExternalCopy {
    /// How many records were copied.
    struct Counts {
        var types = 0
        var resources = 0
        var entitlements = 0
        var grants = 0
    }

    /// How many records are put at once.
    private static let batchSize = 5000
    static let principalMark = AnnotationMark(C1_Connector_V2_BatonID(), in: 4)
    private static let entitlementMark = AnnotationMark(C1_Connector_V2_EntitlementImmutable(), in: 6)
    private static let grantMark = AnnotationMark(GrantImmutable(), in: 4)
    private static let skipsBoth = AnnotationMark(SkipEntitlementsAndGrants(), in: 4)
    private static let skipsGrants = AnnotationMark(SkipGrants(), in: 4)

    private let directory: ExternalDirectory
    private let writer: any C1ZWriter
    private let sync: String
    /// The types of the identities that were copied.
    private(set) var types: [ResourceType] = []
    private(set) var counts = Counts()
    private var batch = RecordBatch(.resource)

    init(_ directory: ExternalDirectory, into writer: any C1ZWriter, sync: String) {
        self.directory = directory
        self.writer = writer
        self.sync = sync
    }

    mutating func run() throws {
        if directory.request.entitlement.isEmpty {
            try put(directory.wantedTypes)
            try copyPrincipals()
        } else {
            try copyHolders()
        }
        try copyEntitlements()
        try copyGrants()
    }

    private mutating func put(_ types: [ResourceType]) throws {
        self.types = types
        var batch = RecordBatch(.resourceType)
        for type in types { try batch.append(type) }
        counts.types = batch.count
        try writer.put(batch)
    }

    private mutating func copyPrincipals() throws {
        let wanted = Set(types.map { ByteKey($0.id) })
        batch = RecordBatch(.resource)
        try directory.read(.resource) { resource in
            guard wanted.contains(try Self.owner(resource.wireBytes(1)).type) else { return }
            try add(try Self.principalMark.put(on: resource))
        }
        counts.resources = try flush()
    }

    private mutating func copyHolders() throws {
        var found: Set<ByteKey> = []
        batch = RecordBatch(.resource)
        try directory.readHolders { holder, resource in
            found.insert(ByteKey(holder.type))
            try add(try resource.withUnsafeBytes { try Self.principalMark.put(on: $0) })
        }
        counts.resources = try flush()
        try put(directory.types.filter { found.contains(ByteKey($0.id)) })
    }

    private mutating func copyEntitlements() throws {
        batch = RecordBatch(.entitlement)
        let access = try access(skipping: [Self.skipsBoth])
        try directory.read(.entitlement) { entitlement in
            guard try access.isCopied(Self.owner(entitlement.wireBytes(1)?.wireBytes(1))) else { return }
            try add(try Self.entitlementMark.put(on: entitlement))
        }
        counts.entitlements = try flush()
    }

    private mutating func copyGrants() throws {
        batch = RecordBatch(.grant)
        let access = try access(skipping: [Self.skipsBoth, Self.skipsGrants])
        var last: (entitlement: ByteKey, isThere: Bool)?
        try directory.read(.grant) { grant in
            guard let entitlement = try grant.wireBytes(1), let id = try entitlement.wireBytes(2).map({ ByteKey($0) }),
                try access.isCopied(Self.owner(entitlement.wireBytes(1)?.wireBytes(1)))
            else { return }
            if last?.entitlement != id { last = (id, try directory.hasEntitlement(id)) }
            guard last?.isThere == true else { return }
            try add(try Self.grantMark.put(on: grant))
        }
        counts.grants = try flush()
    }

    private var copied = 0

    private mutating func add(_ record: [UInt8]) throws {
        try record.withUnsafeBytes { try batch.append($0) }
        if batch.count >= Self.batchSize { try putBatch() }
    }

    private mutating func putBatch() throws {
        try writer.put(batch)
        copied += batch.count
        batch = RecordBatch(batch.kind)
    }

    /// Puts the rest; how many records there were.
    private mutating func flush() throws -> Int {
        try putBatch()
        defer { copied = 0 }
        return copied
    }

    // MARK: Whose access is copied

    private func access(skipping marks: [AnnotationMark]) throws -> CopiedAccess {
        let skipped = types.filter { $0.annotations.contains(SkipEntitlementsAndGrants.self) }.map { ByteKey($0.id) }
        let wanted = Set(types.map { ByteKey($0.id) }).subtracting(skipped)
        return CopiedAccess(writer: writer, sync: sync, types: wanted, marks: marks)
    }

    fileprivate static func owner(_ id: UnsafeRawBufferPointer?) throws(WireError) -> (type: ByteKey, id: ByteKey) {
        guard let id else { return (ByteKey([]), ByteKey([])) }
        return (
            ByteKey(try id.wireBytes(1).map { Array($0) } ?? []), ByteKey(try id.wireBytes(2).map { Array($0) } ?? [])
        )
    }
}

/// Decides whose entitlements or grants are copied; records on the same resource tend to follow each other.
private final class CopiedAccess {
    private let writer: any C1ZWriter
    private let sync: String
    private let types: Set<ByteKey>
    private let marks: [AnnotationMark]
    private var last: (type: ByteKey, id: ByteKey, isCopied: Bool)?

    init(writer: any C1ZWriter, sync: String, types: Set<ByteKey>, marks: [AnnotationMark]) {
        self.writer = writer
        self.sync = sync
        self.types = types
        self.marks = marks
    }

    func isCopied(_ owner: (type: ByteKey, id: ByteKey)) throws -> Bool {
        guard types.contains(owner.type) else { return false }
        if let last, last.type == owner.type, last.id == owner.id { return last.isCopied }
        let isCopied = try look(owner)
        last = (owner.type, owner.id, isCopied)
        return isCopied
    }

    private func look(_ owner: (type: ByteKey, id: ByteKey)) throws -> Bool {
        guard let resource = try writer.find(.resource(type: owner.type, id: owner.id), in: sync) else { return false }
        return try resource.withUnsafeBytes { resource in
            guard try ExternalCopy.principalMark.isOn(resource) else { return false }
            for mark in marks where try mark.isOn(resource) { return false }
            return true
        }
    }
}
