import C1Z
import CommandLineKit

extension BatonProgram {
    var compare: Command {
        var command = command(
            "compare", "Compare principals between two entitlements",
            flags: [
                Flag("entitlement", shorthand: "e", help: "The base entitlement to compare against"),
                Flag("compare-entitlement", help: "The entitlement to compare to the base entitlement"),
                Flag("compare-file", help: "The c1z file that has the compared entitlement", default: "sync.c1z"),
            ]
        ) { try $0.comparePrincipals() }
        command.details = """
            Compare principals between two entitlements. These entitlements can exist in different C1Z files. \
            The results are relative to the 'base' entitlement.
            """
        return command
    }
}

extension Call {
    fileprivate func comparePrincipals() throws {
        for flag in ["entitlement", "compare-entitlement"] where flags.string(flag).isEmpty {
            throw UsageError("--\(flag) is required")
        }
        let base = try openLatest()
        let other = try OpenedSync(C1ZFile.open(flags.string("compare-file"), environment: environment), sync: nil)
        let comparison = try PrincipalComparison(
            base: PrincipalComparison.Side(base, entitlement: flags.string("entitlement")),
            compared: PrincipalComparison.Side(other, entitlement: flags.string("compare-entitlement")))
        let shapes = shapes
        let listing = ResourceListing(directory: Directory(base, shapes: shapes), shapes: shapes)
        if wantsJSON {
            try printJSON(comparison, with: listing)
        } else {
            try printTables(comparison, with: listing)
        }
    }

    private func printJSON(_ comparison: PrincipalComparison, with listing: ResourceListing) throws {
        let output = screen.output
        output.raw("{")
        var isFirst = true
        for list in comparison.lists where list.count > 0 {
            output.raw(isFirst ? "\"" : ",\"")
            output.raw(list.key)
            output.raw("\":[")
            isFirst = false
            var needsComma = false
            try list.records.forEach { record in
                if needsComma { output.raw(",") }
                needsComma = true
                try listing.append(record, to: &output.text)
                try output.settle()
            }
            output.raw("]")
        }
        output.raw("}")
    }

    private func printTables(_ comparison: PrincipalComparison, with listing: ResourceListing) throws {
        if comparison.missing.isEmpty, comparison.extra.isEmpty {
            return screen.output.print("The principals between these entitlements appear to match!")
        }
        for (title, list) in zip(["Missing Principals", "Extra Principals"], comparison.lists) where list.count > 0 {
            let label = "     \(title)     "
            let blank = String(repeating: " ", count: label.utf8.count)
            let banner = [blank, label, blank].map { screen.coloured(.banner, $0) + "\n" }.joined()
            screen.output.print("\n\(banner)\n")
            try listing.printTable(of: list.records, to: screen)
        }
    }
}
