import AccessModel

/// A small picture that stands for something, in a form that every browser shows.
public struct Picture: Sendable, Equatable {
    /// The forms that are taken.
    public enum Form: String, Sendable {
        case png = "image/png"
        case jpeg = "image/jpeg"
        case webp = "image/webp"
    }

    /// What its bytes are.
    public let form: Form
    /// The bytes of its file.
    public let bytes: [UInt8]

    /// Most bytes of a picture.
    public static let limit = 1 << 20

    /// Takes the bytes of a file.
    ///
    /// - Throws: ``CatalogError`` when it is none of the forms, or larger than a megabyte.
    public init(_ bytes: [UInt8]) throws(CatalogError) {
        guard bytes.count <= Self.limit else {
            throw CatalogError(.outOfRange, "icon: is larger than 1 MB. Choose a smaller picture.")
        }
        guard let form = Form(of: bytes) else {
            throw CatalogError(.invalidArgument, "icon: is no PNG, JPEG or WebP picture.")
        }
        self.form = form
        self.bytes = bytes
    }
}

extension Picture.Form {
    /// The form by what its files begin with.
    fileprivate init?(of bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            self = .webp
        } else {
            return nil
        }
    }
}
