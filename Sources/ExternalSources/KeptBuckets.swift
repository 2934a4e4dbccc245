import LanternCatalog
import ObjectStorage
import Synchronization

/// Buckets that were asked before, each with its connections, and with the credentials of the role that was taken on for it.
final class KeptBuckets: Sendable {
    private struct Kept {
        let settings: ExternalSource.Settings
        let externalID: String
        let sealedSecret: [UInt8]
        let addresses: [String: String]
        let bucket: S3Bucket
    }

    private let kept = Mutex<[String: Kept]>([:])

    /// The bucket of an external data source; a new one when anything about it is different by now.
    func bucket(
        of source: ExternalSource, at addresses: [String: String], otherwise make: () throws -> S3Bucket
    ) throws -> S3Bucket {
        try kept.withLock { kept in
            if let known = kept[source.id], known.settings == source.settings, known.externalID == source.externalID,
                known.sealedSecret == source.sealedSecret, known.addresses == addresses
            {
                return known.bucket
            }
            let bucket = try make()
            kept[source.id] = Kept(
                settings: source.settings, externalID: source.externalID, sealedSecret: source.sealedSecret,
                addresses: addresses, bucket: bucket)
            return bucket
        }
    }
}
