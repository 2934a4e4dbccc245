import WireForm

/// What an export says of an account, as bytes of its serialized resource.
struct PersonFields {
    private(set) var lastName = UnsafeRawBufferPointer.empty
    private(set) var firstName = UnsafeRawBufferPointer.empty
    private(set) var userID = UnsafeRawBufferPointer.empty
    /// The first primary address.
    private(set) var email = UnsafeRawBufferPointer.empty
    private var status = AccountStatus.unset

    /// Reads a resource; nil when it is no account.
    init?(_ resource: UnsafeRawBufferPointer) throws(WireError) {
        guard let user = try AnnotationFields.first("c1.connector.v2.UserTrait", of: resource) else { return nil }
        email = try Self.primaryEmail(in: user)
        // What newer connectors say on the resource counts before what the trait says.
        let own = try resource.wireBytes(9)
        let older = try user.wireBytes(3)
        if let profile = own ?? older { try read(profile) }
        status = try Self.status(of: resource, user)
    }

    /// How the export calls the status.
    var statusName: StaticString {
        switch status {
        case .unset, .enabled: "Enabled"
        case .disabled: "Disabled"
        case .deleted: "Deleted"
        case .other: "Unknown"
        }
    }

    private enum AccountStatus {
        case unset, enabled, disabled, deleted, other

        /// The numbers mean the same in each of the three places.
        init(_ number: UInt64) {
            switch number {
            case 0: self = .unset
            case 1: self = .enabled
            case 2: self = .disabled
            case 3: self = .deleted
            default: self = .other
            }
        }
    }

    private static func status(
        of resource: UnsafeRawBufferPointer, _ user: UnsafeRawBufferPointer
    ) throws(WireError) -> AccountStatus {
        var status = AccountStatus(try (resource.wireBytes(11) ?? .empty).wireNumber(1))
        if status == .unset { status = AccountStatus(try (user.wireBytes(2) ?? .empty).wireNumber(1)) }
        if status == .unset, let agent = try AnnotationFields.first("c1.connector.v2.AgentTrait", of: resource) {
            status = AccountStatus(try agent.wireNumber(1))
        }
        return status
    }

    private static func primaryEmail(in user: UnsafeRawBufferPointer) throws(WireError) -> UnsafeRawBufferPointer {
        var reader = WireReader(user)
        while let field = try reader.next() {
            if field.number == 1, try field.bytes.wireNumber(2) != 0 { return try field.bytes.wireBytes(1) ?? .empty }
        }
        return .empty
    }

    /// Takes the strings it knows out of a `google.protobuf.Struct`.
    private mutating func read(_ profile: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(profile)
        while let entry = try reader.next() {
            guard entry.number == 1, let key = try entry.bytes.wireBytes(1) else { continue }
            let value = try entry.bytes.wireBytes(2)?.wireBytes(3) ?? .empty
            if key.isBytes(of: "last_name") { lastName = value }
            if key.isBytes(of: "first_name") { firstName = value }
            if key.isBytes(of: "user_id") { userID = value }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The last varint field `number` of a message; 0 when there is none.
    fileprivate func wireNumber(_ number: Int) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var reader = WireReader(self)
        while let field = try reader.next() {
            if field.number == number, field.wireType == 0 { value = field.scalar }
        }
        return value
    }
}
