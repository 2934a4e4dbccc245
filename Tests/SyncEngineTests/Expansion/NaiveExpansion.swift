import AccessModel
import BatonWire
import SwiftProtobuf

/// The expansion as the specification's words have it, in memory and without any care for speed.
struct NaiveExpansion {
    private struct Edge {
        var isShallow: Bool
        var types: Set<ByteKey>
    }

    private struct Holding {
        let id: ByteKey
        let holder: ResourceID
        let isGiven: Bool
        var sources: [ByteKey: Bool]
    }

    private let stored: Set<ByteKey>
    private var holdings: [ByteKey: [ResourceID: [Holding]]] = [:]
    private var edges: [ByteKey: [ByteKey: Edge]] = [:]

    /// What every grant has become.
    var result: [ByteKey: Expanded.Row] {
        var rows: [ByteKey: Expanded.Row] = [:]
        for holding in holdings.values.flatMap({ $0.values.joined() }) {
            rows[holding.id] = Expanded.Row(isGiven: holding.isGiven, sources: holding.sources)
        }
        return rows
    }

    init(_ directory: SmallDirectory) {
        stored = Set(directory.entitlements.map { ByteKey($0.id) })
        for grant in directory.grants {
            let entitlement = ByteKey(grant.entitlement.id)
            holdings[entitlement, default: [:]][grant.holder, default: []].append(
                Holding(id: ByteKey(grant.id), holder: grant.holder, isGiven: true, sources: [:]))
            guard let expandable = try? grant.annotations.first(GrantExpandable.self) else { continue }
            for source in expandable.entitlementIds where stored.contains(ByteKey(source)) {
                add(
                    Edge(isShallow: expandable.shallow, types: Set(expandable.resourceTypeIds.map { ByteKey($0) })),
                    from: ByteKey(source), to: entitlement)
            }
        }
        expand()
    }

    private mutating func add(_ edge: Edge, from source: ByteKey, to destination: ByteKey) {
        guard let known = edges[source]?[destination] else {
            edges[source, default: [:]][destination] = edge
            return
        }
        edges[source]?[destination] = Self.merged(known, edge)
    }

    private static func merged(_ one: Edge, _ other: Edge) -> Edge {
        Edge(
            isShallow: one.isShallow && other.isShallow,
            types: one.types.isEmpty || other.types.isEmpty ? [] : one.types.union(other.types))
    }

    private mutating func expand() {
        let all = Set(edges.keys).union(edges.values.flatMap(\.keys))
        var reach: [ByteKey: Set<ByteKey>] = [:]
        for start in all { reach[start] = reachable(from: start) }
        // Two entitlements are one node when each leads to the other.
        var nodes: [Set<ByteKey>] = []
        for entitlement in all.sorted() where !nodes.contains(where: { $0.contains(entitlement) }) {
            nodes.append(
                all.filter { other in
                    other == entitlement
                        || (reach[entitlement]?.contains(other) == true && reach[other]?.contains(entitlement) == true)
                })
        }
        var left = nodes
        while !left.isEmpty {
            let ready = left.filter { node in !left.contains { $0 != node && leads($0, node) } }
            for node in ready { fill(node, from: nodes.filter { $0 != node }) }
            left.removeAll { ready.contains($0) }
        }
    }

    private func reachable(from start: ByteKey) -> Set<ByteKey> {
        var seen: Set<ByteKey> = []
        var open = [start]
        while let next = open.popLast() {
            for target in (edges[next] ?? [:]).keys where seen.insert(target).inserted { open.append(target) }
        }
        return seen
    }

    private func leads(_ one: Set<ByteKey>, _ other: Set<ByteKey>) -> Bool {
        one.contains { source in (edges[source] ?? [:]).keys.contains { other.contains($0) } }
    }

    private mutating func fill(_ node: Set<ByteKey>, from others: [Set<ByteKey>]) {
        for destination in node.sorted() where stored.contains(destination) {
            var contributions: [ResourceID: [ByteKey: Bool]] = [:]
            for other in others {
                let between = other.flatMap { source in
                    (edges[source] ?? [:]).filter { node.contains($0.key) }.map(\.value)
                }
                guard let first = between.first else { continue }
                let edge = between.dropFirst().reduce(first, Self.merged)
                for source in other.sorted() where stored.contains(source) {
                    collect(source, through: edge, into: &contributions)
                }
            }
            for (holder, sources) in contributions { give(destination, to: holder, from: sources) }
        }
    }

    private func collect(
        _ source: ByteKey, through edge: Edge, into contributions: inout [ResourceID: [ByteKey: Bool]]
    ) {
        for holding in (holdings[source] ?? [:]).values.joined() where !holding.holder.value.isEmpty {
            guard edge.types.isEmpty || edge.types.contains(ByteKey(holding.holder.type)) else { continue }
            let isDirect = holding.sources.isEmpty || holding.sources[source] != nil
            guard isDirect || !edge.isShallow else { continue }
            contributions[holding.holder, default: [:]][source, default: false] =
                contributions[holding.holder]?[source] == true || isDirect
        }
    }

    private mutating func give(_ destination: ByteKey, to holder: ResourceID, from sources: [ByteKey: Bool]) {
        if let base = holdings[destination]?[holder] {
            holdings[destination]?[holder] = base.map { holding in
                var holding = holding
                if holding.sources.isEmpty { holding.sources[destination] = true }
                for (source, isDirect) in sources {
                    holding.sources[source] = holding.sources[source] == true || isDirect
                }
                return holding
            }
        } else {
            let id = ByteKey("\(destination.text):\(holder.type):\(holder.value)")
            holdings[destination, default: [:]][holder] = [
                Holding(id: id, holder: holder, isGiven: false, sources: sources)
            ]
        }
    }
}
