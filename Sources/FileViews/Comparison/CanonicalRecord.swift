import WireForm

/// A record in a form that is equal when the records say the same.
///
/// The JSON puts maps in order and leaves out what means nothing; what it can't show, annotations of types this program doesn't
/// know, is compared as it stands.
struct CanonicalRecord: Equatable {
    private let json: [UInt8]
    private let unknown: [[UInt8]]

    init(_ message: UnsafeRawBufferPointer, _ shape: MessageShape, _ transcoder: JSONTranscoder) throws {
        var text = JSONText()
        try transcoder.append(message, as: shape, to: &text)
        json = text.bytes
        unknown = try Self.unknownAnnotations(of: message)
    }

    /// Annotations of resources and grants are field 4, those of entitlements field 6.
    private static func unknownAnnotations(of message: UnsafeRawBufferPointer) throws -> [[UInt8]] {
        var unknown: [[UInt8]] = []
        var reader = WireReader(message)
        while let field = try reader.next() {
            guard field.number == 4 || field.number == 6, let url = try? field.bytes.wireBytes(1) else { continue }
            let name = url.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? ""
            if WireSchema.shared.message(name) == nil { unknown.append(Array(field.bytes)) }
        }
        return unknown
    }
}
