import AccessModel
import C1Z
import WireForm

/// Who holds a grant, in the order the file sorts them.
struct PrincipalKey: Comparable {
    let type: ByteKey
    let id: ByteKey

    static func < (left: PrincipalKey, right: PrincipalKey) -> Bool {
        left.type == right.type ? left.id < right.id : left.type < right.type
    }
}

/// The grants of one source entitlement.
final class SourceStream {
    let entitlement: ByteKey
    private let edge: EntitlementGraph.Edge
    private let cursor: any GrantCursor
    private(set) var principal = PrincipalKey(type: ByteKey([]), id: ByteKey([]))

    /// Whether the present grant flows on, and whether its holder has it directly; nil when it doesn't flow.
    private(set) var contribution: Bool?

    init(_ entitlement: ByteKey, _ edge: EntitlementGraph.Edge, _ cursor: any GrantCursor) {
        self.entitlement = entitlement
        self.edge = edge
        self.cursor = cursor
    }

    /// The serialized principal of the present grant.
    var principalMessage: [UInt8] {
        get throws { try cursor.data.wireBytes(2).map { Array($0) } ?? [] }
    }

    /// Goes to the next grant whose holder may receive; false at the end.
    func advance() throws -> Bool {
        while try cursor.next() {
            guard !cursor.principal.isEmpty else { continue }
            let type = ByteKey(cursor.principalType)
            guard edge.types.isEmpty || edge.types.contains(type) else { continue }
            let isDirect = try GrantSources.isDirect(grant: cursor.data, own: entitlement)
            guard isDirect || !edge.isShallow else { continue }
            principal = PrincipalKey(type: type, id: ByteKey(cursor.principal))
            contribution = isDirect
            return true
        }
        return false
    }
}

/// The grants that a destination has already.
final class BaseStream {
    private let cursor: any GrantCursor
    private var present: PrincipalKey?
    private var isAtEnd = false

    init(_ cursor: any GrantCursor) {
        self.cursor = cursor
    }

    /// The serialized present grant.
    var data: UnsafeRawBufferPointer { cursor.data }

    /// Goes on to a grant of `principal`; false when there is none, or none left.
    func advance(to principal: PrincipalKey) throws -> Bool {
        while true {
            if present == nil, !isAtEnd {
                if try cursor.next() {
                    present = PrincipalKey(type: ByteKey(cursor.principalType), id: ByteKey(cursor.principal))
                } else {
                    isAtEnd = true
                }
            }
            guard let present, present <= principal else { return false }
            if present == principal { return true }
            self.present = nil
        }
    }

    /// Leaves the present grant behind.
    func consume() {
        present = nil
    }
}

/// Streams ordered by their present principal.
struct StreamHeap {
    private var streams: [SourceStream]

    init(_ streams: [SourceStream]) {
        self.streams = streams.sorted { Self.precedes($0, $1) }
    }

    /// By principal, then by source, so that it never depends on chance which source a principal's message comes from.
    private static func precedes(_ left: SourceStream, _ right: SourceStream) -> Bool {
        left.principal == right.principal ? left.entitlement < right.entitlement : left.principal < right.principal
    }

    /// The stream with the least principal.
    var first: SourceStream? { streams.first }

    mutating func removeFirst() {
        streams.swapAt(0, streams.count - 1)
        streams.removeLast()
        sink()
    }

    /// Moves the first stream to its place after it has advanced.
    mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < streams.count {
                if Self.precedes(streams[child], streams[least]) { least = child }
            }
            guard least != parent else { return }
            streams.swapAt(least, parent)
            parent = least
        }
    }
}
