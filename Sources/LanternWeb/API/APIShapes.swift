import LanternCatalog
import LanternSignIn
import WireForm

/// What the API says of things, with the names that clients of the reference know.
extension Application {
    var json: JSONValue { json(owners: []) }

    /// - Parameter owners: the people who sign in and own it, when they were asked for.
    func json(owners: [User]) -> JSONValue {
        .object([
            ("id", .string(id)), ("displayName", .string(name)), ("description", .string(description)),
            ("isManuallyManaged", .bool(status.summary == .notConnected)), ("isDirectory", .bool(false)),
            ("appOwners", .array(owners.map(\.json))), ("userCount", APIAnswer.number(counts.accounts)),
            ("createdAt", APIAnswer.time(createdAt)), ("updatedAt", APIAnswer.time(updatedAt)),
            ("deletedAt", APIAnswer.time(deletedAt)),
        ])
    }
}

extension DataSource {
    var json: JSONValue {
        let status: String =
            switch self.status.summary {
            case .syncing, .waiting: "SYNC_STATUS_RUNNING"
            case .error: "SYNC_STATUS_ERROR"
            case .paused, .notConnected: "SYNC_STATUS_DISABLED"
            case .connected: "SYNC_STATUS_DONE"
            }
        return .object([
            (
                "connector",
                .object([
                    ("id", .string(id)), ("appId", .string(applicationID)), ("displayName", .string(name)),
                    ("description", .string(fileName)), ("userIds", .array([])),
                    (
                        "status",
                        .object([
                            ("status", .string(status)), ("startedAt", APIAnswer.time(newest?.startedAt)),
                            ("completedAt", APIAnswer.time(newest?.finishedAt)),
                            (
                                "lastError",
                                .string(feed.map(\.error).flatMap { $0.isEmpty ? nil : $0 } ?? newest?.error ?? "")
                            ),
                        ])
                    ), ("disableCheckBadSync", .bool(!checksAnomalies)), ("dataSource", feed?.json ?? .null),
                    ("createdAt", APIAnswer.time(createdAt)),
                ])
            )
        ])
    }
}

extension ListedResource {
    /// An account.
    ///
    /// - Parameter record: all that is told of it.
    func appUser(_ record: ResourceRecord) -> JSONValue {
        let type =
            switch accountType {
            case .service: "APP_USER_TYPE_SERVICE_ACCOUNT"
            case .system: "APP_USER_TYPE_SYSTEM_ACCOUNT"
            case .human, .unspecified: "APP_USER_TYPE_USER"
            }
        let status =
            goneSince != nil
            ? "STATUS_DELETED"
            : ["STATUS_UNSPECIFIED", "STATUS_ENABLED", "STATUS_DISABLED", "STATUS_DELETED"][Int(self.status.rawValue)]
        return .object([
            ("id", .string(id)), ("appId", .string(applicationID)), ("displayName", .string(name)),
            ("email", .string(email)), ("emails", .array(record.emails.map { .string($0) })),
            ("username", .string(login)), ("usernames", .array(record.logins.map { .string($0) })),
            ("employeeIds", .array(record.employeeIDs.map { .string($0) })), ("profile", .object(record.profile)),
            ("identityUserId", .string(ownerID ?? "")), ("appUserType", .string(type)),
            ("status", .object([("status", .string(status)), ("details", .string(statusDetails))])),
            ("isExternal", .bool(false)), ("matchBatonId", .string(externalID)),
            ("sourceConnectorIds", .object([(sourceID, .string(externalID))])),
            ("createdAt", APIAnswer.time(createdAt)), ("updatedAt", APIAnswer.time(seenSince)),
            ("deletedAt", APIAnswer.time(goneSince)),
        ])
    }

    /// Any other resource.
    var appResource: JSONValue {
        .object([
            ("id", .string(id)), ("appId", .string(applicationID)), ("appResourceTypeId", .string(typeID)),
            ("displayName", .string(name)), ("description", .string(syncedDescription ?? description)),
            ("customDescription", .string(syncedDescription == nil ? "" : description)),
            ("grantCount", APIAnswer.number(grantsOn)), ("parentAppResourceId", .string(parentID ?? "")),
            ("matchBatonId", .string(externalID)),
            ("sourceConnectorIds", .object([(sourceID, .string(externalID))])),
            ("createdAt", APIAnswer.time(createdAt)), ("updatedAt", APIAnswer.time(seenSince)),
            ("deletedAt", APIAnswer.time(goneSince)),
        ])
    }
}

extension ListedType {
    func appResourceType(of application: String) -> JSONValue {
        .object([
            ("id", .string(id)), ("appId", .string(application)), ("displayName", .string(name)),
            ("traitIds", .array(traits.map { .string(Self.traitNames[$0] ?? "TRAIT_\($0)") })),
            ("matchBatonId", .string(externalID)),
        ])
    }

    private static let traitNames = [1: "user", 2: "group", 3: "role", 4: "app", 5: "secret"]
}

