import AccessModel
import BatonWire
public import ConnectorKit
import SwiftProtobuf

extension LDAPConnector: ActionProvider {
    /// What can be done beside accounts and groups: making organizational units.
    public var actions: [Action] {
        [
            Action(
                "create_ou", displayName: "Create Organizational Unit",
                description: "Makes an organizational unit at or below the base DN", purposes: [.resourceCreate],
                arguments: [
                    .text("name", "Name", description: "The unit's name").required,
                    .text("parent_dn", "Parent DN", description: "Where it is made; the base DN if empty"),
                    .text("description", "Description"),
                ],
                results: [.flag("success", "Success"), .text("ou_dn", "DN of the unit")]
            ) { try await createUnit($0.values) }
        ]
    }

    private func createUnit(_ arguments: Profile) async throws -> Profile {
        try await telling {
            guard let base = DistinguishedName(bases.base), !bases.base.isEmpty else {
                throw ServiceError(
                    .failedPrecondition,
                    "create_ou: base-dn is missing, outside of which nothing is made. Set --base-dn.")
            }
            let name = (arguments.string("name") ?? "").trimmed
            guard !name.isEmpty else { throw ServiceError(.invalidArgument, "argument name: must not be empty") }
            let place = (arguments.string("parent_dn") ?? "").trimmed
            guard let parent = DistinguishedName(place.isEmpty ? bases.base : place), parent.isWithin(base) else {
                throw ServiceError(.invalidArgument, "argument parent_dn: must be \(bases.base) or below it")
            }
            let unit = "ou=\(DistinguishedName.escaped(Array(name.utf8))),\(parent.text)"
            var attributes: [LDAPChange] = [
                .add("objectClass", [Array("top".utf8), Array("organizationalUnit".utf8)]),
                .add("ou", [Array(name.utf8)]),
            ]
            let description = arguments.string("description") ?? ""
            if !description.isEmpty { attributes.append(.add("description", [Array(description.utf8)])) }
            do {
                try await directory.add(unit, attributes)
            } catch let failure as LDAPFailure where failure.result == .entryExists {
                // It is looked at next, like one that was just made.
            }
            return try await made(unit)
        }
    }

    private func made(_ unit: String) async throws -> Profile {
        let found = try await directory.entry(
            unit, .classes("organizationalUnit"), attributes: LDAPSearch.noAttributes, isFiltered: false)
        guard found != nil else {
            throw ServiceError(.alreadyExists, "\(unit): there is another entry of that name, or it can't be read.")
        }
        return Profile(["success": .flag(true), "ou_dn": .text(DistinguishedName(unit)?.text ?? unit)])
    }
}

extension String {
    /// The text without blanks round it.
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
