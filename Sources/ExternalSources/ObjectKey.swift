import AWSCalls
import AccessModel
public import LanternCatalog
import ObjectStorage

/// What people enter as **File name**: the key of an object, or its whole address.
public enum ObjectKey {
    /// The key that is meant.
    ///
    /// - Throws: `CatalogError` for one that can't be, or that is in another bucket.
    public static func parse(_ text: String, in source: ExternalSource) throws -> String {
        var key = text.trimmed
        if source.settings.kind == .s3, S3Address.matches(key) {
            let address: S3Address
            do { address = try S3Address(key) } catch {
                throw CatalogError(.invalidArgument, "File name: \(error.description)")
            }
            guard address.bucket == source.settings.bucket else {
                throw CatalogError(
                    .invalidArgument,
                    "File name: \(address) is in another bucket; \(source.name) is \(source.place). Choose its data source, or name a file of this one."
                )
            }
            key = address.key
        }
        while key.hasPrefix("/") { key.removeFirst() }
        guard !key.isEmpty else { throw CatalogError(.invalidArgument, "File name: enter one, such as sync.c1z.") }
        guard !key.hasSuffix("/") else {
            throw CatalogError(
                .invalidArgument, "File name: \(key) is a folder. Name a file in it, such as \(key)sync.c1z.")
        }
        guard key.utf8.count <= 1024, key.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw CatalogError(.invalidArgument, "File name: has at most 1024 bytes, and no control characters.")
        }
        if source.settings.kind == .folder, key.split(separator: "/").contains("..") {
            throw CatalogError(.invalidArgument, "File name: leads out of the folder with ...")
        }
        return key
    }
}

extension String {
    fileprivate var trimmed: String {
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
