import AccessModel
import ConnectorKit
import LanternCatalog

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A file with a secret on its first line, which a process list doesn't show.
enum SecretFile {
    /// - Throws: `CatalogError` when it can't be read, or holds none: going on without one would be less than was asked for.
    static func read(_ path: String) throws(CatalogError) -> Secret {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CatalogError(.notFound, "\(path): can't be read.")
        }
        guard let line = text.split(whereSeparator: \.isNewline).first else {
            throw CatalogError(.invalidArgument, "\(path): holds no secret. Write it on the first line.")
        }
        return Secret(String(line))
    }
}
