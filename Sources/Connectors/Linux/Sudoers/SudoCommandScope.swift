/// What an ordered list of commands allows, as far as that can be told without looking at programs.
struct SudoCommandScope {
    /// What may be run.
    private(set) var allowed: [SudoersCommand] = []
    /// What may not be run, of what is allowed here or was before.
    private(set) var denied: [SudoersCommand] = []
    /// Whether something is allowed again that a denial covers in part.
    private(set) var isApproximate = false

    /// Beyond so many comparisons only `ALL` is understood.
    private static let mostComparisons = 4_000_000

    init(_ items: [SudoersExpansion.Item], in expansion: SudoersExpansion) {
        let negative = items.reduce(0) { $0 + ($1.isNegated ? 1 : 0) }
        let compares = negative * (items.count - negative) <= Self.mostComparisons && negative < 10_000
        for item in items {
            guard case .command(let command) = expansion.subject(of: item) else { continue }
            if item.isNegated { deny(command, compares) } else { allow(command, compares) }
        }
    }

    private mutating func allow(_ command: SudoersCommand, _ compares: Bool) {
        if command.isEverything {
            denied.removeAll()
            isApproximate = false
        } else if compares {
            denied.removeAll { command.covers($0) }
            if denied.contains(where: { $0.mayOverlap(command) }) { isApproximate = true }
        } else {
            isApproximate = isApproximate || !denied.isEmpty
        }
        allowed.append(command)
    }

    private mutating func deny(_ command: SudoersCommand, _ compares: Bool) {
        if command.isEverything {
            allowed.removeAll()
            denied.removeAll()
        } else if compares {
            allowed.removeAll { command.covers($0) }
        }
        denied.append(command)
    }

    /// Whether any command is allowed and none that runs something denied.
    var isEverything: Bool { denied.allSatisfy(\.runsNothing) && allowed.contains { $0.isEverything } }
}

extension SudoersCommand {
    /// `ALL` for programs of any content.
    var isEverything: Bool { path == nil && digests.isEmpty }

    /// Whether it stands for looking at the rules, so that to deny it takes no program away.
    var runsNothing: Bool { path?.elementsEqual("list".utf8) == true }

    private var isPattern: Bool {
        guard let path else { return false }
        return path.first == .init(ascii: "^") || Wildcard.isPattern(path)
    }

    private var isDirectory: Bool { path?.last == .init(ascii: "/") }

    private var directory: ArraySlice<UInt8>? {
        path.flatMap { path in path.lastIndex(of: .init(ascii: "/")).map { path[...$0] } }
    }

    /// Whether everything that `other` means is certainly meant by this, too.
    func covers(_ other: SudoersCommand) -> Bool {
        if self == other || isEverything { return true }
        guard digests.isEmpty, !isPattern, arguments == nil, let path, !other.isPattern else { return false }
        if other.path == path { return true }
        return isDirectory && !other.isDirectory && other.directory == path[...]
    }

    /// Whether one program may be meant by both.
    func mayOverlap(_ other: SudoersCommand) -> Bool {
        guard let path, let otherPath = other.path else { return true }
        if isPattern || other.isPattern || path == otherPath { return true }
        return isDirectory ? other.directory == path[...] : other.isDirectory && directory == otherPath[...]
    }
}
