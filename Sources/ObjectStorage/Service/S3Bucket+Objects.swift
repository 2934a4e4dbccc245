import AWSCalls
import AccessModel
import ConnectorHTTP

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What is known of an object without reading it.
public struct ObjectInfo: Sendable, Equatable {
    /// What it is called.
    public let key: String
    /// How many bytes it has.
    public let size: Int64
    /// What changes with its content, in quotes.
    public let etag: String
    /// When it was written.
    public let modified: Date?
    /// Which version it is, where the bucket keeps several.
    public let version: String
    /// The SHA-256 of the whole content in Base64, where the service keeps it.
    let checksum: String?

    /// Whether it is the same content as it was then.
    public func isSame(as other: ObjectInfo) -> Bool {
        (etag, size, version, modified) == (other.etag, other.size, other.version, other.modified)
    }
}

/// A part of the list of a bucket.
public struct ObjectPage: Sendable {
    /// The objects, by key.
    public let objects: [ObjectInfo]
    /// Where to go on; nil when this is all.
    public let next: String?
}

extension S3Bucket {
    /// Finds out in which region the bucket is; does nothing when asking for that is forbidden.
    ///
    /// - Throws: ``StorageError`` when the bucket isn't there or can't be reached.
    @discardableResult
    public func locate() async throws -> String? {
        do {
            let answer = try await send(Call(method: .get, query: [("location", "")]))
            let xml = XMLValues(answer.body)
            let text = xml.all.first { $0.path.isEmpty || $0.path == "LocationConstraint" }?.text.trimmed ?? ""
            // The oldest regions have answers of their own.
            let region = text.isEmpty || text == "null" ? "us-east-1" : text == "EU" ? "eu-west-1" : text
            learn(region: region)
            return region
        } catch let error as StorageError where error.statusCode == .permissionDenied {
            return region
        }
    }

    /// What is known of an object; nil when there is none.
    ///
    /// - Throws: ``StorageError`` when that can't be found out.
    public func info(_ key: String) async throws -> ObjectInfo? {
        var call = Call(method: .head, key: key, acceptedStatuses: [404])
        call.fields["x-amz-checksum-mode"] = "ENABLED"
        let answer = try await send(call)
        guard answer.status != 404 else {
            // Whether it is the bucket that is missing only an answer with a body tells.
            do { _ = try await list(prefix: key, limit: 1) } catch let error as StorageError
                where error.code == "NoSuchBucket"
            {
                throw error
            } catch is StorageError {
                return nil
            }
            return nil
        }
        return info(key, answer.fields, size: answer.fields["Content-Length"].flatMap { Int64($0) } ?? 0)
    }

    func info(_ key: String, _ fields: HeaderFields, size: Int64) -> ObjectInfo {
        // The checksum of a content that came in parts is one of their checksums, unless the service says otherwise.
        let isWhole =
            fields["x-amz-checksum-type"].map { $0 == "FULL_OBJECT" } ?? (fields["ETag"]?.contains("-") != true)
        let checksum = fields["x-amz-checksum-sha256"].flatMap { isWhole && !$0.contains("-") ? $0 : nil }
        return ObjectInfo(
            key: key, size: size, etag: fields["ETag"] ?? "",
            modified: fields["Last-Modified"].flatMap { HTTPDate.parse($0, now: environment.clock.now) },
            version: fields["x-amz-version-id"] ?? "", checksum: checksum)
    }

    /// Objects of the bucket, by key.
    ///
    /// - Parameter after: the `next` of the page before.
    /// - Throws: ``StorageError`` when the bucket can't be listed.
    public func list(prefix: String = "", limit: Int = 1000, after: String? = nil) async throws -> ObjectPage {
        var query = [("list-type", "2"), ("max-keys", String(limit)), ("encoding-type", "url")]
        if !prefix.isEmpty { query.append(("prefix", prefix)) }
        if let after { query.append(("continuation-token", after)) }
        let xml = XMLValues(try await send(Call(method: .get, query: query.map { (name: $0.0, value: $0.1) })).body)
        guard xml.root == "ListBucketResult" else {
            throw StorageError(.failedPrecondition, "s3://\(name): answers with something else than a list of objects.")
        }
        let objects = xml.groups("Contents").compactMap { values -> ObjectInfo? in
            guard let key = values["Key"], let size = values["Size"].flatMap({ Int64($0) }) else { return nil }
            return ObjectInfo(
                key: PercentEncoding.decoded(key), size: size, etag: values["ETag"] ?? "",
                modified: values["LastModified"].flatMap { HTTPDate.parse($0, now: environment.clock.now) },
                version: "",
                checksum: nil)
        }
        return ObjectPage(objects: objects, next: xml["NextContinuationToken"].flatMap { $0.isEmpty ? nil : $0 })
    }

    /// Removes an object; one that isn't there is no error.
    public func remove(_ key: String) async throws {
        _ = try await send(Call(method: .delete, key: key, acceptedStatuses: [404]))
    }
}
