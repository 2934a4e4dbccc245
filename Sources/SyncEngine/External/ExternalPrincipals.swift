import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import WireForm

/// The identities that were copied from another file into the present sync.
struct ExternalPrincipals {
    /// Their types, in the order of the other file.
    private let types: [String]
    private let writer: any C1ZWriter
    private let sync: String

    init(types: [String], in writer: any C1ZWriter, sync: String) {
        self.types = types
        self.writer = writer
        self.sync = sync
    }

    /// Hands out each of them, serialized.
    func forEach(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        for type in types {
            try writer.read(.resource, of: sync, where: .resourceType(type)) { record in
                try Task.checkCancellation()
                if try ExternalCopy.principalMark.isOn(record.data) { try body(record.data) }
            }
        }
    }

    /// Hands out those that carry the annotation of a trait.
    func forEach(with trait: Trait, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let mark = trait.mark else { return }
        try forEach { if try mark.isOn($0) { try body($0) } }
    }

    /// The one with this id, whatever its type; of several the last.
    func find(_ id: String) throws -> [UInt8]? {
        for type in types.reversed() {
            guard let found = try writer.find(.resource(ResourceID(type, id)), in: sync) else { continue }
            if try found.withUnsafeBytes({ try ExternalCopy.principalMark.isOn($0) }) { return found }
        }
        return nil
    }

    /// How many carry each trait, by the trait's name.
    func counts(of traits: [Trait]) throws -> [String: Int] {
        let marks = traits.compactMap { trait in trait.mark.map { (name: trait.name, mark: $0) } }
        var counts = Dictionary(marks.map { ($0.name, 0) }) { first, _ in first }
        try forEach { principal in
            for (name, mark) in marks where try mark.isOn(principal) { counts[name, default: 0] += 1 }
        }
        return counts
    }
}

extension Trait {
    /// The annotation on resources that have this trait; nil when none is known.
    var mark: AnnotationMark? { Self.known[self]?.mark }

    /// The name in the ecosystem's log, such as `TRAIT_USER`.
    var name: String { Self.known[self]?.name ?? "\(rawValue)" }

    private static let known: [Trait: (name: String, mark: AnnotationMark)] = [
        .user: ("TRAIT_USER", AnnotationMark(C1_Connector_V2_UserTrait(), in: 4)),
        .group: ("TRAIT_GROUP", AnnotationMark(C1_Connector_V2_GroupTrait(), in: 4)),
        .role: ("TRAIT_ROLE", AnnotationMark(C1_Connector_V2_RoleTrait(), in: 4)),
        .app: ("TRAIT_APP", AnnotationMark(C1_Connector_V2_AppTrait(), in: 4)),
        .secret: ("TRAIT_SECRET", AnnotationMark(C1_Connector_V2_SecretTrait(), in: 4)),
        .securityInsight: ("TRAIT_SECURITY_INSIGHT", AnnotationMark(C1_Connector_V2_SecurityInsightTrait(), in: 4)),
        .scopeBinding: ("TRAIT_SCOPE_BINDING", AnnotationMark(C1_Connector_V2_ScopeBindingTrait(), in: 4)),
        .licenseProfile: ("TRAIT_LICENSE_PROFILE", AnnotationMark(C1_Connector_V2_LicenseProfileTrait(), in: 4)),
        .agent: ("TRAIT_AGENT", AnnotationMark(C1_Connector_V2_AgentTrait(), in: 4)),
        .managedDevice: ("TRAIT_MANAGED_DEVICE", AnnotationMark(C1_Connector_V2_ManagedDeviceTrait(), in: 4)),
        .vendor: ("TRAIT_VENDOR", AnnotationMark(C1_Connector_V2_VendorTrait(), in: 4)),
        .vendorAgreement: ("TRAIT_VENDOR_AGREEMENT", AnnotationMark(C1_Connector_V2_VendorAgreementTrait(), in: 4)),
    ]
}

extension Resource {
    /// What the resource says of itself, or what its trait does.
    var anyProfile: Profile? {
        get throws {
            if hasProfile { return profile }
            if let user = try annotations.first(C1_Connector_V2_UserTrait.self), user.hasProfile { return user.profile }
            if let group = try annotations.first(C1_Connector_V2_GroupTrait.self), group.hasProfile {
                return group.profile
            }
            if let role = try annotations.first(C1_Connector_V2_RoleTrait.self), role.hasProfile { return role.profile }
            if let app = try annotations.first(C1_Connector_V2_AppTrait.self), app.hasProfile { return app.profile }
            if let secret = try annotations.first(C1_Connector_V2_SecretTrait.self), secret.hasProfile {
                return secret.profile
            }
            if let agent = try annotations.first(C1_Connector_V2_AgentTrait.self), agent.hasProfile {
                return agent.profile
            }
            return nil
        }
    }
}
