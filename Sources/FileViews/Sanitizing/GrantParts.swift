import WireForm

/// A serialized grant taken apart.
struct GrantParts {
    private(set) var entitlement: [UInt8]?
    private(set) var principal: [UInt8]?
    /// The grant without them.
    var rest: [UInt8] { others.bytes }

    private var others = WireWriter()

    init(_ grant: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(grant)
        while let field = try reader.next() {
            switch (field.number, field.wireType) {
            // Of a message that comes in several pieces the sum counts (protobuf encoding, "Last One Wins").
            case (1, 2): entitlement = (entitlement ?? []) + field.bytes
            case (2, 2): principal = (principal ?? []) + field.bytes
            default: others.append(field.whole)
            }
        }
    }
}
