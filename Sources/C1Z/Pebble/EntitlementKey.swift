import WireForm

/// What makes an entitlement the same one in a Pebble file: its resource, and its id (c1z-v3 §8.3).
///
/// An id that begins with its resource is kept without that beginning.
struct EntitlementKey {
    let resourceType, resource: UnsafeRawBufferPointer
    /// Whether the id begins with the resource.
    let isShortened: Bool
    /// The id, or what follows the resource in it.
    let tail: UnsafeRawBufferPointer

    /// The identity of the entitlement with an `id` on a resource.
    init(_ resourceType: UnsafeRawBufferPointer, _ resource: UnsafeRawBufferPointer, id: UnsafeRawBufferPointer) {
        self.resourceType = resourceType
        self.resource = resource
        let length = resourceType.count + resource.count + 2
        let colon = UInt8(ascii: ":")
        isShortened =
            id.count >= length && id[resourceType.count] == colon && id[length - 1] == colon
            && id.prefix(resourceType.count).elementsEqual(resourceType)
            && id[(resourceType.count + 1)..<(length - 1)].elementsEqual(resource)
        tail = isShortened ? UnsafeRawBufferPointer(rebasing: id[length...]) : id
    }

    private static let flags: (shortened: StaticString, whole: StaticString) = ("1", "0")

    /// Adds its four components to a key that has none.
    func append(to key: inout TupleKey) {
        key.append(resourceType, isFirst: true)
        key.append(resource)
        let flag = isShortened ? Self.flags.shortened : Self.flags.whole
        key.append(UnsafeRawBufferPointer(start: flag.utf8Start, count: flag.utf8CodeUnitCount))
        key.append(tail)
    }

    /// Every way to read an id as one that begins with its resource, up to `limit`.
    static func splits(of id: UnsafeRawBufferPointer, limit: Int) -> [EntitlementKey] {
        let colons = id.indices.filter { id[$0] == UInt8(ascii: ":") }
        var splits: [EntitlementKey] = []
        for (place, first) in colons.enumerated() {
            for second in colons[(place + 1)...] {
                guard splits.count < limit else { return splits }
                splits.append(
                    EntitlementKey(
                        UnsafeRawBufferPointer(rebasing: id[..<first]),
                        UnsafeRawBufferPointer(rebasing: id[(first + 1)..<second]), id: id))
            }
        }
        return splits
    }
}
