import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The content of a model file: lists of messages in canonical JSON.
struct ModelFile {
    /// Largest file that is read.
    private static let largestSize = 256 << 20

    var types: [ResourceType] = []
    var resources: [Resource] = []
    var entitlements: [Entitlement] = []
    var grants: [Grant] = []
    var assets: [ByteKey: Asset] = [:]

    /// Reads the file at `path`.
    init(contentsOf path: String) throws {
        let bytes = try Self.bytes(of: path)
        do {
            try self.init(parsing: bytes)
        } catch let error as ServiceError {
            throw error.adding(path)
        }
    }

    /// Reads the text of such a file.
    init(parsing json: [UInt8]) throws {
        let content: Google_Protobuf_Struct
        do {
            content = try Google_Protobuf_Struct(jsonUTF8Bytes: json)
        } catch {
            throw ServiceError(.invalidArgument, "not a JSON object (\(error)). Correct it, or --model.")
        }
        types = try content.messages("resourceTypes") { try $0.repacked() }
        resources = try content.messages("resources") { try $0.repacked() }
        entitlements = try content.messages("entitlements") { try $0.repacked() }
        grants = try content.messages("grants") { try $0.repacked() }
        for (index, value) in try content.list("assets").enumerated() {
            let (id, asset) = try value.asset(at: "assets[\(index)]")
            assets[id] = asset
        }
        try checkTypes()
    }

    private func checkTypes() throws(ServiceError) {
        let known = Set(types.map { ByteKey($0.id) })
        guard !known.isEmpty else {
            throw ServiceError(.invalidArgument, "resourceTypes: missing. List at least one.")
        }
        for (index, resource) in resources.enumerated() where !known.contains(ByteKey(resource.id.resourceType)) {
            throw ServiceError(
                .invalidArgument,
                "resources[\(index)]: its type \(resource.id.resourceType) is not among resourceTypes. Add the type.")
        }
    }

    /// The bytes at `path`, which may also be a pipe, so its size is only known at its end.
    private static func bytes(of path: String) throws(ServiceError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw unreadable(path, errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw unreadable(path, errno) }
            guard bytes.count + count <= largestSize else {
                throw ServiceError(.invalidArgument, "\(path): larger than \(largestSize >> 20) MiB. Split the model.")
            }
            bytes += chunk[..<count]
        }
    }

    private static func unreadable(_ path: String, _ code: Int32) -> ServiceError {
        let reason = String(cString: strerror(code))
        return ServiceError(
            .failedPrecondition, "\(path): can't be read (\(reason)). Check its permissions, or --model.")
    }
}

extension Google_Protobuf_Struct {
    fileprivate func list(_ name: String) throws(ServiceError) -> [Google_Protobuf_Value] {
        switch fields[name]?.kind {
        case nil, .nullValue: return []
        case .listValue(let list): return list.values
        default: throw ServiceError(.invalidArgument, "\(name): not a list. Write it as [ … ].")
        }
    }

    /// The messages of a list, each put through `finish`.
    fileprivate func messages<Listed: Message>(
        _ name: String, finish: (Listed) throws -> Listed
    ) throws(ServiceError) -> [Listed] {
        var messages: [Listed] = []
        for (index, value) in try list(name).enumerated() {
            do {
                messages.append(try finish(Listed(jsonUTF8Bytes: value.jsonUTF8Bytes() as [UInt8])))
            } catch {
                throw ServiceError(
                    .invalidArgument,
                    "\(name)[\(index)]: not a \(Listed.protoMessageName) (\(error)). Correct the entry.")
            }
        }
        return messages
    }
}

extension Google_Protobuf_Value {
    fileprivate func asset(at place: String) throws(ServiceError) -> (ByteKey, Asset) {
        guard case .structValue(let asset)? = kind, let id = asset.string("id"), !id.isEmpty,
            let type = asset.string("contentType"), let data = Data(base64Encoded: asset.string("data") ?? "")
        else {
            throw ServiceError(
                .invalidArgument, "\(place): not an asset. Give it id, contentType and data in base64.")
        }
        return (ByteKey(id), Asset(contentType: type, bytes: Array(data)))
    }
}
