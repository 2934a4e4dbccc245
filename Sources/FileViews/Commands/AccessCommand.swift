import AccessModel
import C1Z
import CommandLineKit

extension BatonProgram {
    var access: Command {
        command(
            "access", "List effective access for a user", flags: [Self.typeFlag, Self.resourceFlag]
        ) { call in
            let principal = ResourceID(call.flags.string("resource-type"), call.flags.string("resource"))
            guard !principal.type.isEmpty, !principal.value.isEmpty else {
                throw UsageError("--resource-type and --resource are required")
            }
            let sync = try call.openLatest()
            let directory = Directory(sync, shapes: call.shapes)
            let access = try EffectiveAccess(of: principal, in: sync, directory)
            if call.wantsJSON {
                try call.printJSON(access, directory)
            } else {
                try call.printTree(access, directory)
            }
        }
    }
}

extension Call {
    fileprivate func printJSON(_ access: EffectiveAccess, _ directory: Directory) throws {
        let output = screen.output
        output.raw("{\"principal\":")
        output.raw(try access.card(in: directory).json)
        for (index, group) in access.groups.enumerated() {
            output.raw(index == 0 ? ",\"access\":[" : ",")
            let cards = try group.cards(in: directory)
            output.raw("{\"resourceType\":")
            output.raw(cards.resourceType.json)
            output.raw(",\"resource\":")
            output.raw(cards.resource.json)
            output.raw(",\"entitlements\":[")
            for (place, entitlement) in group.entitlements.enumerated() {
                if place > 0 { output.raw(",") }
                output.raw(try entitlement.bytes.withUnsafeBytes { try directory.entitlement($0).json })
                try output.settle()
            }
            output.raw("]}")
        }
        if !access.groups.isEmpty { output.raw("]") }
        output.raw("}")
    }

    fileprivate func printTree(_ access: EffectiveAccess, _ directory: Directory) throws {
        var tree = try Tree(label(access.title(in: directory)))
        for group in access.groups {
            let cards = try group.cards(in: directory)
            var branch = Tree(label("\(cards.resource.name.text) (\(cards.resourceType.name.text))"))
            for entitlement in group.entitlements {
                let card = try entitlement.bytes.withUnsafeBytes { try directory.entitlement($0) }
                branch.branches.append(Tree(label((card.isMissing ? card.name : card.slug).text)))
            }
            tree.branches.append(branch)
        }
        try screen.expect(lines: tree.count + 1)
        tree.print(to: screen)
    }

    private func label(_ text: String) -> String {
        screen.isTerminal ? TerminalText.harmless(text) : text
    }
}

extension [UInt8] {
    /// The bytes as text; what is not UTF-8 is replaced.
    var text: String { String(decoding: self, as: UTF8.self) }
}
