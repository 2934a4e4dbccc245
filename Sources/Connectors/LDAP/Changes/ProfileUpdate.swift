import AccessModel
import ConnectorKit
import SwiftProtobuf

/// What `update_profile` is to write: attributes with their new value, and what it leaves out.
struct ProfileUpdate: Sendable {
    /// An attribute and its new value; nil to take it away.
    struct Wish: Sendable {
        let attribute: AttributeName
        let value: String?
    }

    private(set) var wishes: [Wish] = []
    /// What was said and isn't written, by the names it was said with.
    private(set) var skipped: [String] = []

    /// The arguments that have a name of their own, and their attributes.
    static let named = [
        ("first_name", "First name", "givenName"), ("last_name", "Last name", "sn"),
        ("display_name", "Display name", "displayName"), ("email", "E-mail address", "mail"),
    ]

    /// - Throws: a `ServiceError` when something can't be written this way.
    init(_ arguments: Profile) throws {
        for (argument, _, attribute) in Self.named {
            guard let kind = arguments.fields[argument]?.kind, kind != .nullValue(.nullValue) else { continue }
            guard case .stringValue(let text) = kind else {
                throw ServiceError(.invalidArgument, "argument \(argument): must be a text")
            }
            if text.isEmpty {
                skipped.append(argument)
            } else {
                wishes.append(Wish(attribute: try AttributeName(attribute), value: text))
            }
        }
        guard case .structValue(let custom)? = arguments.fields["custom_attributes"]?.kind else { return }
        for (name, value) in custom.fields.sorted(by: { ByteKey($0.key) < ByteKey($1.key) }) {
            try take(name, value)
        }
    }

    private mutating func take(_ name: String, _ value: Google_Protobuf_Value) throws {
        let isNamed = Self.named.contains { name.isSameName(as: $0.0) }
        guard !isNamed, !wishes.contains(where: { $0.attribute.text.isSameName(as: name) }) else {
            skipped.append(name)
            return
        }
        let attribute = try AttributeName(name)
        guard !attribute.isPassword, !attribute.base.isSameName(as: "objectClass") else {
            throw ServiceError(
                .invalidArgument,
                "custom_attributes: \(name) can't be set here. Rotate the credential to set a password.")
        }
        switch value.kind {
        case .listValue?, .structValue?:
            throw ServiceError(.invalidArgument, "custom_attributes: \(name) must have one value, a text.")
        case let kind: wishes.append(Wish(attribute: attribute, value: kind.flatMap(NewEntry.text)))
        }
    }

    /// What has to be changed in an entry, which may be nothing.
    ///
    /// - Throws: a `ServiceError` when a value would replace several.
    mutating func changes(of entry: LDAPEntry, named name: DistinguishedName) throws -> [LDAPChange] {
        var changes: [LDAPChange] = []
        for wish in wishes {
            let attribute = wish.attribute.text
            guard !name.firstTypes.contains(where: { $0.isSameName(as: wish.attribute.base) }) else {
                skipped.append(attribute)
                continue
            }
            let current = entry.values(attribute)
            guard let value = wish.value else {
                if !current.isEmpty { changes.append(.delete(attribute)) }
                continue
            }
            guard current.count < 2 else {
                throw ServiceError(
                    .failedPrecondition,
                    "\(name.text): \(attribute) has \(current.count) values, all of which one would replace. Clear it first."
                )
            }
            let bytes = Array(value.utf8)
            if current.first != bytes { changes.append(.replace(attribute, [bytes])) }
        }
        return changes
    }
}
