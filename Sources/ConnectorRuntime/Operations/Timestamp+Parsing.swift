import CommandLineKit
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Google_Protobuf_Timestamp {
    /// The RFC 3339 time that a flag gives.
    init(parsing text: String, of flag: String) throws {
        do {
            try self.init(jsonString: JSONText.quoted(text))
        } catch {
            throw UsageError("\(flag): \(text) is no RFC 3339 time, such as 2026-01-31T08:00:00Z")
        }
    }

    /// This time yesterday.
    static var aDayAgo: Google_Protobuf_Timestamp {
        Google_Protobuf_Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 24 * 3600)
    }
}
