import AccessModel
import BatonWire
import SwiftProtobuf
import Testing

/// Checks that two lists hold the same messages under the same ids, byte for byte.
func expectSameBytes(
    _ ours: [(id: ByteKey, data: [UInt8])], as golden: [(id: ByteKey, data: [UInt8])], of what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    func sorted(_ rows: [(id: ByteKey, data: [UInt8])]) -> [(id: ByteKey, data: [UInt8])] {
        rows.sorted { $0.id < $1.id }
    }
    let (ours, golden) = (sorted(ours), sorted(golden))
    guard ours.map(\.id) == golden.map(\.id) else {
        let (known, wanted) = (Set(ours.map(\.id)), Set(golden.map(\.id)))
        let missing = wanted.subtracting(known).sorted().prefix(5).map(\.text)
        let surplus = known.subtracting(wanted).sorted().prefix(5).map(\.text)
        Issue.record("\(what): missing \(missing), too many \(surplus)", sourceLocation: sourceLocation)
        return
    }
    for (one, other) in zip(ours, golden) where one.data != other.data {
        Issue.record(
            "\(what) \(one.id.text) differs:\n\(one.data)\n\(other.data)", sourceLocation: sourceLocation)
        return
    }
}

extension Crawl {
    var typeRows: [(id: ByteKey, data: [UInt8])] { types.map { (ByteKey($0.id), $0.serializedInOrder()) } }

    var resourceRows: [(id: ByteKey, data: [UInt8])] {
        resources.map { (ByteKey("\($0.id.resourceType):\($0.id.resource)"), $0.serializedInOrder()) }
    }

    var entitlementRows: [(id: ByteKey, data: [UInt8])] {
        entitlements.map { (ByteKey($0.id), $0.serializedInOrder()) }
    }

    /// The grants as files keep them: without what says that they can be expanded, which has a column of its own.
    var grantRows: [(id: ByteKey, data: [UInt8])] {
        grants.map { grant in
            var grant = grant
            grant.annotations.removeAll { $0.carries(GrantExpandable.self) }
            return (ByteKey(grant.id), grant.serializedInOrder())
        }
    }

    var expansionRows: [(id: ByteKey, data: [UInt8])] {
        grants.compactMap { grant in
            guard let expansion = grant.annotations.first(where: { $0.carries(GrantExpandable.self) }) else {
                return nil
            }
            return (ByteKey(grant.id), Array(expansion.value))
        }
    }
}

extension [GoldenFile.Row] {
    var pairs: [(id: ByteKey, data: [UInt8])] { map { ($0.id, $0.data) } }
}
