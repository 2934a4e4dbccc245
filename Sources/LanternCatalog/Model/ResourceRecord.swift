import AccessModel
public import WireForm

/// All that a data source tells of a resource, as JSON in the form of its file (`c1.connector.v2.Resource`).
public struct ResourceRecord: Sendable {
    /// The whole of it.
    public let json: JSONValue

    private let traits: [JSONValue]

    init(_ text: String) throws {
        json = try JSONValue(parsing: Array(text.utf8))
        traits = (json["annotations"]?.elements ?? []).filter { $0["@type"]?.string?.hasSuffix("Trait") == true }
    }

    /// What the resource itself says; where it doesn't, as in older files, what its trait says.
    public subscript(name: String) -> JSONValue? {
        if let value = json[name], !value.isEmpty { return value }
        return traits.lazy.compactMap { $0[name] }.first
    }

    /// Attributes, by name.
    public var profile: [(name: String, value: JSONValue)] { self["profile"]?.members ?? [] }

    /// Of an account, all addresses, the first one first.
    public var emails: [String] {
        let emails = self["emails"]?.elements ?? []
        let first =
            emails.filter { $0["isPrimary"]?.isTrue == true } + emails.filter { $0["isPrimary"]?.isTrue != true }
        let addresses = first.compactMap { $0["address"]?.string }
        return addresses.isEmpty ? texts("email") : addresses
    }

    /// Of an account, all names that it signs in with.
    public var logins: [String] { texts("login") + texts("loginAliases") }

    /// Of an account, the numbers of its employee.
    public var employeeIDs: [String] { texts("employeeIds") }

    /// Of an account, whether a second factor is asked for; nil when that isn't told.
    public var hasMFA: Bool? { self["mfaStatus"].map { $0["mfaEnabled"]?.isTrue == true } }

    /// Of an account, whether it signs in through somebody else; nil when that isn't told.
    public var hasSSO: Bool? { self["ssoStatus"].map { $0["ssoEnabled"]?.isTrue == true } }

    /// Where it can be seen in its own system (`c1.connector.v2.ExternalLink`); only addresses of the web.
    public var link: String? {
        let annotation = json["annotations"]?.elements.first { $0["@type"]?.string?.hasSuffix(".ExternalLink") == true }
        guard let url = annotation?["url"]?.string, url.hasPrefix("https://") || url.hasPrefix("http://") else {
            return nil
        }
        return url
    }

    /// A time that is told under a name, in seconds since 1970.
    public func time(_ name: String) -> Int64? {
        self[name]?.string.flatMap { CivilTime(rfc3339: $0)?.unixSeconds }
    }

    /// The resource that is named under a name.
    func reference(_ name: String) -> ResourceID? {
        guard let id = self[name], let type = id["resourceType"]?.string, let value = id["resource"]?.string else {
            return nil
        }
        return ResourceID(type, value)
    }

    private func texts(_ name: String) -> [String] {
        guard let value = self[name] else { return [] }
        return value.string.map { $0.isEmpty ? [] : [$0] } ?? value.elements.compactMap(\.string)
    }
}

extension JSONValue {
    /// Whether it is an object or list with nothing in it.
    fileprivate var isEmpty: Bool {
        switch self {
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        case .null, .bool, .number, .string: false
        }
    }
}
