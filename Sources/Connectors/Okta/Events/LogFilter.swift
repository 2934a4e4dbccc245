import AccessModel
import BatonWire
import SwiftProtobuf
import WireForm

/// Which entries of the system log are wanted, and what each tells.
struct LogFilter: Sendable {
    /// Okta's names of what happened.
    let events: [String]
    /// The kinds of things it has to have happened to.
    let targets: [String]
    /// Whether only what people do counts.
    var isByUsers = false
    /// The kind of event that comes of it.
    let kind: EventType
    /// What an entry tells; nil when it tells nothing of use.
    let event: @Sendable (LogEntry) -> Event.OneOf_Event?

    /// The filter in Okta's words.
    var expression: String {
        let events = events.map { "eventType eq \"\($0)\"" }.joined(separator: " or ")
        let targets = targets.map { "target.type eq \"\($0)\"" }.joined(separator: " and ")
        return "((\(events))" + (isByUsers ? " and actor.type eq \"User\"" : "") + " and (\(targets)))"
    }

    /// Whether an entry is one of those that the filter lets through.
    func admits(_ entry: LogEntry) -> Bool {
        events.contains(where: entry.type.hasSameBytes) && targets.allSatisfy { entry.target($0) != nil }
            && (!isByUsers || entry.actor.type == "User")
    }

    /// All that is wanted.
    static let all: [LogFilter] = [
        LogFilter(
            events: ["user.authentication.sso"], targets: ["AppInstance"], isByUsers: true, kind: .usage,
            event: usage),
        LogFilter(
            events: ["group.lifecycle.create"], targets: ["UserGroup"], kind: .resourceChange,
            event: changed(OktaTypes.group, "UserGroup")),
        LogFilter(
            events: ["app.lifecycle.create", "application.lifecycle.update"], targets: ["AppInstance"],
            kind: .resourceChange, event: changed(OktaTypes.app, "AppInstance")),
        LogFilter(
            events: ["application.user_membership.add"], targets: ["AppInstance", "User"], kind: .createGrant,
            event: granted(AppSyncer.access, on: OktaTypes.app, "AppInstance")),
        LogFilter(
            events: ["user.account.privilege.grant"], targets: ["ROLE", "User"], kind: .createGrant, event: roleGranted),
        LogFilter(
            events: [
                "user.lifecycle.create", "user.lifecycle.activate", "user.lifecycle.deactivate",
                "user.lifecycle.suspend", "user.lifecycle.unsuspend", "user.lifecycle.reactivate",
                "user.account.update_profile",
            ], targets: ["User"], kind: .resourceChange, event: changed(OktaTypes.user, "User")),
        LogFilter(
            events: ["group.user_membership.add"], targets: ["UserGroup", "User"], kind: .createGrant,
            event: granted(GroupSyncer.member, on: OktaTypes.group, "UserGroup")),
        LogFilter(
            events: ["group.user_membership.remove"], targets: ["UserGroup", "User"], kind: .createRevoke,
            event: revoked),
    ]

    /// Every one of them, in Okta's words.
    static let expression = all.map(\.expression).joined(separator: " or ")

    // MARK: What entries tell

    @Sendable private static func usage(_ entry: LogEntry) -> Event.OneOf_Event? {
        guard let app = entry.target("AppInstance") else { return nil }
        return .usageEvent(
            .with {
                $0.targetResource = Resource(ResourceID(OktaTypes.app, app.id), name: app.name)
                $0.actorResource = .user(
                    ResourceID(OktaTypes.user, entry.actor.id), name: entry.actor.name, email: entry.actor.address)
            })
    }

    private static func changed(
        _ type: ResourceType, _ kind: String
    ) -> @Sendable (LogEntry) -> Event.OneOf_Event? {
        { entry in
            entry.target(kind).map { target in
                .resourceChangeEvent(.with { $0.resourceID = ResourceID(type, target.id).message })
            }
        }
    }

    private static func granted(
        _ slug: String, on type: ResourceType, _ kind: String
    ) -> @Sendable (LogEntry) -> Event.OneOf_Event? {
        { entry in
            guard let resource = entry.target(kind), let user = entry.user else { return nil }
            let held = Resource(ResourceID(type, resource.id), name: resource.name)
            return .createGrantEvent(
                .with {
                    $0.entitlement = .told(slug, on: held)
                    $0.principal = user
                })
        }
    }

    @Sendable private static func roleGranted(_ entry: LogEntry) -> Event.OneOf_Event? {
        guard let user = entry.user, let role = entry.target("ROLE").flatMap({ StandardRole.labelled($0.name) }) else {
            return nil
        }
        return .createGrantEvent(
            .with {
                $0.entitlement = .told(RoleMembership.assigned, on: role.resource)
                $0.principal = user
            })
    }

    @Sendable private static func revoked(_ entry: LogEntry) -> Event.OneOf_Event? {
        guard let group = entry.target("UserGroup"), let user = entry.user else { return nil }
        let held = Resource(ResourceID(OktaTypes.group, group.id), name: group.name)
        return .createRevokeEvent(
            .with {
                $0.entitlement = .told(GroupSyncer.member, on: held)
                $0.principal = user
            })
    }
}

extension Entitlement {
    /// An entitlement as an event names it.
    fileprivate static func told(_ slug: String, on resource: Resource) -> Entitlement {
        .with {
            $0.id = Entitlement.id(slug, on: resource.identity)
            $0.slug = slug
            $0.resource = resource
        }
    }
}
