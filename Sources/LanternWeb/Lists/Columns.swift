import LanternCatalog

/// The columns of the lists of the product.
enum Columns {
    static func resources(now: Int64) -> [Column<ListedResource>] {
        [
            Column("Name", text: \.name, html: { resourceLink($0) }).sorted(by: "name"),
            Column("Type", \.typeName),
            Column("Entitlement grants", text: { String($0.grantsOn) }, html: { "\(Components.number($0.grantsOn))" })
                .sorted(by: "grants"),
            Column("Parent", text: { $0.parentName ?? "" }, html: { parentLink($0) }),
            Column("ID", isUsual: false, \.externalID),
            Column("Description", isUsual: false, \.description),
            Column("Data source", \.sourceName),
            Column("Updated", text: { time($0.seenSince) }, html: { Components.time($0.seenSince, now: now) }),
        ]
    }

    static func accounts(now: Int64) -> [Column<ListedResource>] {
        [
            Column("Account", text: \.name, html: { resourceLink($0) }).sorted(by: "name"),
            Column("Email", \.email),
            Column("Status", text: { status($0) }, html: { statusChip($0) }),
            Column("Account type", \.accountType.name),
            Column("Account owner", text: { $0.ownerName ?? "" }, html: { ownerLink($0) }),
            Column("Last login", text: { time($0.lastLogin) }, html: { Components.time($0.lastLogin, now: now) })
                .sorted(by: "last_login"),
            Column("Entitlements", text: { String($0.grantsHeld) }, html: { "\(Components.number($0.grantsHeld))" })
                .sorted(by: "grants"),
            Column("Username", isUsual: false, \.login),
            Column("ID", isUsual: false, \.externalID),
            Column("Created", text: { time($0.createdAt) }, html: { Components.time($0.createdAt, now: now) }),
            Column("Data source", \.sourceName),
        ]
    }

    static func entitlements(now: Int64) -> [Column<ListedEntitlement>] {
        [
            Column(
                "Entitlement", text: \.name,
                html: { "<a href=\"/entitlements/\($0.id)\">\(Icon.entitlement.html)\($0.name)</a>" }
            ).sorted(by: "name"),
            Column("Slug", text: \.slug, html: { "<code>\($0.slug)</code>" }),
            Column("Resource", text: \.resource.name, html: { reference($0.resource) }),
            Column("Type", \.resource.typeName),
            Column("Grants", text: { String($0.grants) }, html: { "\(Components.number($0.grants))" }).sorted(
                by: "grants"),
            Column("Purpose", \.purpose.name),
            Column("Description", isUsual: false, \.description),
            Column("ID", isUsual: false, \.externalID),
            Column("Source", \.sourceName),
        ]
    }

    static func people(now: Int64) -> [Column<Person>] {
        [
            Column("Name", text: \.name, html: { "<a href=\"/people/\($0.id)\">\(Icon.account.html)\($0.name)</a>" }),
            Column("Email", \.email),
            Column("Accounts", text: { String($0.accounts) }, html: { "\(Components.number($0.accounts))" }),
            Column(
                "First seen", text: { time($0.createdAt) }, html: { Components.time($0.createdAt, now: now) }),
        ]
    }

    /// - Parameter holder: whether who holds it is shown too.
    static func grants(now: Int64, holder: Bool = true, held: Bool = true, isPast: Bool = false) -> [Column<
        ListedGrant
    >] {
        var columns: [Column<ListedGrant>] = []
        if holder {
            columns.append(Column("Principal", text: \.principal.name, html: { reference($0.principal) }))
            columns.append(Column("Principal type", isUsual: false, \.principal.typeName))
        }
        if held {
            columns.append(
                Column(
                    "Entitlement", text: \.entitlementName,
                    html: {
                        "<a href=\"/entitlements/\($0.entitlementID)\">\(Icon.entitlement.html)\($0.entitlementName)</a>"
                    }))
            columns.append(Column("Resource", text: \.resource.name, html: { reference($0.resource) }))
            columns.append(Column("Resource type", \.resource.typeName))
        }
        columns += [
            Column("Source", text: { source($0) }, html: { sourceLink($0) }),
            Column("Granted", text: { time($0.since) }, html: { Components.time($0.since, now: now) }),
        ]
        if isPast {
            columns.append(Column("Revoked", text: { time($0.until) }, html: { Components.time($0.until, now: now) }))
        }
        return columns
    }

    // MARK: Cells

    static func reference(_ reference: Reference) -> HTML {
        "<a href=\"/resources/\(reference.id)\">\(reference.kind.icon.html)\(reference.name)</a>"
    }

    static func resourceLink(_ resource: ListedResource) -> HTML {
        let icon: Icon = resource.accountType == .service ? .service : resource.kind.icon
        let synced: HTML = resource.syncedName.map { " title=\"In the data source: \($0)\"" } ?? .blank
        return "<a href=\"/resources/\(resource.id)\"\(synced)>\(icon.html)\(resource.name)</a>"
    }

    static func ownerLink(_ account: ListedResource) -> HTML {
        guard let id = account.ownerID, let name = account.ownerName else {
            return "<span class=\"muted\">Nobody</span>"
        }
        return "<a href=\"/people/\(id)\">\(Icon.people.html)\(name)</a>"
    }

    private static func parentLink(_ resource: ListedResource) -> HTML {
        guard let id = resource.parentID, let name = resource.parentName else {
            return "<span class=\"muted\">–</span>"
        }
        return "<a href=\"/resources/\(id)\">\(name)</a>"
    }

    static func status(_ resource: ListedResource) -> String {
        resource.statusDetails.isEmpty ? resource.status.name : resource.statusDetails
    }

    static func statusChip(_ resource: ListedResource) -> HTML {
        guard resource.goneSince == nil else { return Components.chip("Deleted", .bad) }
        let tone: Components.Tone =
            switch resource.status {
            case .enabled: .good
            case .disabled: .warn
            case .deleted: .bad
            case .unspecified: .quiet
            }
        return Components.chip(status(resource), tone, title: resource.status.name)
    }

    static func source(_ grant: ListedGrant) -> String {
        grant.isDirect ? (grant.isInherited ? "Direct and inherited" : "Direct") : "Inherited"
    }

    private static func sourceLink(_ grant: ListedGrant) -> HTML {
        let lock: HTML = grant.isImmutable ? "\(Icon.lock.html)<span class=\"hidden\">can't be revoked</span>" : .blank
        return """
            <a href="/grants/\(grant.entitlementID)/\(grant.principal.id)" title="Why?">\(Icon.path.html)\(source(grant))</a>\(lock)
            """
    }

    static func time(_ seconds: Int64?) -> String { seconds.flatMap(Moments.rfc3339) ?? "" }
}

extension ListedResource.Status {
    var name: String {
        switch self {
        case .enabled: "Enabled"
        case .disabled: "Disabled"
        case .deleted: "Deleted"
        case .unspecified: "Not told"
        }
    }
}

extension ListedResource.AccountType {
    var name: String {
        switch self {
        case .service: "Service account"
        case .system: "System account"
        case .human, .unspecified: "User"
        }
    }
}

extension ListedEntitlement.Purpose {
    var name: String {
        switch self {
        case .assignment: "Assignment"
        case .permission: "Permission"
        case .ownership: "Ownership"
        case .unspecified: ""
        }
    }
}
