import AccessModel
import ConnectorHTTP
import ConnectorKit
import SwiftProtobuf
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// New values for some attributes of a user's profile.
struct ProfileChange: Sendable {
    /// By name, in the order of their names.
    let values: [(name: String, value: JSONValue)]

    /// The values of `profile`; null clears an attribute, an empty text is stored.
    ///
    /// - Throws: a `ServiceError` when there are none, or one is of a kind that profiles don't have.
    init(_ profile: Profile, of argument: String) throws {
        values = try profile.fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { ($0.key, try Self.value($0.value, of: "\(argument).\($0.key)")) }
        guard !values.isEmpty else {
            throw ServiceError(.invalidArgument, "argument \(argument): it names no attribute to change.")
        }
    }

    /// The names, for people.
    var names: String { values.map(\.name).joined(separator: ", ") }

    /// Writes the values, and returns the user as it is then.
    func apply(to id: String, in okta: OktaClient) async throws -> JSONValue {
        do {
            return try await okta.change(
                .post, "/api/v1/users/\(id)",
                json: .object([("profile", .object(values.map { ($0.name, $0.value) }))]), needs: .usersManage)
        } catch let refusal as OktaRefusal where refusal.isAbsence {
            throw ServiceError(.notFound, "user/\(id): there is no such user. Sync again.")
        }
    }

    /// A value that an attribute can have: a text, a number, yes or no, a list of texts, or nothing.
    static func value(_ value: Google_Protobuf_Value, of name: String) throws -> JSONValue {
        switch value.kind {
        case nil, .nullValue?: return .null
        case .stringValue(let text)?: return .string(text)
        case .boolValue(let flag)?: return .bool(flag)
        case .numberValue(let number)? where number.isFinite:
            return .number(number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)")
        case .listValue(let list)?:
            return .array(
                try list.values.map {
                    guard case .stringValue(let text)? = $0.kind else { throw wrong(name) }
                    return .string(text)
                })
        default: throw wrong(name)
        }
    }

    private static func wrong(_ name: String) -> ServiceError {
        ServiceError(
            .invalidArgument, "\(name): an attribute is a text, a number, true, false, a list of texts or null.")
    }
}