extension ListedEntitlement {
    var appEntitlement: JSONValue {
        let purpose: String =
            switch self.purpose {
            case .assignment: "APP_ENTITLEMENT_PURPOSE_VALUE_ASSIGNMENT"
            case .permission: "APP_ENTITLEMENT_PURPOSE_VALUE_PERMISSION"
            case .ownership, .unspecified: "APP_ENTITLEMENT_PURPOSE_VALUE_UNSPECIFIED"
            }
        let edited =
            [("displayName", syncedName), ("slug", syncedSlug), ("description", syncedDescription)].filter {
                $0.1 != nil
            }
        return .object([
            ("id", .string(id)), ("appId", .string(applicationID)), ("appResourceTypeId", .string(resource.typeID)),
            ("appResourceId", .string(resource.id)), ("displayName", .string(name)),
            ("description", .string(description)), ("slug", .string(slug)), ("alias", .string("")),
            ("purpose", .string(purpose)), ("grantCount", APIAnswer.number(grants)),
            ("sourceConnectorIds", .object([(sourceID, .string(externalID))])),
            ("matchBatonId", .string(externalID)), ("isManuallyManaged", .bool(false)),
            ("systemBuiltin", .bool(false)), ("userEditedMask", .string(edited.map(\.0).joined(separator: ","))),
            ("updatedAt", APIAnswer.time(seenSince)), ("deletedAt", APIAnswer.time(goneSince)),
        ])
    }
}

extension ListedGrant {
    /// What is known of the entitlement where its grants are listed.
    var appEntitlement: JSONValue {
        .object([
            ("id", .string(entitlementID)), ("appId", .string(applicationID)),
            ("appResourceTypeId", .string(resource.typeID)), ("appResourceId", .string(resource.id)),
            ("displayName", .string(entitlementName)), ("slug", .string(slug)),
        ])
    }

    /// What is known of the holder where its grants are listed.
    var appUser: JSONValue {
        .object([
            ("id", .string(principal.id)), ("appId", .string(applicationID)), ("displayName", .string(principal.name)),
        ])
    }

    /// What binds a holder to an entitlement.
    ///
    /// - Parameter sources: the ids of the entitlements from which it follows.
    func binding(_ user: JSONValue, from sources: [String]) -> JSONValue {
        .object([
            ("appUser", user), ("appEntitlementUserBindingCreatedAt", APIAnswer.time(since)),
            ("appEntitlementUserBindingDeprovisionAt", APIAnswer.time(until)), ("isDirect", .bool(isDirect)),
            ("isInherited", .bool(isInherited)),
            (
                "grantSources",
                .array(sources.map { .object([("appId", .string(applicationID)), ("id", .string($0))]) })
            ),
        ])
    }
}

extension Person {
    var user: JSONValue {
        .object([
            ("id", .string(id)), ("displayName", .string(name)), ("email", .string(email)),
            ("emails", .array([.string(email)])), ("createdAt", APIAnswer.time(createdAt)),
        ])
    }

    var view: JSONValue { .object([("userView", .object([("user", user)]))]) }
}

extension User {
    /// Somebody who signs in, as an owner.
    var json: JSONValue {
        .object([("id", .string(id)), ("displayName", .string(name)), ("email", .string(email))])
    }
}

extension ImportRun {
    func json(_ counts: [ImportCount], warnings: [String]) -> JSONValue {
        .object([
            (
                "import",
                .object([
                    ("id", .string(id)), ("appId", .string(applicationID)), ("connectorId", .string(dataSourceID)),
                    ("state", .string(state.rawValue.uppercased())), ("stage", .string(stage?.rawValue ?? "")),
                    ("fileName", .string(fileName)), ("size", APIAnswer.number(size)), ("sha256", .string(sha256)),
                    ("format", .string(format)), ("syncId", .string(syncID)), ("syncType", .string(syncType)),
                    ("createdAt", APIAnswer.time(createdAt)), ("startedAt", APIAnswer.time(startedAt)),
                    ("completedAt", APIAnswer.time(finishedAt)), ("rowsRead", APIAnswer.number(rowsRead)),
                    ("hasChanges", .bool(revision != nil)), ("pauseReason", .string(pauseReason)),
                    ("error", .string(error)), ("warningCount", APIAnswer.number(self.warnings)),
                    ("warnings", .array(warnings.map { .string($0) })), ("counts", .array(counts.map(\.json))),
                ])
            )
        ])
    }
}

extension ImportCount {
    fileprivate var json: JSONValue {
        .object([
            ("kind", .string(kind.rawValue)), ("name", .string(name)), ("total", APIAnswer.number(total)),
            ("added", APIAnswer.number(added)), ("changed", APIAnswer.number(changed)),
            ("removed", APIAnswer.number(removed)),
        ])
    }
}

extension ListedChange {
    var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = [("change", .string(kind.rawValue.uppercased()))]
        switch subject {
        case .resource(let id, let name, let type, let externalID):
            members += [
                ("id", id.map { .string($0) } ?? .null), ("displayName", .string(name)),
                ("resourceType", .string(type)),
                ("externalId", .string(externalID)),
            ]
        case .entitlement(let id, let name, let resource):
            members += [
                ("id", id.map { .string($0) } ?? .null), ("displayName", .string(name)),
                ("resource", .string(resource)),
            ]
        case .grant(let principal, let entitlement, let resource):
            members += [
                ("principal", .string(principal)), ("entitlement", .string(entitlement)),
                ("resource", .string(resource)),
            ]
        }
        return .object(members)
    }
}
