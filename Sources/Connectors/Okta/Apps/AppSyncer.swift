import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import SwiftProtobuf
import WireForm

/// The applications, with who has access to them.
struct AppSyncer: TargetedSyncer {
    static let access = "access"

    let type = OktaTypes.app
    let okta: OktaClient
    let filter: EmailDomainFilter
    let listsInactive: Bool

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        return try await okta.apps(after: page.token, size: page.size, onlyActive: !listsInactive)
            .page(Resource.init(app:))
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        guard let app = try await okta.app(id.value) else { return nil }
        return listsInactive || app.text("status") == "ACTIVE" ? try Resource(app: app) : nil
    }

    func entitlements(of app: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        var access = Entitlement.assignment(
            Self.access, on: app, displayName: "\(app.displayName) App Access",
            description: "Has access to the \(app.displayName) app in Okta")
        access.annotations = [Annotation(carrying: V1Identifier.membership(app.identity.value))]
        return Page([access])
    }

    func grants(on app: Resource, page: PageRequest) async throws -> Page<Grant> {
        var lists = try PageStack(token: page.token)
        if lists.current == nil {
            lists.push(.init(type: OktaTypes.user.id))
            lists.push(.init(type: OktaTypes.group.id))
        }
        guard let list = lists.current else { return Page([]) }
        let granted =
            list.type == OktaTypes.group.id
            ? try await groups(of: app.identity, after: list.token, page)
            : try await users(of: app.identity, after: list.token, page)
        return Page(granted.rows, next: try lists.next(granted.next), annotations: granted.annotations)
    }

    private func groups(of app: ResourceID, after: String, _ page: PageRequest) async throws -> Page<Grant> {
        try await okta.groups(ofApp: app.value, after: after, size: page.size).page { group in
            .access(to: app, of: ResourceID(OktaTypes.group, try group.required("id", of: "group of an app")))
        }
    }

    private func users(of app: ResourceID, after: String, _ page: PageRequest) async throws -> Page<Grant> {
        let users = try await okta.users(ofApp: app.value, after: after, size: page.size)
        var grants: [Grant] = []
        for user in users.rows {
            let id = try user.required("id", of: "user of an app")
            // What the app calls the address may be another than the user's own.
            let isListed =
                try await filter.remembered(id, in: page.session) ?? filter.admits(profile: user["profile"] ?? .null)
            if isListed { grants.append(.access(to: app, of: ResourceID(OktaTypes.user, id))) }
        }
        return Page(grants, next: users.next, annotations: users.annotations)
    }
}

extension Grant {
    /// Somebody's access to an application.
    static func access(to app: ResourceID, of holder: ResourceID) -> Grant {
        Grant(
            AppSyncer.access, on: app, to: holder,
            annotations: [V1Identifier.grant(of: .membership(app.value), to: holder)])
    }
}

extension Resource {
    /// An application, made of what Okta says of it.
    init(app: JSONValue) throws {
        let id = try app.required("id", of: "app")
        self.init(ResourceID(OktaTypes.app, id), name: app.text("label"))
        let attributes = Profile(["status": .text(app.text("status"))])
        profile = attributes
        let mode = app.text("signOnMode")
        if !Self.modesOfPeople.contains(mode) {
            annotations.append(
                carrying: C1_Connector_V2_NonHumanIdentityTrait.with {
                    $0.nhiType = .appRegistration
                    $0.nhiDetail = mode.isEmpty ? "okta.app" : "okta.app.\(mode.lowercased())"
                })
        }
        annotations.append(carrying: C1_Connector_V2_AppTrait.with { $0.profile = attributes })
        identify(v1: V1Identifier(id: id), raw: id)
    }

    /// How people sign in where the application has no identity of its own in Okta.
    private static let modesOfPeople: Set = [
        "BOOKMARK", "BROWSER_PLUGIN", "AUTO_LOGIN", "BASIC_AUTH", "SECURE_PASSWORD_STORE",
    ]
}

extension OktaClient {
    /// One page of the applications.
    func apps(after: String, size: Int?, onlyActive: Bool) async throws -> Listed {
        let filter = onlyActive ? [QueryParameter("filter", "status eq \"ACTIVE\"")] : []
        return try await list(
            "/api/v1/apps", after: after, most: 200, size: size, query: filter, needs: .appsRead)
    }

    /// An application; nil when there is none.
    func app(_ id: String) async throws -> JSONValue? { try await existing("/api/v1/apps/\(id)", needs: .appsRead) }

    /// One page of an application's groups.
    func groups(ofApp id: String, after: String, size: Int?) async throws -> Listed {
        // Okta refuses pages of fewer than 20.
        try await list(
            "/api/v1/apps/\(id)/groups", after: after, most: 200, size: size.map { max(20, $0) }, needs: .appsRead)
    }

    /// One page of an application's users, also of those who have it through a group.
    func users(ofApp id: String, after: String, size: Int?) async throws -> Listed {
        try await list("/api/v1/apps/\(id)/users", after: after, most: 500, size: size, needs: .appsRead)
    }
}
