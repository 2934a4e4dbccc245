import AccessModel
import WireForm

/// Where a stored grant comes from: its source entitlements, and whether its holder holds each directly.
struct GrantSourceList {
    private(set) var sources: [ByteKey: Bool] = [:]

    init(of grant: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(grant)
        while let field = try reader.next() {
            guard field.number == 5, field.wireType == 2 else { continue }
            var entries = WireReader(field.bytes)
            while let entry = try entries.next() {
                guard entry.number == 1 else { continue }
                let key = ByteKey(try entry.bytes.wireBytes(1).map { Array($0) } ?? [])
                sources[key] = try Self.isDirect(entry.bytes.wireBytes(2))
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
