/// A connector that hands out the icons and logos its resources refer to.
public protocol AssetProvider: Sendable {
    /// The picture behind an asset reference, or nil when there is none of that id.
    func asset(_ id: String) async throws -> Asset?
}

/// The bytes of an icon or logo.
public struct Asset: Sendable {
    /// Its media type, such as `image/png`.
    public let contentType: String

    /// Its content.
    public let bytes: [UInt8]

    /// An asset.
    public init(contentType: String, bytes: [UInt8]) {
        self.contentType = contentType
        self.bytes = bytes
    }
}
