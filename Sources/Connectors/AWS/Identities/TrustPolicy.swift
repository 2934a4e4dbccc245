import AccessModel
import WireForm

/// Who may take on a role: what its trust policy says.
struct TrustPolicy: Sendable {
    private let statements: [Statement]

    private struct Statement: Sendable {
        let isAllowing: Bool
        let actions: [String]
        let aws: [String]
        let services: [String]
        let federated: [String]
    }

    /// Reads a policy.
    ///
    /// - Throws: a `ServiceError` when it is none.
    init(_ text: String) throws(ServiceError) {
        guard let policy = try? JSONValue(parsing: Array(text.utf8)), let statement = policy["Statement"] else {
            throw ServiceError(.invalidArgument, "trust policy: has no statement.")
        }
        switch statement {
        case .array(let elements): statements = elements.map(Self.statement)
        case .object: statements = [Self.statement(statement)]
        default: throw ServiceError(.invalidArgument, "trust policy: its statement is neither an object nor a list.")
        }
    }

    private static func statement(_ json: JSONValue) -> Statement {
        // A principal that is a text is everybody.
        let principal = json["Principal"]
        return Statement(
            isAllowing: json["Effect"]?.string == "Allow", actions: texts(json["Action"]),
            aws: texts(principal?["AWS"]), services: texts(principal?["Service"]),
            federated: texts(principal?["Federated"]))
    }

    private static func texts(_ json: JSONValue?) -> [String] {
        switch json {
        case .string(let text)?: [text]
        case .array(let elements)?: elements.compactMap(\.string)
        default: []
        }
    }

    /// The users and roles that may take on the role as they are; whole accounts and everybody aside.
    var principals: [ResourceID] {
        statements.filter { $0.isAllowing && $0.actions.contains("sts:AssumeRole") }.flatMap(\.aws)
            .compactMap { text in
                guard let arn = ARN(text) else { return nil }
                if arn.resource.hasPrefix("user/") { return ResourceID(.iamUser, text) }
                return arn.resource.hasPrefix("role/") ? ResourceID(.role, text) : nil
            }
    }

    /// What kind of identity the role is, by who may take it on in whatever way.
    ///
    /// - Parameter account: that of the role.
    func kind(in account: String) -> String {
        let trusting = statements.filter { statement in
            statement.isAllowing && statement.actions.contains { $0.hasPrefix("sts:AssumeRole") }
        }
        let services = trusting.flatMap(\.services).map { $0.prefix { $0 != "." } }.filter { !$0.isEmpty }
            .map { $0.lowercased().replacing("-", with: "_") }
        if let service = services.min(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            return "aws.role.\(service)"
        }
        let federated = trusting.flatMap(\.federated)
        for provider in federated {
            if provider.contains(":oidc-provider/") { return "aws.role.oidc" }
            if provider.contains(":saml-provider/") { return "aws.role.saml" }
        }
        if !federated.isEmpty { return "aws.role.federated" }
        let others = trusting.flatMap(\.aws).compactMap { ARN($0)?.account }.filter { !$0.isEmpty && $0 != account }
        return others.isEmpty ? "aws.role" : "aws.role.cross_account"
    }
}
