import WireForm

/// What a grant of a Pebble file refers to: its entitlement with that's resource, and its principal.
struct GrantReferences {
    let resourceType, resource, entitlement: UnsafeRawBufferPointer
    let principalType, principal: UnsafeRawBufferPointer
    let principalParentType, principalParent: UnsafeRawBufferPointer?

    /// Reads the serialized references.
    init(entitlement: UnsafeRawBufferPointer?, principal: UnsafeRawBufferPointer?) throws(WireError) {
        resourceType = try entitlement?.wireBytes(1) ?? .nothing
        resource = try entitlement?.wireBytes(2) ?? .nothing
        self.entitlement = try entitlement?.wireBytes(3) ?? .nothing
        principalType = try principal?.wireBytes(1) ?? .nothing
        self.principal = try principal?.wireBytes(2) ?? .nothing
        principalParentType = try principal?.wireBytes(3)
        principalParent = try principal?.wireBytes(4)
    }

    /// Reads the entitlement and the principal inside a grant as connectors speak it.
    init(ofGrant entitlement: UnsafeRawBufferPointer?, principal: UnsafeRawBufferPointer?) throws(WireError) {
        let resource = try entitlement?.wireBytes(1)?.wireBytes(1)
        let holder = try principal?.wireBytes(1)
        let parent = try principal?.wireBytes(2)
        resourceType = try resource?.wireBytes(1) ?? .nothing
        self.resource = try resource?.wireBytes(2) ?? .nothing
        self.entitlement = try entitlement?.wireBytes(2) ?? .nothing
        principalType = try holder?.wireBytes(1) ?? .nothing
        self.principal = try holder?.wireBytes(2) ?? .nothing
        principalParentType = try parent?.wireBytes(1)
        principalParent = try parent?.wireBytes(2)
    }

    /// Whether all is there that the key of a grant is made of.
    var isComplete: Bool {
        ![resourceType, resource, entitlement, principalType, principal].contains { $0.isEmpty }
    }

    /// Appends the id of a grant that has none of its own: entitlement, type and id of the principal (c1z-v3 §8.3).
    func appendID(to writer: inout WireWriter) {
        let colon: StaticString = ":"
        let separator = UnsafeRawBufferPointer(start: colon.utf8Start, count: 1)
        for piece in [entitlement, separator, principalType, separator, principal] { writer.append(piece) }
    }
}
