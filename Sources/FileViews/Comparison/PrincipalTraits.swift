import AccessModel
import C1Z
import WireForm

/// By what a principal is recognised in another list.
struct PrincipalTraits {
    let id: ByteKey
    let name: ByteKey
    /// Whether it is an account, and so has addresses.
    private(set) var isUser = false
    private(set) var emails: [ByteKey] = []

    /// Reads a serialized resource.
    init(_ resource: UnsafeRawBufferPointer) throws {
        let fields = try ResourceFields(resource)
        var key = WireWriter()
        key.field(1, fields.name.type)
        key.field(2, fields.name.id)
        id = ByteKey(key.bytes)
        name = ByteKey(fields.displayName)
        guard let trait = try AnnotationFields.first("c1.connector.v2.UserTrait", of: resource) else { return }
        isUser = true
        var reader = WireReader(trait)
        while let field = try reader.next() {
            if field.number == 1, let address = try field.bytes.wireBytes(1) { emails.append(ByteKey(address)) }
        }
    }
}

/// Annotations inside a serialized record.
enum AnnotationFields {
    /// The content of a resource's first annotation of a type; nil when it has none.
    static func first(_ type: StaticString, of resource: UnsafeRawBufferPointer) throws(WireError)
        -> UnsafeRawBufferPointer?
    {
        var reader = WireReader(resource)
        while let field = try reader.next() {
            guard field.number == 4, try field.bytes.isAnnotation(named: type) else { continue }
            return try field.bytes.wireBytes(2) ?? .empty
        }
        return nil
    }
}

/// A set of principals that others are matched against.
struct PrincipalIndex {
    private var ids: Set<ByteKey> = []
    private var emails: Set<ByteKey> = []
    private var userNames: Set<ByteKey> = []
    private var otherNames: Set<ByteKey> = []

    mutating func add(_ principal: PrincipalTraits) {
        ids.insert(principal.id)
        emails.formUnion(principal.emails)
        if principal.isUser { userNames.insert(principal.name) } else { otherNames.insert(principal.name) }
    }

    /// Whether it has the principal itself, an account that shares an address, or one of the same name and sort.
    func hasMatch(for principal: PrincipalTraits) -> Bool {
        ids.contains(principal.id) || principal.emails.contains { emails.contains($0) }
            || (principal.isUser ? userNames : otherNames).contains(principal.name)
    }
}
