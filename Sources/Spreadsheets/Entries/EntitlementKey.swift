/// What makes an entitlement the same in every file: its resource type, resource name and own name.
///
/// Case and white space at the ends don't count. Spaces, hyphens and underscores between words do.
public struct EntitlementKey: Hashable, Sendable, Comparable {
    /// The kind of the resource, in lower case.
    public let resourceType: String
    /// The name of the resource, in lower case.
    public let resourceName: String
    /// The name of the entitlement, in lower case.
    public let entitlement: String

    /// The key of an entitlement as a sheet names it.
    public init(resourceType: String, resourceName: String, entitlement: String) {
        self.resourceType = Self.folded(resourceType)
        self.resourceName = Self.folded(resourceName)
        self.entitlement = Self.folded(entitlement)
    }

    /// The whole key as one text: `type/name/entitlement`, where `/` and `%` within a part are `%2F` and `%25`.
    public var text: String {
        [resourceType, resourceName, entitlement].map { Self.escaped($0) }.joined(separator: "/")
    }

    /// Sorts by the three parts.
    public static func < (left: EntitlementKey, right: EntitlementKey) -> Bool {
        (left.resourceType, left.resourceName, left.entitlement)
            < (right.resourceType, right.resourceName, right.entitlement)
    }

    private static func folded(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.trimmed.unicodeScalars {
            folded.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
        return String(folded)
    }

    private static func escaped(_ part: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in part.unicodeScalars {
            switch scalar {
            case "%": escaped.append(contentsOf: "%25".unicodeScalars)
            case "/": escaped.append(contentsOf: "%2F".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
