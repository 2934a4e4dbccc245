import AccessModel
import C1Z
import CommandLineKit

extension BatonProgram {
    var principals: Command {
        var command = command(
            "principals", "List principals",
            flags: [Self.typeFlag, Self.resourceFlag, Self.entitlementFlag, Self.syncFlag]
        ) { call in
            let sync = try call.open()
            let shapes = call.shapes
            let directory = Directory(sync, shapes: shapes)
            let principals = try Principals(of: sync, where: call.principalFilter)
            try call.show(
                ResourceListing(directory: directory, shapes: shapes),
                of: principals.resources(0..<principals.count, in: sync, directory))
        }
        command.flagRules = [
            .requiredTogether(["resource-type", "resource"]), .mutuallyExclusive(["resource", "entitlement"]),
        ]
        command.subcommands = [compare]
        return command
    }
}

extension Call {
    fileprivate var principalFilter: RecordFilter {
        if flags.isGiven("resource") {
            return .on(ResourceID(flags.string("resource-type"), flags.string("resource")))
        }
        return flags.isGiven("entitlement") ? .entitlement(flags.string("entitlement")) : .all
    }
}
