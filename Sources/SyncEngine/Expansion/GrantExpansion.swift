import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import WireForm

/// Derives the grants that follow from expandable ones (sync-engine §11.5).
///
/// Destinations are worked off so that every source comes first. The grants of a destination's sources are read side by side
/// in order of their principals and merged, so memory does not grow with their number.
struct GrantExpansion {
    /// What the expansion found.
    struct Report {
        var missingSources = 0
        var missingDestinations = 0
        /// Some of the entitlement ids that are not stored.
        var missing: Set<ByteKey> = []

        mutating func note(missing entitlement: ByteKey) {
            missing.insert(entitlement)
        }
    }

    /// How far it has come.
    struct Step {
        /// Grants written so far.
        let derived: Int
        /// Nodes of the graph that are still to be done.
        let remaining: Int
    }

    /// How many sources are read side by side.
    private static let cursorLimit = 200
    /// How many derived grants are put at once.
    private static let batchSize = 10_000

    let writer: any C1ZWriter
    /// Called after each batch of grants.
    let afterBatch: (Step) throws -> Void

    private(set) var report = Report()
    private var derived = 0
    private var remaining = 0
    private var batch = RecordBatch(.grant)
    private let sync: String

    init(in writer: any C1ZWriter, sync: String, afterBatch: @escaping (Step) throws -> Void) {
        self.writer = writer
        self.sync = sync
        self.afterBatch = afterBatch
    }

    /// Derives what follows from `graph`, whose cycles are merged.
    mutating func run(_ graph: CollapsedGraph) throws {
        let nodes = graph.order.filter { !graph.incoming[$0].isEmpty }
        for (done, node) in nodes.enumerated() {
            try Task.checkCancellation()
            remaining = nodes.count - done
            for destination in graph.nodes[node] {
                try expand(into: destination, from: graph.incoming[node], of: graph)
            }
        }
        try flush()
    }

    // MARK: The graph

    /// Reads which entitlements flow into which.
    ///
    /// - Throws: `ServiceError` when a grant expands an entitlement that isn't its principal's.
    mutating func loadGraph() throws -> EntitlementGraph {
        var graph = EntitlementGraph()
        var owners: [ByteKey: EntitlementOwner] = [:]
        var missing: [ByteKey] = []
        try writer.readPendingExpansions { pending in
            try Task.checkCancellation()
            let expandable = try GrantExpandable(serializedBytes: Array(pending.expansion))
            let types = Set(expandable.resourceTypeIds.map { ByteKey($0) })
            for id in expandable.entitlementIds {
                let source = ByteKey(id)
                let owner = try owners[source] ?? owner(of: source)
                owners[source] = owner
                switch owner {
                case .missing: missing.append(source)
                case .resource(let type, let resource):
                    guard type.bytes.elementsEqual(pending.principalType),
                        resource.bytes.elementsEqual(pending.principal)
                    else { throw mismatch(pending, source) }
                    graph.add(
                        .init(isShallow: expandable.shallow, types: types), from: source,
                        to: ByteKey(pending.entitlement))
                }
            }
        }
        report.missingSources += missing.count
        for entitlement in missing { report.note(missing: entitlement) }
        return graph
    }

    private enum EntitlementOwner {
        case missing
        case resource(type: ByteKey, id: ByteKey)
    }

