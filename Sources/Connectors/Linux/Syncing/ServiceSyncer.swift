import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// Services and jobs, and the accounts they run as.
struct ServiceSyncer: ResourceSyncer {
    static let type = ResourceType("service", displayName: "Service", traits: [.app], annotations: [OptInRequired()])
    static let identity = "identity"

    let inspection: Inspection
    var type: ResourceType { Self.type }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        let host = try await inspection.host().id
        guard parent == host else { return Page([]) }
        return Page(fitting: try await inspection.services().identities, for: page, key: \.id) { service in
            var profile = Profile(["user": service.user.map { .text($0) }])
            for (key, value) in service.details { profile.fields[key] = .text(value) }
            var resource = Resource.app(
                ResourceID(Self.type, service.id), name: service.name, under: host, profile: profile)
            resource.annotations.append(
                carrying: C1_Connector_V2_NonHumanIdentityTrait.with { $0.nhiDetail = service.kind })
            return resource
        }
    }

    func entitlements(of service: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            .ownership(Self.identity, on: service, grantableTo: UserSyncer.type, displayName: "Runs as")
        ])
    }

    func grants(on service: Resource, page: PageRequest) async throws -> Page<Grant> {
        let services = try await inspection.services().identities
        guard let found = services.first(where: { $0.id.hasSameBytes(as: service.identity.value) }) else {
            throw ServiceError(.notFound, "service \(service.identity.value): is no longer there.")
        }
        let accounts = try await inspection.accounts()
        guard let place = found.user.flatMap({ accounts.book.place(ofUser: $0) }),
            accounts.lists(place, inspection.options)
        else { return Page([]) }
        return Page([
            Grant(
                Self.identity, on: service.identity, to: LinuxID.user(accounts.book.accounts[place].name),
                annotations: [GrantImmutable()])
        ])
    }
}

extension AccountBook {
    /// The account of this name, or else of this number.
    fileprivate func place(ofUser user: String) -> Int? {
        account(user) ?? Array(user.utf8)[...].accountNumber.flatMap { accounts(numbered: $0).first }
    }
}
