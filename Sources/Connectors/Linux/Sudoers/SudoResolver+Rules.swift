import AccessModel
import SwiftProtobuf

extension SudoResolver {
    /// A rule while the blocks with its right-hand side are put together.
    private struct Draft {
        var holders: Set<SudoPolicy.Holder> = []
        var sources: [String] = []
        var exceptions: [[SudoersCommand]] = []
        var withoutPassword: [Extent] = []
        var noExecution: [Extent] = []
        var environment: [Extent] = []
        var owners: [String?] = []
        var isEverybody = false
        var isApproximate = false
    }

    /// All rules that allow something, ordered by id.
    mutating func rules() throws -> [SudoPolicy.Rule] {
        let settings = try settings()
        var drafts: [Int: Draft] = [:]
        for index in blocks.indices {
            let block = blocks[index]
            let right = rights[block.right]
            guard !right.scope.allowed.isEmpty, !right.targets.isEmpty, block.items.contains(where: { !$0.isNegated })
            else { continue }
            try add(index, to: &drafts[block.right, default: Draft()], settings)
        }
        let rules = drafts.map { rule(rights[$0.key], $0.value) }
        return rules.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }

    private mutating func add(_ index: Int, to draft: inout Draft, _ settings: Settings) throws {
        let block = blocks[index]
        draft.holders.formUnion(try holders(of: block))
        let source = "\(block.place.file):\(block.place.line)"
        if !draft.sources.contains(where: { $0.hasSameBytes(as: source) }) { draft.sources.append(source) }
        draft.exceptions.append(block.exceptions)
        draft.withoutPassword.append(try withoutPassword(index, settings))
        draft.noExecution.append(try extent(settings.noExecution, in: index))
        draft.environment.append(try extent(settings.environment, in: index))
        draft.owners.append(try passwordOwner(index, settings))
        if try namesEverybody(block) { draft.isEverybody = true }
        draft.isApproximate =
            draft.isApproximate || block.isApproximate || rights[block.right].isApproximate
            || hasUnknownNegation(block.items)
        for item in block.items where !item.isNegated {
            reportIfUnresolved(scene.expansion.subject(of: item))
        }
    }

    private mutating func reportIfUnresolved(_ subject: SudoersMember.Subject) {
        guard case .some(let indices) = scene.accounts.match(subject) else { return }
        let strangers = scene.accounts.strangers
        for index in indices where strangers.indices.contains(index - scene.accounts.names.count) {
            switch strangers[index - scene.accounts.names.count] {
            case .word(let name) where SudoAccounts.number(name) == nil: continue
            case .userGroup(let name) where !name.starts(with: "%#".utf8) && !name.starts(with: "%:".utf8): continue
            case let subject: reportUnresolved(subject)
            }
        }
    }

    private mutating func passwordOwner(_ index: Int, _ settings: Settings) throws -> String? {
        for (owner, users) in settings.others where try extent(users, in: index) == .everybody { return owner }
        return nil
    }

    private mutating func namesEverybody(_ block: Block) throws -> Bool {
        let namesAll = block.items.contains { item in
            guard !item.isNegated, case .everybody = scene.accounts.match(scene.expansion.subject(of: item)) else {
                return false
            }
            return true
        }
        guard namesAll, block.removed != nil || block.items.contains(where: \.isNegated) else { return namesAll }
        var allowed = try scene.allowed(by: block.items)
        if let removed = block.removed { allowed.subtract(removed) }
        return allowed.indices(below: scene.accounts.names.count).count == scene.accounts.names.count
    }

