import WireForm

/// A field that has another value than before.
public struct FieldChange: Sendable, Equatable {
    /// What the field is called; the fields of a record with their place in it, such as `profile.department`.
    public let field: String
    /// What it was; empty when there was nothing.
    public let before: String
    /// What it is; empty when there is nothing.
    public let after: String

    /// Most characters of a value that are kept; the rest is left out, and an ellipsis says so.
    private static let longest = 200

    init(_ field: String, _ before: String, _ after: String) {
        self.field = field
        self.before = before.shortened(to: Self.longest)
        self.after = after.shortened(to: Self.longest)
    }

    /// The fields that two records, as JSON, have different values for.
    static func between(_ before: String, _ after: String) -> [FieldChange] {
        let (old, new) = (Fields(of: before), Fields(of: after))
        return new.names.filter { old.values[$0] != new.values[$0] }.map {
            FieldChange($0, old.values[$0] ?? "", new.values[$0] ?? "")
        } + old.names.filter { new.values[$0] == nil }.map { FieldChange($0, old.values[$0] ?? "", "") }
    }

    /// What changed about how a grant is held.
    static func between(_ before: GrantFlags, _ after: GrantFlags) -> [FieldChange] {
        [
            FieldChange("source", before.source, after.source),
            FieldChange("revocable", before.isRevocable, after.isRevocable),
        ].filter { $0.before != $0.after }
    }
}

/// The values of a record by their places in it.
private struct Fields {
    private(set) var names: [String] = []
    private(set) var values: [String: String] = [:]

    init(of record: String) {
        // What isn't JSON has no fields; what a file told was checked when it was imported.
        guard let value = try? JSONValue(parsing: Array(record.utf8)) else { return }
        add(value, at: "")
    }

    private mutating func add(_ value: JSONValue, at place: String) {
        switch value {
        case .null: break
        case .bool(let flag): set(flag ? "yes" : "no", at: place)
        case .number(let text), .string(let text): set(text, at: place)
        case .array(let elements):
            guard elements.contains(where: { !$0.members.isEmpty }) else {
                return set(elements.map(\.plainText).joined(separator: ", "), at: place)
            }
            for (number, element) in elements.enumerated() {
                // Annotations are known by their types, whatever their order.
                let name = element["@type"]?.string.map { String($0.split(separator: ".").last ?? "") }
                add(element, at: name ?? "\(place)[\(number + 1)]")
            }
        case .object(let members):
            for member in members where member.name != "@type" {
                add(member.value, at: place.isEmpty ? member.name : "\(place).\(member.name)")
            }
        }
    }

    private mutating func set(_ text: String, at place: String) {
        if values.updateValue(text, forKey: place) == nil { names.append(place) }
    }
}

extension JSONValue {
    fileprivate var plainText: String {
        switch self {
        case .bool(let flag): flag ? "yes" : "no"
        case .number(let text), .string(let text): text
        case .null, .array, .object: ""
        }
    }
}

extension GrantFlags {
    fileprivate var source: String {
        contains(.direct) ? (contains(.inherited) ? "direct and inherited" : "direct") : "inherited"
    }

    fileprivate var isRevocable: String { contains(.immutable) ? "no" : "yes" }
}

extension String {
    fileprivate func shortened(to length: Int) -> String { count > length ? String(prefix(length - 1)) + "…" : self }
}
