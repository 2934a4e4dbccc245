import AccessModel
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where a list stands that goes over permission sets: JSON in base 64, as connectors of the ecosystem write it.
struct PlaceToken: Sendable {
    /// Which permission set is next.
    var index = 0
    /// Where the service stands in the list of who has it.
    var assignments = ""

    init() {}

    /// The place of a page token; the beginning for an empty one.
    init(_ token: String) throws(ServiceError) {
        guard !token.isEmpty else { return }
        let json = try Self.members(of: token)
        guard let number = json["psi"]?.integer, let index = Int(exactly: number), index >= 0 else {
            throw Self.malformed
        }
        self.index = index
        assignments = json["apt"]?.string ?? ""
    }

    /// The token that stands for it.
    var text: String {
        let place = assignments.isEmpty ? [] : [("apt", JSONValue.string(assignments))]
        return Self.text([("psi", .number(String(index)))] + place)
    }

    static func members(of token: String) throws(ServiceError) -> JSONValue {
        guard let data = Data(base64Encoded: token), let json = try? JSONValue(parsing: Array(data)),
            case .object = json
        else { throw malformed }
        return json
    }

    static func text(_ members: [(String, JSONValue)]) -> String {
        Data(JSONValue.object(members.map { (name: $0.0, value: $0.1) }).text.utf8).base64EncodedString()
    }

    private static var malformed: ServiceError {
        ServiceError(.invalidArgument, "page token: not one of this connector. Start a new sync.")
    }
}
