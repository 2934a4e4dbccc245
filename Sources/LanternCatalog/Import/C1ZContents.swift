import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import WireForm

/// Lays one sync of a c1z file out in the staging area.
struct C1ZContents {
    let reader: any C1ZReader
    let run: SyncRun
    /// Called with how many records were read, now and then.
    let progress: (Int64) throws -> Void

    private static let reportEvery: Int64 = 20_000

    func stage(into writer: StagingWriter) throws {
        var count: Int64 = 0
        var json = RecordJSON()
        func tick() throws {
            count += 1
            if count % Self.reportEvery == 0 {
                try Task.checkCancellation()
                try progress(count)
            }
        }
        try reader.read(.resourceType, of: run.id, where: .all) { record in
            try writer.put(
                StagedResourceType(ResourceType(serializedBytes: Array(record.data)), try json.text(record.data, .type))
            )
            try tick()
        }
        try reader.read(.resource, of: run.id, where: .all) { record in
            try writer.put(
                StagedResource(Resource(serializedBytes: Array(record.data)), try json.text(record.data, .resource)))
            try tick()
        }
        try reader.read(.entitlement, of: run.id, where: .all) { record in
            let text = try json.text(try Self.withoutResource(record.data), .entitlement)
            try writer.put(try StagedEntitlement(Entitlement(serializedBytes: Array(record.data)), text))
            try tick()
        }
        // Sources can name entitlements that a damaged file no longer has; then the grant is what counts.
        try reader.read(.grant, of: run.id, where: .all) { record in
            try stageGrant(record, into: writer)
            try tick()
        }
        try progress(count)
    }

    /// Its resource stands in the embedded copy, which changes with every change of the resource itself.
    private static func withoutResource(_ entitlement: UnsafeRawBufferPointer) throws -> [UInt8] {
        var rest = WireWriter()
        var fields = WireReader(entitlement)
        while let field = try fields.next() {
            if field.number != 1 { rest.append(field.whole) }
        }
        return rest.bytes
    }

