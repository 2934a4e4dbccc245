import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import WireForm

/// The other file, opened, and what is wanted of it.
final class ExternalDirectory {
    let request: ExternalResources
    private let reader: any C1ZReader
    private let sync: String
    /// Its resource types, in the order of the file.
    let types: [ResourceType]

    /// Opens the file.
    ///
    /// - Throws: `C1ZError` when it can't be read, `ServiceError` when it lacks a finished sync or the entitlement asked for.
    init(_ request: ExternalResources, environment: [String: String]) throws {
        self.request = request
        reader = try C1ZFile.open(request.file, environment: environment)
        // A sync of resources only says who there is, if not what they hold (c1z-v1 §6.4: a full one goes before).
        guard let run = try reader.latestFinishedSync(of: .full) ?? reader.latestFinishedSync(of: .resourcesOnly) else {
            throw ServiceError(
                .failedPrecondition,
                "\(request.file): holds no finished sync to match identities of, full or of resources only. Sync it first, "
                    + "or name another --external-resource-c1z.")
        }
        sync = run.id
        var types: [ResourceType] = []
        try reader.readNamingDamage(.resourceType, of: sync) {
            types.append(try ResourceType(serializedBytes: Array($0.data)))
        }
        self.types = types
        guard try request.entitlement.isEmpty || hasEntitlement(ByteKey(request.entitlement)) else {
            throw ServiceError(
                .notFound,
                "\(request.file): has no entitlement \"\(request.entitlement)\". Correct "
                    + "--external-resource-entitlement-id-filter; `baton entitlements` lists them.")
        }
    }

    /// The types whose resources are identities.
    var wantedTypes: [ResourceType] {
        types.filter { type in type.traits.contains { request.traits.contains($0) } }
    }

    /// The types that grants of a sync may refer to before their identities are copied.
    var expectedTypes: Set<ByteKey> {
        Set(types.filter { $0.traits.contains(.user) || $0.traits.contains(.group) }.map { ByteKey($0.id) })
    }

    /// Hands out the records of one kind.
    func read(_ kind: RecordKind, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try reader.readNamingDamage(kind, of: sync) { record in
            try Task.checkCancellation()
            try body(record.data)
        }
    }

    /// Whether the file has that entitlement.
    func hasEntitlement(_ id: ByteKey) throws -> Bool {
        try reader.find(.entitlement(id), in: sync) != nil
    }

    /// Hands out those who hold the entitlement that is asked for, as the file has them.
    func readHolders(_ body: (ResourceID, [UInt8]) throws -> Void) throws {
        try reader.readNamingDamage(.grant, of: sync, where: .entitlement(request.entitlement)) { grant in
            try Task.checkCancellation()
            guard let id = try grant.data.wireBytes(2)?.wireBytes(1) else { return }
            let holder = ResourceID(try id.wireBytes(1)?.text ?? "", try id.wireBytes(2)?.text ?? "")
            if let found = try reader.find(.resource(holder), in: sync) { try body(holder, found) }
        }
    }
}