    private func rule(_ right: Right, _ draft: Draft) -> SudoPolicy.Rule {
        var draft = draft
        let common = draft.exceptions.dropFirst().reduce(draft.exceptions.first ?? []) { common, next in
            common.filter(next.contains)
        }
        if draft.exceptions.contains(where: { $0.count != common.count }) { draft.isApproximate = true }
        for extents in [draft.withoutPassword] where Self.isMixed(extents) { draft.isApproximate = true }
        let exceptions = right.scope.denied + common.filter { !right.scope.denied.contains($0) }
        let isUnrestricted =
            exceptions.allSatisfy(\.runsNothing) && right.scope.isEverything
            && scene.accounts.containsRoot(right.targets)
        return SudoPolicy.Rule(
            id: right.id.prefix(8).map { byte in String(byte, radix: 16).leftPadded }.joined(),
            display: display(right), profile: profile(right, draft, exceptions, isUnrestricted),
            isUnrestricted: isUnrestricted, isActive: right.isActive,
            holders: right.isActive ? draft.holders.sorted(by: SudoPolicy.Holder.precedes) : [])
    }

    /// Whether something holds for some and not for others.
    private static func isMixed(_ extents: [Extent]) -> Bool {
        extents.contains(.some) || (extents.contains(.everybody) && extents.contains(.nobody))
    }

    private func display(_ right: Right) -> String {
        let written = right.right
        var targets = targetTexts(right).joined(separator: ", ")
        if let groups = written.targetGroups {
            targets +=
                (targets.isEmpty ? ": " : " : ")
                + SudoersText.texts(groups, in: scene.expansion).joined(separator: ", ")
        }
        let commands = SudoersText.texts(Array(written.commands.prefix(200)), in: scene.expansion)
        return SudoersText.display(
            (["(\(targets))"] + written.optionTexts + written.tagTexts + [commands.joined(separator: ", ")])
                .joined(separator: " "))
    }

    private func namesMyself(_ targets: [SudoersExpansion.Item]) -> Bool {
        targets.contains { !$0.isNegated && scene.expansion.subject(of: $0) == .myself }
    }

    private func targetTexts(_ right: Right) -> [String] {
        guard let targets = right.right.targets else { return right.defaultTargets }
        return SudoersText.texts(targets, in: scene.expansion).filter { !$0.isEmpty }
    }

    private func profile(
        _ right: Right, _ draft: Draft, _ exceptions: [SudoersCommand], _ isUnrestricted: Bool
    ) -> Profile {
        let written = right.right
        let allowed = right.scope.allowed
        let isSelf = written.targets.map(namesMyself) ?? (written.targetGroups != nil)
        let environment = written.tags.environment ?? (allowed.contains { $0.path == nil } ? true : nil)
        let owners = Set(draft.owners.map { $0.map(ByteKey.init) })
        func text(_ bytes: [UInt8]) -> Google_Protobuf_Value { .text(String(decoding: bytes, as: UTF8.self)) }
        return Profile([
            "runas_users": .list(targetTexts(right)),
            "runas_groups": .list(written.targetGroups.map { SudoersText.texts($0, in: scene.expansion) } ?? []),
            "runas_self": isSelf ? .flag(true) : nil,
            "commands": .list(allowed.map(SudoersText.text)),
            "except_commands": .list(exceptions.map(SudoersText.text)),
            "nopasswd": .flag(draft.withoutPassword.contains { $0 != .nobody }),
            "noexec": .flag(written.tags.execution.map(!) ?? draft.noExecution.allSatisfy { $0 == .everybody }),
            "setenv": .flag(environment ?? draft.environment.contains { $0 != .nobody }),
            "digest_pinned": .flag(allowed.allSatisfy { !$0.digests.isEmpty }),
            "password_of": owners.count == 1 ? owners.first.flatMap { $0 }.map { .text($0.text) } : nil,
            "timeout": written.options.timeout.flatMap { $0 > 0 ? .number($0) : nil },
            "not_before": written.options.notBefore.map { .text(SudoersTime.text($0)) },
            "not_after": written.options.notAfter.map { .text(SudoersTime.text($0)) },
            "cwd": written.options.directory.map(text), "chroot": written.options.root.map(text),
            "active": .flag(right.isActive), "everyone": .flag(draft.isEverybody),
            "unrestricted": .flag(isUnrestricted), "approximate": .flag(draft.isApproximate),
            "sources": .list(draft.sources),
        ])
    }
}

extension String {
    fileprivate var leftPadded: String { utf8.count < 2 ? "0" + self : self }
}