    private func owner(of entitlement: ByteKey) throws -> EntitlementOwner {
        guard let bytes = try writer.find(.entitlement(entitlement), in: sync) else { return .missing }
        let owner = try bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws -> EntitlementOwner? in
            guard let id = try bytes.wireBytes(1)?.wireBytes(1) else { return nil }
            return .resource(
                type: ByteKey(try id.wireBytes(1).map { Array($0) } ?? []),
                id: ByteKey(try id.wireBytes(2).map { Array($0) } ?? []))
        }
        guard let owner else {
            throw ServiceError(
                .unknown, "source entitlement resource id was nil: entitlement \(entitlement.text) names no resource",
                isVerdict: true)
        }
        return owner
    }

    private func mismatch(_ pending: PendingExpansion, _ source: ByteKey) -> ServiceError {
        ServiceError(
            .unknown,
            "source entitlement resource id did not match grant principal id: grant \(pending.grant.text) of "
                + "\(pending.principalType.text)/\(pending.principal.text) expands \(source.text), which is not an "
                + "entitlement of that principal. This is a fault of the connector.", isVerdict: true)
    }

    // MARK: One destination

    /// One source of a destination, and how it flows.
    private struct Source {
        let entitlement: ByteKey
        let edge: EntitlementGraph.Edge
    }

    private mutating func expand(
        into destination: ByteKey, from incoming: [(source: Int, edge: EntitlementGraph.Edge)], of graph: CollapsedGraph
    ) throws {
        guard let entitlement = try writer.find(.entitlement(destination), in: sync) else {
            report.missingDestinations += incoming.count
            return report.note(missing: destination)
        }
        var sources: [Source] = []
        for (node, edge) in incoming {
            sources += graph.nodes[node].map { Source(entitlement: $0, edge: edge) }
        }
        // Derived grants of earlier sources count as stored ones for later sources, so they must be in the file first.
        try flush()
        for start in stride(from: 0, to: sources.count, by: Self.cursorLimit) {
            let chunk = sources[start..<min(start + Self.cursorLimit, sources.count)]
            try merge(Array(chunk), into: destination, entitlement)
            try flush()
        }
    }

    private mutating func merge(_ sources: [Source], into destination: ByteKey, _ entitlement: [UInt8]) throws {
        var streams: [SourceStream] = []
        for source in sources {
            let stream = SourceStream(
                source.entitlement, source.edge, try writer.grantsInPrincipalOrder(of: source.entitlement))
            if try stream.advance() { streams.append(stream) }
        }
        let base = BaseStream(try writer.grantsInPrincipalOrder(of: destination))
        var heap = StreamHeap(streams)
        while let first = heap.first {
            try Task.checkCancellation()
            let principal = first.principal
            let message = try first.principalMessage
            var sources = GrantSources()
            while let stream = heap.first, stream.principal == principal {
                if let isDirect = stream.contribution { sources.add(stream.entitlement, isDirect: isDirect) }
                if try stream.advance() { heap.sink() } else { heap.removeFirst() }
            }
            guard !sources.isEmpty else { continue }
            try put(sources, of: principal, message, on: destination, entitlement, beside: base)
        }
    }

    private mutating func put(
        _ sources: GrantSources, of principal: PrincipalKey, _ message: [UInt8], on destination: ByteKey,
        _ entitlement: [UInt8], beside base: BaseStream
    ) throws {
        var hasBase = false
        while try base.advance(to: principal) {
            hasBase = true
            if let changed = try Self.adding(sources, to: base.data, on: destination) { try add(changed) }
            base.consume()
        }
        if !hasBase { try add(Self.derivedGrant(sources, of: principal, message, on: destination, entitlement)) }
    }

    private mutating func add(_ grant: [UInt8]) throws {
        try grant.withUnsafeBytes { try batch.append($0) }
        if batch.count >= Self.batchSize { try flush() }
    }

    private mutating func flush() throws {
        guard batch.count > 0 else { return }
        try writer.putDerived(batch)
        derived += batch.count
        batch = RecordBatch(.grant)
        try afterBatch(Step(derived: derived, remaining: remaining))
    }

    /// The stored grant with more sources; nil when it has them all.
    private static func adding(
        _ sources: GrantSources, to grant: UnsafeRawBufferPointer, on destination: ByteKey
    ) throws -> [UInt8]? {
        var merged = try GrantSources(ofGrant: grant)
        var isChanged = false
        if merged.isEmpty { isChanged = merged.add(destination, isDirect: true) }
        for source in sources.entries {
            isChanged = merged.add(source.entitlement, isDirect: source.isDirect) || isChanged
        }
        return isChanged ? try merged.replacing(in: grant) : nil
    }

    private static let immutable = Annotation(carrying: GrantImmutable()).serializedInOrder()

    private static func derivedGrant(
        _ sources: GrantSources, of principal: PrincipalKey, _ message: [UInt8], on destination: ByteKey,
        _ entitlement: [UInt8]
    ) -> [UInt8] {
        var grant = WireWriter()
        grant.field(1, entitlement)
        grant.field(2, message)
        let colon = [UInt8(ascii: ":")]
        grant.field(3, destination.bytes + colon + principal.type.bytes + colon + principal.id.bytes)
        grant.field(4, immutable)
        grant.field(5, sources.message)
        return grant.bytes
    }
}
