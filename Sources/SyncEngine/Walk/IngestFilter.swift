import AccessModel
import BatonWire
import SwiftProtobuf

/// Decides which records of a page may be stored (sync-engine §9.3, §12.2).
struct IngestFilter: Sendable {
    let types: StoredTypes
    let isFullSync: Bool
    var quality = IngestQuality()
    /// What the admitted grants say about later phases.
    private(set) var marks = GrantMarks()

    init(_ types: StoredTypes, isFullSync: Bool) {
        self.types = types
        self.isFullSync = isFullSync
    }

    private func isStored(_ type: String) -> Bool { type.isEmpty || types.admits(type) }

    /// Whether an entitlement is complete and its resource's type is synced.
    mutating func admits(_ entitlement: Entitlement) -> Bool {
        guard !entitlement.id.isEmpty, entitlement.hasResource, !entitlement.resource.id.resourceType.isEmpty,
            !entitlement.resource.id.resource.isEmpty
        else {
            quality.add(.invalidEntitlements)
            return false
        }
        guard !isFullSync || isStored(entitlement.resource.id.resourceType) else {
            quality.add(.entitlementsDropped)
            return false
        }
        return true
    }

    /// The grant as it may be stored; nil when it refers to types that are not synced.
    mutating func admitted(_ grant: Grant) throws -> Grant? {
        let isMatch = grant.annotations.contains { $0.isExternalResourceMatch }
        guard let grant = isFullSync ? try filtered(grant, isMatch: isMatch) : grant else { return nil }
        if isMatch { marks.hasExternal = true }
        if grant.annotations.contains(GrantExpandable.self) { marks.hasExpandable = true }
        return grant
    }

    private mutating func filtered(_ grant: Grant, isMatch: Bool) throws -> Grant? {
        guard isStored(grant.entitlement.resource.id.resourceType),
            isMatch || isStored(grant.principal.id.resourceType)
        else {
            quality.add(.grantsDropped)
            return nil
        }
        guard !isMatch, let expandable = try grant.annotations.first(GrantExpandable.self),
            !expandable.resourceTypeIds.isEmpty
        else { return grant }
        return narrowed(grant, expandable)
    }

    /// Types that are not synced are taken out of an expansion.
    ///
    /// When none is left the expansion goes: an empty list would mean all.
    private mutating func narrowed(_ grant: Grant, _ expandable: GrantExpandable) -> Grant {
        let kept = expandable.resourceTypeIds.filter { isStored($0) }
        guard kept.count < expandable.resourceTypeIds.count else { return grant }
        quality.add(.expansionTypesDropped, UInt64(expandable.resourceTypeIds.count - kept.count))
        var grant = grant
        if kept.isEmpty {
            quality.add(.expansionsDropped)
            grant.annotations.removeAll { $0.carries(GrantExpandable.self) }
        } else {
            var narrower = expandable
            narrower.resourceTypeIds = kept
            grant.annotations.update(narrower)
        }
        return grant
    }
}

/// What the grants of a page say about later phases.
struct GrantMarks: Sendable {
    var hasExpandable = false
    /// Whether some describe identities of another file.
    var hasExternal = false
}

extension Annotation {
    /// Whether it is one of those that describe identities of another file.
    fileprivate var isExternalResourceMatch: Bool {
        messageName.utf8.starts(with: "c1.connector.v2.ExternalResourceMatch".utf8)
    }
}

extension IngestQuality {
    /// Adds what another page found.
    mutating func merge(_ other: IngestQuality) {
        for (count, number) in other.counts { add(count, number) }
        if other.isReplayBlocked { block(other.reasons) }
    }
}
