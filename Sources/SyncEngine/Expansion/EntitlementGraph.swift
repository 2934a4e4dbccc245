import AccessModel

/// Which entitlements flow into which: an edge says that holders of the source also hold the destination (sync-engine §11.3).
struct EntitlementGraph {
    /// How holders of a source come to hold a destination.
    struct Edge {
        /// Only direct holders of the source count.
        var isShallow: Bool
        /// Only principals of these types; empty means all.
        var types: Set<ByteKey>

        /// Merges another statement about the same pair: deep beats shallow, unfiltered beats filtered.
        mutating func merge(_ other: Edge) {
            isShallow = isShallow && other.isShallow
            types = types.isEmpty || other.types.isEmpty ? [] : types.union(other.types)
        }
    }

    /// The entitlements, by their place.
    private(set) var entitlements: [ByteKey] = []
    private var places: [ByteKey: Int] = [:]
    /// For each entitlement, the edges that lead out of it.
    private(set) var outgoing: [[Int: Edge]] = []
    /// How many edges were stated more than once and merged.
    private(set) var merged = 0

    var edgeCount: Int { outgoing.reduce(0) { $0 + $1.count } }

    /// The place of an entitlement, made when it is new.
    mutating func place(of entitlement: ByteKey) -> Int {
        if let place = places[entitlement] { return place }
        entitlements.append(entitlement)
        outgoing.append([:])
        places[entitlement] = entitlements.count - 1
        return entitlements.count - 1
    }

    mutating func add(_ edge: Edge, from source: ByteKey, to destination: ByteKey) {
        let from = place(of: source)
        let to = place(of: destination)
        if var known = outgoing[from][to] {
            known.merge(edge)
            merged += 1
            outgoing[from][to] = known
        } else {
            outgoing[from][to] = edge
        }
    }

    /// The graph with each cycle merged into one node.
    func collapsed() -> CollapsedGraph {
        CollapsedGraph(self, components: StrongComponents(of: outgoing.map { Array($0.keys) }).components)
    }
}

/// A graph without cycles whose nodes are sets of entitlements.
struct CollapsedGraph {
    /// The entitlements of each node, in byte order.
    private(set) var nodes: [[ByteKey]] = []
    /// For each node, the edges that lead into it, by their source node.
    private(set) var incoming: [[(source: Int, edge: EntitlementGraph.Edge)]] = []
    /// Entitlements that are part of a cycle, one cycle a row.
    private(set) var cycles: [[ByteKey]] = []
    /// The nodes so that every source comes before its destinations.
    private(set) var order: [Int] = []

    init(_ graph: EntitlementGraph, components: [[Int]]) {
        var node = [Int](repeating: 0, count: graph.entitlements.count)
        for (index, members) in components.enumerated() {
            for member in members { node[member] = index }
            nodes.append(members.map { graph.entitlements[$0] }.sorted())
            if members.count > 1 || members.contains(where: { graph.outgoing[$0][$0] != nil }) {
                cycles.append(nodes[index])
            }
        }
        var edges: [[Int: EntitlementGraph.Edge]] = Array(repeating: [:], count: components.count)
        for (source, targets) in graph.outgoing.enumerated() {
            for (target, edge) in targets where node[source] != node[target] {
                if var known = edges[node[target]][node[source]] {
                    known.merge(edge)
                    edges[node[target]][node[source]] = known
                } else {
                    edges[node[target]][node[source]] = edge
                }
            }
        }
        incoming = edges.map { $0.sorted { $0.key < $1.key }.map { (source: $0.key, edge: $0.value) } }
        // Tarjan finds a component after all it leads to, so the reverse is an order from sources to destinations.
        order = Array(components.indices.reversed())
    }
}
