import AccessModel
import C1Z
import Logging

extension SyncStore {
    /// How often a long expansion says that it goes on, in seconds.
    private static let remarkInterval: Int64 = 10

    /// Derives grants, then takes the action off the stack.
    func expand(_ action: SyncAction) throws {
        try writing { try $0.markDiffable() }
        if options.expandsGrants, state.needsExpansion {
            try runExpansion()
        } else {
            log.debug("skipping grant expansion, no grants to expand")
        }
        try finish(action)
    }

    private func runExpansion() throws {
        let before = progress.grants
        var lastRemark = now
        let id = try syncID
        try writing { writer in
            var expansion = GrantExpansion(in: writer, sync: id) { step in
                try self.afterStep(step, before: before, &lastRemark)
            }
            let graph = try expansion.loadGraph()
            log.info("Finished loading entitlement graph", metadata: ["edges": .stringConvertible(graph.edgeCount)])
            if graph.merged > 0 {
                log.warning(
                    "grant expansion: several grants state the same edge; they were merged",
                    metadata: ["edges": .stringConvertible(graph.merged)])
            }
            let collapsed = graph.collapsed()
            try check(collapsed)
            try expansion.run(collapsed)
            tellMissing(expansion.report)
        }
    }

    private func check(_ graph: CollapsedGraph) throws {
        guard let cycle = graph.cycles.first else { return }
        let names = cycle.prefix(25).map { Logger.MetadataValue.string($0.text) }
        log.warning("cycle detected in entitlement graph", metadata: ["cycle": .array(names)])
        if options.writing.environment["BATON_DONT_FIX_CYCLES"] == "true" {
            throw ServiceError(
                .unknown,
                "cycles detected in entitlement graph, among them \(cycle.prefix(3).map(\.text).joined(separator: ", ")). "
                    + "Unset BATON_DONT_FIX_CYCLES to merge them.")
        }
    }

    private func tellMissing(_ report: GrantExpansion.Report) {
        guard !report.missing.isEmpty else { return }
        log.warning(
            "grant expansion: DROPPED edges referencing entitlements with no entitlement row (connector bug or resource type not enabled — check magic-id construction)",
            metadata: [
                "edges_missing_source_entitlement": .stringConvertible(report.missingSources),
                "edges_missing_destination_entitlement": .stringConvertible(report.missingDestinations),
                "distinct_missing_entitlements": .stringConvertible(report.missing.count),
                "entitlement_id_examples": .array(report.missing.sorted().prefix(25).map { .string($0.text) }),
            ])
    }

    private func afterStep(_ step: GrantExpansion.Step, before: Int, _ lastRemark: inout Int64) throws {
        try Task.checkCancellation()
        try commitWhenDue()
        if now - lastRemark >= Self.remarkInterval {
            lastRemark = now
            log.info("Expanding grants", metadata: ["actions_remaining": .stringConvertible(step.remaining)])
        }
        tell { $0.grants = before + step.derived }
    }
}
