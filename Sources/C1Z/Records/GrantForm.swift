import WireForm

/// Rebuilds grants that a file stores in a shorter or older form (c1z-v1 §4, §8.5).
struct GrantForm {
    /// The name of the annotation that newer files keep in a column.
    private static let expandable: StaticString = "c1.connector.v2.GrantExpandable"

    private let file: String
    private var writer = WireWriter()

    /// Rebuilds grants of `file`.
    init(of file: String) {
        self.file = file
    }

    /// The columns of a row that a slim grant leaves to them.
    struct Columns {
        let resourceType, resource, entitlement, principalType, principal: UnsafeRawBufferPointer
    }

    /// Calls `body` with the grant, its entitlement and principal filled in from `columns` where they are missing.
    mutating func hydrate(
        _ data: UnsafeRawBufferPointer, from columns: Columns, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let (hasEntitlement, hasPrincipal) = try reading { () throws(WireError) in try Self.parts(of: data) }
        guard !hasEntitlement || !hasPrincipal else { return try body(data) }
        writer.reset()
        if !hasEntitlement { writer.field(1, entitlement(of: columns)) }
        if !hasPrincipal { writer.field(2, Self.resource(columns.principalType, columns.principal)) }
        writer.append(data)
        try writer.bytes.withUnsafeBytes { try body($0) }
    }

    private static func parts(
        of grant: UnsafeRawBufferPointer
    ) throws(WireError) -> (entitlement: Bool, principal: Bool) {
        var hasEntitlement = false
        var hasPrincipal = false
        var reader = WireReader(grant)
        while !(hasEntitlement && hasPrincipal), let field = try reader.next() {
            guard field.wireType == 2 else { continue }
            if field.number == 1 { hasEntitlement = true }
            if field.number == 2 { hasPrincipal = true }
        }
        return (hasEntitlement, hasPrincipal)
    }

    private func reading<Result>(_ body: () throws(WireError) -> Result) throws(C1ZError) -> Result {
        do {
            return try body()
        } catch {
            throw C1ZError(
                .corrupt, file, "one of its grants is damaged (\(error)). Fetch it again, or sync again.")
        }
    }

    private func entitlement(of columns: Columns) -> [UInt8] {
        var entitlement = WireWriter()
        entitlement.field(1, Self.resource(columns.resourceType, columns.resource))
        entitlement.field(2, columns.entitlement)
        return entitlement.bytes
    }

    private static func resource(_ type: UnsafeRawBufferPointer, _ id: UnsafeRawBufferPointer) -> [UInt8] {
        var identity = WireWriter()
        identity.field(1, type)
        identity.field(2, id)
        var resource = WireWriter()
        resource.field(1, identity.bytes)
        return resource.bytes
    }

    /// Calls `body` with the grant without its `GrantExpandable` annotation, and with that annotation's content.
    ///
    /// An annotation that names no entitlement says nothing: it stays where it is, as the reference leaves it.
    mutating func separate(
        _ data: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) throws -> Void
    ) throws {
        let found = try reading { () throws(WireError) -> UnsafeRawBufferPointer? in
            guard let expansion = try Self.expansion(in: data), try Self.namesEntitlements(expansion) else {
                return nil
            }
            return expansion
        }
        guard let found else { return try body(data, nil) }
        let rest = try reading { () throws(WireError) in try Self.withoutExpansion(data) }
        try rest.withUnsafeBytes { try body($0, found) }
    }

    private static func withoutExpansion(_ grant: UnsafeRawBufferPointer) throws(WireError) -> [UInt8] {
        var rest = WireWriter()
        var reader = WireReader(grant)
        while let field = try reader.next() {
            let isLeftOut = field.number == 4 ? try field.bytes.isAnnotation(named: expandable) : false
            if !isLeftOut { rest.append(field.whole) }
        }
        return rest.bytes
    }

    /// The grant with its `GrantExpandable` as the last of its annotations.
    static func joined(_ grant: UnsafeRawBufferPointer, _ expansion: UnsafeRawBufferPointer) -> [UInt8] {
        var annotation = WireWriter()
        annotation.field(1, "type.googleapis.com/\(expandable)")
        annotation.field(2, expansion)
        var whole = WireWriter()
        whole.append(grant)
        whole.field(4, annotation.bytes)
        return whole.bytes
    }

    /// The content of the first `GrantExpandable` annotation.
    static func expansion(in grant: UnsafeRawBufferPointer) throws(WireError) -> UnsafeRawBufferPointer? {
        var reader = WireReader(grant)
        while let field = try reader.next() {
            guard field.number == 4, try field.bytes.isAnnotation(named: expandable) else { continue }
            return try field.bytes.wireBytes(2) ?? UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return nil
    }

    /// Whether a `GrantExpandable` names an entitlement that isn't blank.
    static func namesEntitlements(_ expansion: UnsafeRawBufferPointer) throws(WireError) -> Bool {
        var reader = WireReader(expansion)
        while let field = try reader.next() {
            if field.number == 1, field.bytes.text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) {
                return true
            }
        }
        return false
    }
}
