import AccessModel
import C1Z
import Logging

/// One pass of expansion over a sync, with what the ecosystem's log says about it.
struct ExpansionPass {
    let writer: any C1ZWriter
    let sync: String
    let environment: [String: String]
    let log: Logger

    /// Derives the grants.
    ///
    /// - Parameter afterBatch: called after each batch of them.
    func run(afterBatch: @escaping (GrantExpansion.Step) throws -> Void) throws {
        var expansion = GrantExpansion(in: writer, sync: sync, afterBatch: afterBatch)
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

    private func check(_ graph: CollapsedGraph) throws {
        guard let cycle = graph.cycles.first else { return }
        let names = cycle.prefix(25).map { Logger.MetadataValue.string($0.text) }
        log.warning("cycle detected in entitlement graph", metadata: ["cycle": .array(names)])
        if environment["BATON_DONT_FIX_CYCLES"] == "true" {
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
}
