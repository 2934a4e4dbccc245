import WireForm

/// A record in a form that is equal when the records say the same.
///
/// The JSON puts maps in order and leaves out what means nothing; annotations of types this program doesn't know are compared
/// as they stand.
struct CanonicalRecord: Equatable {
    private static let transcoder = JSONTranscoder(keepsUnknownTypes: true)

    private let json: [UInt8]

    init(_ message: UnsafeRawBufferPointer, _ shape: MessageShape) throws {
        var text = JSONText()
        try Self.transcoder.append(message, as: shape, to: &text)
        json = text.bytes
    }
}
