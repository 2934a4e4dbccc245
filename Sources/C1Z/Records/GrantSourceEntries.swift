public import WireForm

/// The sources of a serialized grant: the entitlements it follows from (wire/README.md §4.4).
public enum GrantSourceEntries {
    /// Reads them one after the other.
    ///
    /// - Parameter body: called with the id of the entitlement, whose bytes are gone afterwards, and whether its holder holds it
    ///   directly.
    /// - Throws: `WireError` when the bytes are no grant.
    public static func read(
        _ grant: UnsafeRawBufferPointer, _ body: (_ entitlement: UnsafeRawBufferPointer, _ isDirect: Bool) -> Void
    ) throws(WireError) {
        var reader = WireReader(grant)
        while let field = try reader.next() {
            guard field.number == 5, field.wireType == 2 else { continue }
            var entries = WireReader(field.bytes)
            while let entry = try entries.next() {
                guard entry.number == 1 else { continue }
                let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
                body(try entry.bytes.wireBytes(1) ?? nothing, try isDirect(entry.bytes.wireBytes(2)))
            }
        }
    }

    private static func isDirect(_ source: UnsafeRawBufferPointer?) throws(WireError) -> Bool {
        guard let source else { return false }
        var isDirect = false
        var reader = WireReader(source)
        while let field = try reader.next() {
            if field.number == 1 { isDirect = field.scalar != 0 }
        }
        return isDirect
    }
}