    private func stageGrant(_ record: StoredRecord, into writer: StagingWriter) throws {
        let grant = try GrantParts(record.data)
        var flags = grant.flags
        if record.expansion != nil { flags.insert(.expandable) }
        guard
            let keys = try writer.putGrant(
                of: grant.entitlement, to: grant.principalType, grant.principal, flags: flags)
        else { return }
        if let expansion = record.expansion {
            try stageExpansion(expansion, to: keys.entitlement, via: keys.principal, into: writer)
        }
        var problem: (any Error)?
        try GrantSourceEntries.read(record.data) { source, _ in
            do {
                guard problem == nil, !source.elementsEqual(grant.entitlement) else { return }
                try writer.putExpansion(to: keys.entitlement, from: source, via: 0, isShallow: false)
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
    }

    /// Field numbers are those of `c1.connector.v2.GrantExpandable`.
    private func stageExpansion(
        _ expansion: UnsafeRawBufferPointer, to entitlement: Int64, via principal: Int64, into writer: StagingWriter
    ) throws {
        var sources: [UnsafeRawBufferPointer] = []
        var isShallow = false
        var fields = WireReader(expansion)
        while let field = try fields.next() {
            if field.number == 1 { sources.append(field.bytes) }
            if field.number == 2 { isShallow = field.scalar != 0 }
        }
        for source in sources {
            try writer.putExpansion(to: entitlement, from: source, via: principal, isShallow: isShallow)
        }
    }
}

/// Writes records as the JSON that people see, always the same for the same record.
private struct RecordJSON {
    enum Kind: String {
        case type = "ResourceType"
        case resource = "Resource"
        case entitlement = "Entitlement"
    }

    private let transcoder = JSONTranscoder(keepsUnknownTypes: true)

    mutating func text(_ message: UnsafeRawBufferPointer, _ kind: Kind) throws -> [UInt8] {
        guard let shape = WireSchema.shared.message("c1.connector.v2.\(kind.rawValue)") else { return [] }
        var json = JSONText()
        try transcoder.append(message, as: shape, to: &json)
        return json.bytes
    }

    mutating func text(_ message: [UInt8], _ kind: Kind) throws -> [UInt8] {
        try message.withUnsafeBytes { try text($0, kind) }
    }
}

/// What of a serialized grant is looked at; its bytes are valid as long as the grant's are.
private struct GrantParts {
    private(set) var entitlement = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var principalType = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var principal = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var flags: GrantFlags = []

    init(_ grant: UnsafeRawBufferPointer) throws(WireError) {
        var hasSources = false
        var isDirect = false
        var fields = WireReader(grant)
        while let field = try fields.next() {
            switch field.number {
            case 1: entitlement = try field.bytes.wireBytes(2) ?? entitlement
            case 2:
                guard let identity = try field.bytes.wireBytes(1) else { continue }
                principalType = try identity.wireBytes(1) ?? principalType
                principal = try identity.wireBytes(2) ?? principal
            case 4:
                if try field.bytes.isAnnotation(named: "c1.connector.v2.GrantImmutable") { flags.insert(.immutable) }
            case 5: hasSources = hasSources || field.bytes.count > 0
            default: continue
            }
        }
        if hasSources {
            let own = entitlement
            try GrantSourceEntries.read(grant) { source, _ in
                // A grant that is its own source is held directly beside what it follows from.
                if source.elementsEqual(own) { isDirect = true }
            }
            flags.insert(.inherited)
            if isDirect { flags.insert(.direct) }
        } else {
            flags.insert(.direct)
        }
    }
}

extension StagedResourceType {
    fileprivate init(_ type: ResourceType, _ record: [UInt8]) {
        self.init(
            externalID: type.id, name: type.displayName.isEmpty ? type.id : type.displayName, traits: type.traits,
            record: record)
    }
}

extension StagedResource {
    fileprivate init(_ resource: Resource, _ record: [UInt8]) throws {
        self.init(
            id: resource.identity, name: resource.displayName.isEmpty ? resource.identity.value : resource.displayName,
            description: resource.description_p, parent: resource.parent, record: record)
        if resource.hasStatus {
            status = resource.status.status.rawValue
            statusDetails = resource.status.details
        }
        if resource.hasCreatedAt { createdAt = resource.createdAt.seconds }
        aliases = try resource.annotations.otherIDs
        guard let user = try resource.annotations.first(C1_Connector_V2_UserTrait.self) else { return }
        email = (user.emails.first(where: \.isPrimary) ?? user.emails.first)?.address ?? ""
        login = user.login
        accountType = user.accountType.rawValue
        if user.hasLastLogin { lastLogin = user.lastLogin.seconds }
        // Older files say these in the trait only.
        if createdAt == nil, user.hasCreatedAt { createdAt = user.createdAt.seconds }
        if status == 0, user.hasStatus {
            status = user.status.status.rawValue
            statusDetails = user.status.details
        }
    }
}

extension StagedEntitlement {
    fileprivate init(_ entitlement: Entitlement, _ record: [UInt8]) throws {
        self.init(
            externalID: entitlement.id, resource: entitlement.resource.identity, slug: entitlement.slug,
            name: entitlement.displayName.isEmpty
                ? (entitlement.slug.isEmpty ? entitlement.id : entitlement.slug) : entitlement.displayName,
            description: entitlement.description_p, purpose: entitlement.purpose.rawValue,
            aliases: try entitlement.annotations.otherIDs, record: record)
    }
}

extension [Google_Protobuf_Any] {
    /// The other ids under which what has these annotations may be known.
    fileprivate var otherIDs: [String] {
        get throws {
            guard !isEmpty else { return [] }
            return (try first(C1_Connector_V2_Aliases.self)?.ids ?? [])
                + [
                    try first(C1_Connector_V2_V1Identifier.self)?.id ?? "",
                    try first(C1_Connector_V2_RawId.self)?.id ?? "",
                ]
        }
    }
}
