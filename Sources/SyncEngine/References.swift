import AccessModel
import C1Z
import Logging
import WireForm

/// Checks that what records of a full sync refer to is there (sync-engine §12.3, I7, I3, I8, I9).
///
/// Records are told apart by hashes of their ids: a few bytes for each resource and entitlement, and nothing for a grant.
struct References {
    /// Something that is referred to and isn't there.
    enum Kind: String, CaseIterable {
        case entitlementResource = "I7"
        case grantResource = "I3"
        case grantEntitlement = "I8"
        case grantPrincipal = "I9"
    }

    /// How often that was found.
    struct Finding {
        /// On a type of resources that the sync has none of: a matter of what is synced.
        var ofTypesNotSynced = 0
        /// On a type that it has others of: a fault of ids.
        var ofTypesSynced = 0
        /// Grants that still wait for identities of another file.
        var carriers = 0
        var examples: [String] = []

        var count: Int { ofTypesNotSynced + ofTypesSynced }
    }

    private static let mostExamples = 25

    private let sync: String
    private let reader: any C1ZReader
    private var types: Set<Int> = []
    private var resources: Set<Int> = []
    private var entitlements: Set<Int> = []
    private(set) var findings: [Kind: Finding] = [:]

    /// Looks through a sync.
    ///
    /// - Throws: ``ServiceError`` when a grant that was to bring its resource along didn't.
    init(of sync: String, in reader: any C1ZReader) throws {
        self.sync = sync
        self.reader = reader
        try readResources()
        try readEntitlements()
        try readGrants()
    }

    private mutating func readResources() throws {
        var (types, resources) = (Set<Int>(), Set<Int>())
        try reader.read(.resource, of: sync, where: .all) { record in
            guard let id = try record.data.wireBytes(1) else { return }
            types.insert(Self.hash(try id.wireBytes(1)))
            resources.insert(Self.hash(try id.wireBytes(1), try id.wireBytes(2)))
        }
        (self.types, self.resources) = (types, resources)
    }

    private mutating func readEntitlements() throws {
        var found = self
        try reader.read(.entitlement, of: sync, where: .all) { record in
            let id = try record.data.wireBytes(2)
            found.entitlements.insert(Self.hash(id))
            try found.require(try record.data.wireBytes(1)?.wireBytes(1), of: id, .entitlementResource)
        }
        self = found
    }

    private mutating func readGrants() throws {
        var found = self
        var last = Int.min
        try reader.read(.grant, of: sync, where: .all) { record in
            try Task.checkCancellation()
            let grant = record.data
            let entitlement = try grant.wireBytes(1)
            let id = try entitlement?.wireBytes(2)
            let resource = try entitlement?.wireBytes(1)?.wireBytes(1)
            let hash = Self.hash(id)
            // Neighbours mostly share their entitlement.
            if try hash != last || !found.has(resource) {
                if try !found.has(resource), try grant.carries("c1.connector.v2.InsertResourceGrants") {
                    throw try Self.violation(resource)
                }
                try found.require(resource, of: try grant.wireBytes(3), .grantResource)
                if !found.entitlements.contains(hash), try !grant.carries("c1.connector.v2.InsertResourceGrants") {
                    found.note(.grantEntitlement, try resource?.wireBytes(1), id)
                }
                last = found.entitlements.contains(hash) ? hash : Int.min
            }
            let principal = try grant.wireBytes(2)?.wireBytes(1)
            guard try !found.has(principal) else { return }
            if try grant.carriesMatch() {
                found.findings[.grantPrincipal, default: Finding()].carriers += 1
            } else {
                try found.require(principal, of: try grant.wireBytes(3), .grantPrincipal)
            }
        }
        self = found
    }

    private func has(_ id: UnsafeRawBufferPointer?) throws(WireError) -> Bool {
        resources.contains(Self.hash(try id?.wireBytes(1), try id?.wireBytes(2)))
    }

    private mutating func require(
        _ id: UnsafeRawBufferPointer?, of record: UnsafeRawBufferPointer?, _ kind: Kind
    ) throws {
        if try !has(id) { note(kind, try id?.wireBytes(1), record) }
    }

    private mutating func note(_ kind: Kind, _ type: UnsafeRawBufferPointer?, _ record: UnsafeRawBufferPointer?) {
        var finding = findings[kind] ?? Finding()
        if types.contains(Self.hash(type)) { finding.ofTypesSynced += 1 } else { finding.ofTypesNotSynced += 1 }
        if finding.examples.count < Self.mostExamples { finding.examples.append(record?.text ?? "") }
        findings[kind] = finding
    }

    private static func violation(_ resource: UnsafeRawBufferPointer?) throws(WireError) -> ServiceError {
        let type = try resource?.wireBytes(1)?.text ?? ""
        let id = try resource?.wireBytes(2)?.text ?? ""
        return ServiceError(
            .unknown,
            "ingest invariant I3 violated: grants reference resource \(type)/\(id) via InsertResourceGrants but no resource row exists. "
                + "This is a fault of the connector.", isVerdict: true)
    }

    private static func hash(_ parts: UnsafeRawBufferPointer?...) -> Int {
        var hasher = Hasher()
        for part in parts {
            hasher.combine(part?.count ?? 0)
            if let part { hasher.combine(bytes: part) }
        }
        return hasher.finalize()
    }
}

extension References {
    private static let names: [Kind: String] = [
        .entitlementResource: "entitlements are on resources that were not synced",
        .grantResource: "grants are of entitlements on resources that were not synced",
        .grantEntitlement: "grants are of entitlements that were not synced",
        .grantPrincipal: "grants are held by principals that were not synced",
    ]

    /// Says what was found, one line for each kind.
    func tell(_ log: Logger) {
        for kind in Kind.allCases {
            guard let finding = findings[kind], finding.count > 0, let name = Self.names[kind] else { continue }
            log.warning(
                "ingest invariant \(kind.rawValue): \(name)",
                metadata: [
                    "count": .stringConvertible(finding.count),
                    "of_types_never_synced": .stringConvertible(finding.ofTypesNotSynced),
                    "of_types_synced": .stringConvertible(finding.ofTypesSynced),
                    "external_match_carriers": .stringConvertible(finding.carriers),
                    "examples": .array(finding.examples.map { .string($0) }),
                ])
        }
    }

    /// Whether anything is missing.
    var isEmpty: Bool { findings.values.allSatisfy { $0.count == 0 } }
}

extension UnsafeRawBufferPointer {
    /// Whether one of a grant's annotations is a message of this full name.
    fileprivate func carries(_ name: StaticString) throws(WireError) -> Bool {
        var reader = WireReader(self)
        while let field = try reader.next() {
            guard field.number == 4, field.wireType == 2 else { continue }
            if try field.bytes.isAnnotation(named: name) { return true }
        }
        return false
    }

    /// Whether a grant waits for identities of another file.
    fileprivate func carriesMatch() throws(WireError) -> Bool {
        var reader = WireReader(self)
        while let field = try reader.next() {
            guard field.number == 4, field.wireType == 2, let name = try field.bytes.annotationName else { continue }
            if name.starts(with: "c1.connector.v2.ExternalResourceMatch".utf8) { return true }
        }
        return false
    }
}
