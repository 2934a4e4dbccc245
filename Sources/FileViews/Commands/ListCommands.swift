import AccessModel
import C1Z
import CommandLineKit

extension BatonProgram {
    var resourceTypes: Command {
        command(
            "resource-types", "List resource types for the latest (or current) sync", flags: [Self.syncFlag]
        ) { call in
            try call.show(ResourceTypeListing(), of: call.open().records(.resourceType))
        }
    }

    var resources: Command {
        command("resources", "List resources for the latest sync", flags: [Self.typeFlag, Self.syncFlag]) { call in
            let sync = try call.open()
            let shapes = call.shapes
            let listing = ResourceListing(directory: Directory(sync, shapes: shapes), shapes: shapes)
            try call.show(listing, of: sync.records(.resource, where: call.typeFilter))
        }
    }

    var entitlements: Command {
        command("entitlements", "List entitlements", flags: [Self.typeFlag, Self.syncFlag]) { call in
            let sync = try call.open()
            let shapes = call.shapes
            let listing = EntitlementListing(directory: Directory(sync, shapes: shapes), shapes: shapes)
            try call.show(listing, of: sync.records(.entitlement, where: call.typeFilter))
        }
    }

    var grants: Command {
        var command = command(
            "grants", "List grants",
            flags: [Self.typeFlag, Self.resourceFlag, Self.entitlementFlag, Self.syncFlag]
        ) { call in
            let filter = try call.grantFilter()
            let sync = try call.open()
            let shapes = call.shapes
            let listing = GrantListing(directory: Directory(sync, shapes: shapes), shapes: shapes)
            try call.show(listing, of: sync.records(.grant, where: filter))
        }
        command.flagRules = [.mutuallyExclusive(["resource", "entitlement"])]
        return command
    }
}

extension Call {
    /// What `-t` asks for.
    var typeFilter: RecordFilter {
        let type = flags.string("resource-type")
        return type.isEmpty ? .all : .resourceType(type)
    }

    /// What `-r`, `-t` and `-e` ask for, the first of them that was given.
    func grantFilter() throws -> RecordFilter {
        let type = flags.string("resource-type")
        if flags.isGiven("resource") {
            guard !type.isEmpty else { throw UsageError("--resource needs --resource-type as well") }
            return .on(ResourceID(type, flags.string("resource")))
        }
        if flags.isGiven("resource-type") {
            guard !type.isEmpty else { throw UsageError("--resource-type is required") }
            return .resourceType(type)
        }
        return flags.isGiven("entitlement") ? .entitlement(flags.string("entitlement")) : .all
    }
}
