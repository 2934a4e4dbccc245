import SwiftProtobuf
import WireForm

extension C1ZReader {
    /// Reads records whose bytes `body` takes apart.
    ///
    /// - Throws: ``C1ZError`` naming this file when they are damaged, and what else `body` throws.
    package func readNamingDamage(
        _ kind: RecordKind, of sync: String, where filter: RecordFilter = .all, _ body: (StoredRecord) throws -> Void
    ) throws {
        do {
            try read(kind, of: sync, where: filter, body)
        } catch let error as WireError {
            throw damage("\(error)")
        } catch let error as BinaryDecodingError {
            throw damage("\(error)")
        }
    }

    private func damage(_ place: String) -> C1ZError {
        C1ZError(.corrupt, file, "one of its records is damaged (\(place)). Fetch it again, or sync again.")
    }
}
