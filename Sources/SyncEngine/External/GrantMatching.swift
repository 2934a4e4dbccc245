import AccessModel
import BatonWire
import C1Z
import Logging
import SwiftProtobuf
import WireForm

/// Puts grants to identities of another file in the place of those that only describe them (sync-engine §10).
///
/// The new grants are put aside until all carriers have been read. Grants that name a profile value are gathered and met with all
/// identities at once, so many of them cost few passes and bounded memory.
struct GrantMatching {
    /// How many grants, or bytes of them, are gathered for one pass over the identities.
    private static let gatheredGrants = 20_000
    private static let gatheredBytes = 32 << 20
    private static let batchSize = 5000

    private let principals: ExternalPrincipals
    private let traits: [Trait]
    private let writer: any C1ZWriter
    private let sync: String
    private let log: Logger

    private var batch = RecordBatch(.grant)
    private var wishes = ProfileWishes()

    init(of principals: ExternalPrincipals, traits: [Trait], in writer: any C1ZWriter, sync: String, log: Logger) {
        self.principals = principals
        self.traits = traits
        self.writer = writer
        self.sync = sync
        self.log = log
    }

    mutating func run() throws {
        try writer.readMatchCarriers { record in
            try Task.checkCancellation()
            try match(MatchCarrier(record))
        }
        try grantWishes()
        try flush()
        try writer.replaceMatchCarriers()
    }

    private mutating func match(_ carrier: MatchCarrier) throws {
        let annotations = try carrier.annotations()
        if let all = try annotations.first(C1_Connector_V2_ExternalResourceMatchAll.self) {
            guard isWanted(all.resourceType) else { return }
            return try principals.forEach(with: all.resourceType) { principal in
                try put(carrier, principal, carrier.expansion)
            }
        }
        if let one = try annotations.first(C1_Connector_V2_ExternalResourceMatchID.self),
            let principal = try principals.find(one.id)
        {
            try principal.withUnsafeBytes { try put(carrier, $0, try expansion(of: carrier, on: $0)) }
        }
        if let value = try annotations.first(C1_Connector_V2_ExternalResourceMatch.self), isWanted(value.resourceType) {
            wishes.add(carrier, value)
            if wishes.count >= Self.gatheredGrants || wishes.bytes >= Self.gatheredBytes { try grantWishes() }
        }
    }

    private func isWanted(_ trait: Trait) -> Bool {
        if traits.contains(trait) { return true }
        log.error("unexpected external resource type trait", metadata: ["trait": "\(trait.name)"])
        return false
    }

    /// Meets the gathered grants with all identities.
    private mutating func grantWishes() throws {
        guard wishes.count > 0 else { return }
        let wishes = wishes
        self.wishes = ProfileWishes()
        try principals.forEach { principal in
            for match in try wishes.matches(of: principal, log) {
                let carrier = match.carrier
                try put(
                    carrier, principal,
                    match.trait == .user ? carrier.expansion : try expansion(of: carrier, on: principal))
            }
        }
    }

    // MARK: The new grants

    private mutating func put(
        _ carrier: MatchCarrier, _ principal: UnsafeRawBufferPointer, _ expansion: [UInt8]?
    ) throws {
        let grant = try carrier.grant(to: principal)
        if let expansion {
            try expansion.withUnsafeBytes { expansion in
                try grant.withUnsafeBytes { try batch.append($0, expansion: expansion) }
            }
        } else {
            try grant.withUnsafeBytes { try batch.append($0) }
        }
        if batch.count >= Self.batchSize { try flush() }
    }

    private mutating func flush() throws {
        try writer.putMatched(batch)
        batch = RecordBatch(.grant)
    }

    /// The grant's expansion, with the entitlements of the described principal turned into those of the identity.
    private func expansion(of carrier: MatchCarrier, on principal: UnsafeRawBufferPointer) throws -> [UInt8]? {
        guard let stored = carrier.expansion else { return nil }
        var expandable = try GrantExpandable(serializedBytes: stored)
        let described = try carrier.principal()
        let identity = try Resource(serializedBytes: Array(principal)).identity
        var ids: [String] = []
        for text in expandable.entitlementIds {
            guard case .entitlement(let slug, let owner, let parent)? = try? BatonID(parsing: text) else {
                log.error("error parsing expandable entitlement bid", metadata: ["entitlementId": "\(text)"])
                continue
            }
            guard owner == described.identity, parent == described.parent else { continue }
            let id = Entitlement.id(slug, on: identity)
            guard try writer.find(.entitlement(ByteKey(id)), in: sync) != nil else {
                log.error(
                    "found no entitlement with entitlement id generated from external source sync",
                    metadata: ["entitlementId": "\(id)"])
                continue
            }
            ids.append(id)
        }
        expandable.entitlementIds = ids
        return ids.isEmpty ? nil : expandable.serializedInOrder()
    }
}

/// A grant whose principal only describes the identities it is for.
struct MatchCarrier: Sendable {
    private let data: [UInt8]
    /// The serialized `GrantExpandable`; nil when the grant isn't expandable.
    let expansion: [UInt8]?

    init(_ record: StoredRecord) {
        data = Array(record.data)
        expansion = record.expansion.map { Array($0) }
    }

    var size: Int { data.count + (expansion?.count ?? 0) }

    func annotations() throws -> [Annotation] {
        try data.withUnsafeBytes { data in
            var annotations: [Annotation] = []
            var reader = WireReader(data)
            while let field = try reader.next() {
                if field.number == 4 { annotations.append(try Annotation(serializedBytes: Array(field.bytes))) }
            }
            return annotations
        }
    }

    func principal() throws -> Resource {
        try Resource(serializedBytes: try data.withUnsafeBytes { try $0.wireBytes(2).map { Array($0) } ?? [] })
    }

    /// The same grant to an identity.
    func grant(to principal: UnsafeRawBufferPointer) throws -> [UInt8] {
        try data.withUnsafeBytes { data in
            var grant = WireWriter()
            var rest = WireWriter()
            let entitlement = try data.wireBytes(1)
            if let entitlement { grant.field(1, entitlement) }
            grant.field(2, principal)
            grant.field(3, try Self.id(entitlement, principal))
            var reader = WireReader(data)
            while let field = try reader.next() {
                if field.number > 3 { rest.append(field.whole) }
            }
            return grant.bytes + rest.bytes
        }
    }

    private static func id(_ entitlement: UnsafeRawBufferPointer?, _ principal: UnsafeRawBufferPointer) throws
        -> [UInt8]
    {
        var id = try entitlement?.wireBytes(2).map { Array($0) } ?? []
        let identity = try principal.wireBytes(1)
        for number in 1...2 {
            id.append(UInt8(ascii: ":"))
            id += try identity?.wireBytes(number).map { Array($0) } ?? []
        }
        return id
    }
}
