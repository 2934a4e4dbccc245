import AccessModel
import ConnectorHTTP
import LanternCatalog
import ObjectStorage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The objects of a bucket.
struct BucketStore: ObjectStore {
    let bucket: S3Bucket
    let source: ExternalSource

    func object(_ key: String) async throws -> StoredObject? {
        try await bucket.info(key).map(StoredObject.init)
    }

    func objects(
        prefix: String, after: String?, limit: Int
    ) async throws -> (objects: [StoredObject], next: String?) {
        let page = try await bucket.list(prefix: prefix, limit: limit, after: after)
        // Keys that end with a slash stand for folders.
        return (page.objects.filter { !$0.key.hasSuffix("/") }.map(StoredObject.init), page.next)
    }

    func fetch(
        _ key: String, into folder: DataFolder, limit: Int64
    ) async throws -> (file: ReceivedFile, object: StoredObject)? {
        let arrival = try Arrival(in: folder)
        guard let info = try await bucket.download(key, into: arrival.descriptor, limit: limit) else { return nil }
        return (try await arrival.keep(named: key.name), StoredObject(info))
    }

    func test() async -> [TestStep] {
        let place = source.settings.endpoint.isEmpty ? "Amazon S3" : source.settings.endpoint
        var steps = [TestStep(name: "Find the service", finding: place, isGood: true)]
        func pass(_ name: String, _ work: () async throws -> String) async -> Bool {
            do {
                steps.append(TestStep(name: name, finding: try await work(), isGood: true))
                return true
            } catch {
                steps.append(TestStep(name: name, finding: "\(error)", isGood: false))
                return false
            }
        }
        let asks = source.settings.access == .role ? "Take on the role" : "Find credentials"
        guard
            await pass(
                asks,
                {
                    if source.settings.access == .anonymous { return "None are used" }
                    return "Asks as \(try await bucket.whoAsks())"
                })
        else { return steps }
        guard
            await pass(
                "Locate the bucket",
                {
                    try await bucket.locate()
                    return bucket.region.map { "Region \($0)" } ?? "Its region isn't told"
                })
        else { return steps }
        _ = await pass("List objects") {
            let page = try await bucket.list(limit: 1000)
            let count = page.objects.count { StoredObject($0).isImportable }
            return
                "\(page.next == nil ? "" : "More than ")\(page.objects.count) objects, \(count) of them files that can be imported"
        }
        return steps
    }
}

extension StoredObject {
    fileprivate init(_ info: ObjectInfo) {
        key = info.key
        size = info.size
        modifiedAt = info.modified.map { Int64($0.timeIntervalSince1970) }
        state = "\(info.etag) \(info.size) \(modifiedAt ?? 0) \(info.version)"
    }
}
