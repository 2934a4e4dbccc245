package import AccessModel
import BatonWire
import SwiftProtobuf

/// What two files tell differently.
package struct FileDifference: Sendable {
    /// One line for each: what is missing, what is too much, and what differs in which field.
    package private(set) var lines: [String] = []

    /// Compares what `ours` tells with what `golden` does.
    ///
    /// - Parameter leveled: takes out of a resource, ours or golden, what is known to differ.
    package init(
        _ ours: FileContents, from golden: FileContents, leveled: (Resource) throws -> Resource = { $0 }
    ) throws {
        compare("resource type", ours.types, golden.types) { $0 }
        let (one, other) = (try ours.resources.mapValues(leveled), try golden.resources.mapValues(leveled))
        compare("resource", one, other) { $0 }
        compare("entitlement", ours.entitlements, golden.entitlements) { entitlement in
            // Which other fields of resource and types are repeated here is up to the writer.
            var entitlement = entitlement
            entitlement.resource = .with { $0.id = entitlement.resource.id }
            entitlement.grantableTo = entitlement.grantableTo.map { type in .with { $0.id = type.id } }
            return entitlement
        }
        compare("grant", ours.grants, golden.grants) { grant in
            var grant = grant
            grant.principal = .with { $0.id = grant.principal.id }
            grant.entitlement = .with { $0.id = grant.entitlement.id }
            return grant
        }
    }

    private mutating func compare<Key: Hashable, Value: Message>(
        _ kind: String, _ ours: [Key: Value], _ golden: [Key: Value], _ core: (Value) -> Value
    ) {
        var found: [String] = []
        for key in golden.keys where ours[key] == nil { found.append("\(kind) \(key) is missing") }
        for (key, value) in ours {
            guard let theirs = golden[key] else {
                found.append("\(kind) \(key) is too much")
                continue
            }
            let (one, other) = (core(value), core(theirs))
            if one.serializedInOrder() != other.serializedInOrder() {
                found.append(
                    "\(kind) \(key) differs:\nours \(one.textFormatString())golden \(other.textFormatString())")
            }
        }
        lines += found.sorted()
    }
}

extension Resource {
    /// The resource with what newer files say of it on itself and older ones in the trait, which ours say in both places.
    package func withoutRepeatedAttributes() throws -> Resource {
        var copy = self
        copy.annotations = try annotations.map { annotation in
            try annotation.without(C1_Connector_V2_UserTrait.self) {
                $0.clearProfile()
                $0.clearCreatedAt()
                $0.clearStatus()
            }.without(C1_Connector_V2_GroupTrait.self) { $0.clearProfile() }
                .without(C1_Connector_V2_RoleTrait.self) { $0.clearProfile() }
                .without(C1_Connector_V2_AppTrait.self) { $0.clearProfile() }
        }
        return copy
    }
}

extension Annotation {
    /// The remark without what `clear` takes out of it, if it is one of that type.
    fileprivate func without<Trait: Message>(_ type: Trait.Type, _ clear: (inout Trait) -> Void) throws -> Annotation {
        guard var trait = try [self].first(type) else { return self }
        clear(&trait)
        return Annotation(carrying: trait)
    }
}
