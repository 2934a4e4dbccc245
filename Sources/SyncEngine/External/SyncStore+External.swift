import AccessModel
import BatonWire
import C1Z
import Logging

extension SyncStore {
    /// Copies the identities of the other file and matches grants with them.
    ///
    /// All of it or nothing: what is interrupted here is done again from the start, so the other file may change meanwhile.
    func syncExternalResources(_ action: SyncAction) throws {
        guard let external else {
            throw ServiceError(
                .failedPrecondition,
                "the unfinished sync matches identities of another file. Name that file with --external-resource-c1z.")
        }
        try commit()
        let counts: ExternalCopy.Counts
        do {
            counts = try copyAndMatch(external)
        } catch {
            // After an error of the file nothing is written any more, and saving begins by going back.
            if damage == nil { try writing { try $0.rollBack() } }
            throw error
        }
        state.finish(action.id)
        try commit()
        tell {
            $0.resourceTypes += counts.types
            $0.resources += counts.resources
            $0.entitlements += counts.entitlements
            $0.grants += counts.grants
        }
    }

    private func copyAndMatch(_ external: ExternalDirectory) throws -> ExternalCopy.Counts {
        let (types, counts) = try copy(external)
        if state.hasExternalGrants { try match(external, types) }
        return counts
    }

    private func copy(_ external: ExternalDirectory) throws -> (types: [ResourceType], ExternalCopy.Counts) {
        let isFiltered = !external.request.entitlement.isEmpty
        log.info(
            isFiltered
                ? "Syncing external baton resources with grants to entitlement..."
                : "Syncing external resources for users and groups...")
        let id = try syncID
        return try writing { writer in
            var copy = ExternalCopy(external, into: writer, sync: id)
            try copy.run()
            let counts = copy.counts
            log.info(
                isFiltered ? "Synced external resources for entitlement" : "Synced external resources",
                metadata: [
                    "resource_type_count": .stringConvertible(counts.types),
                    "resource_count": .stringConvertible(counts.resources),
                    "entitlement_count": .stringConvertible(counts.entitlements),
                    "grant_count": .stringConvertible(counts.grants),
                ])
            return (copy.types, counts)
        }
    }

    private func match(_ external: ExternalDirectory, _ types: [ResourceType]) throws {
        let id = try syncID
        try writing { writer in
            let principals = ExternalPrincipals(types: types.map(\.id), in: writer, sync: id)
            let counts = try principals.counts(of: external.request.traits)
            log.info(
                "matching grants against external principals",
                metadata: ["principals_by_trait": .dictionary(counts.mapValues { .stringConvertible($0) })])
            var matching = GrantMatching(
                of: principals, traits: external.request.traits, in: writer, sync: id, log: log)
            try matching.run()
        }
    }
}
