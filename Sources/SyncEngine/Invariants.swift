import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import WireForm

/// Checks of what was collected (sync-engine §12.3).
///
/// A violation is a fault of the data: trying again can't help.
struct Invariants {
    /// The checks that run on every file.
    static let verification = SyncVerification(generation: "1", coverage: "[\"I5\",\"I10\"]", mode: "connector")

    /// The same with those of references.
    static let fullVerification = SyncVerification(
        generation: verification.generation, coverage: "[\"I5\",\"I10\",\"I7\",\"I3\",\"I8\",\"I9\"]",
        mode: verification.mode)

    /// The same of a sync that was put together from others.
    static let mergedVerification = SyncVerification(
        generation: verification.generation, coverage: verification.coverage, mode: "compaction_merge")

    private struct Group {
        var type: ByteKey
        var defaultEntitlement: ByteKey?
        var entitlements: Set<ByteKey> = []
    }

    private var groups: [ByteKey: Group] = [:]

    /// I5: an exclusion group has one resource type, at most one default and at most 50 entitlements.
    static func check(_ sync: String, in reader: any C1ZReader) throws {
        var invariants = Invariants()
        try reader.read(.entitlement, of: sync, where: .all) { record in
            try Task.checkCancellation()
            guard try record.data.mentionsExclusionGroup() else { return }
            try invariants.add(try Entitlement(serializedBytes: Array(record.data)))
        }
    }

    private mutating func add(_ entitlement: Entitlement) throws {
        guard let mark = try mark(of: entitlement) else { return }
        let id = ByteKey(entitlement.id)
        let type = ByteKey(entitlement.resource.id.resourceType)
        var group = groups[ByteKey(mark.exclusionGroupID)] ?? Group(type: type)
        guard group.type == type else {
            throw violation(
                "\"\(mark.exclusionGroupID)\" is used on multiple resource types (\"\(group.type.text)\" and "
                    + "\"\(type.text)\"); exclusion groups may span resources but must be scoped to a single resource type"
            )
        }
        if mark.isDefault {
            if let other = group.defaultEntitlement, other != id {
                throw violation(
                    "\"\(mark.exclusionGroupID)\" has multiple default entitlements (\"\(other.text)\" and \"\(id.text)\"); "
                        + "at most one entitlement per exclusion group may set is_default=true")
            }
            group.defaultEntitlement = id
        }
        group.entitlements.insert(id)
        guard group.entitlements.count <= 50 else {
            throw violation(
                "\"\(mark.exclusionGroupID)\" has too many entitlements (\(group.entitlements.count)); at most 50 "
                    + "entitlements are allowed per exclusion group")
        }
        groups[ByteKey(mark.exclusionGroupID)] = group
    }

    private func mark(of entitlement: Entitlement) throws -> C1_Connector_V2_EntitlementExclusionGroup? {
        do {
            return try entitlement.annotations.first(C1_Connector_V2_EntitlementExclusionGroup.self)
        } catch {
            throw violation("of entitlement \"\(entitlement.id)\" can't be read. This is a fault of the connector.")
        }
    }

    private func violation(_ text: String) -> ServiceError {
        ServiceError(.unknown, "ingest invariant I5 violated: exclusion group \(text)", isVerdict: true)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func mentionsExclusionGroup() throws(WireError) -> Bool {
        var reader = WireReader(self)
        while let field = try reader.next() {
            guard field.number == 6 else { continue }
            if try field.bytes.isAnnotation(named: "c1.connector.v2.EntitlementExclusionGroup") { return true }
        }
        return false
    }
}
