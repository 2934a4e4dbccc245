extension ParsedFlags {
    /// Takes from the environment what the command line left open; an empty variable counts as unset.
    mutating func takeVariables(_ environment: [String: String], for flags: [Flag]) throws {
        for flag in flags where !isGiven(flag.name) {
            guard let variable = flag.variable, let text = environment[variable], !text.isEmpty else { continue }
            do throws(FlagSyntaxProblem) {
                give(try FlagValue(parsing: text, as: flag.kind), to: flag.name)
            } catch {
                // The value stays out of the message: it may be a secret in the wrong place.
                throw UsageError("\(variable): \(error.reason). Correct the variable or unset it.")
            }
        }
    }

    /// Takes from elsewhere what is still open.
    mutating func take(_ outside: [String: FlagValue], for flags: [Flag]) {
        for flag in flags where !isGiven(flag.name) {
            if let value = outside[flag.name] { give(value, to: flag.name) }
        }
    }

    /// Complains about flags that are required and not given.
    func checkRequired(_ flags: [Flag]) throws {
        let missing = flags.filter { $0.isRequired && !isGiven($0.name) }.map(\.name).sorted()
        guard missing.isEmpty else {
            throw UsageError("required flag(s) \(missing.map { "\"\($0)\"" }.joined(separator: ", ")) not set")
        }
    }

    /// Complains about the first rule that is broken, in cobra's order.
    func check(_ rules: [FlagRule]) throws {
        let broken = rules.compactMap { rule in rule.violation(given: isGiven).map { (rule.order, $0) } }
        if let first = broken.min(by: { $0.0 < $1.0 }) { throw UsageError(first.1) }
    }
}

extension FlagRule {
    fileprivate var order: (Int, String) {
        (kind.rawValue, names.joined(separator: " "))
    }

    fileprivate func violation(given: (String) -> Bool) -> String? {
        switch kind {
        case .requiredTogether:
            let missing = names.filter { !given($0) }.sorted()
            guard !missing.isEmpty, missing.count < names.count else { return nil }
            return "if any flags in the group \(list(names)) are set they must all be set; missing \(list(missing))"
        case .atLeastOne:
            return names.contains(where: given)
                ? nil : "at least one of the flags in the group \(list(names)) is required"
        case .mutuallyExclusive:
            let set = names.filter(given).sorted()
            guard set.count > 1 else { return nil }
            return
                "if any flags in the group \(list(names)) are set none of the others can be; \(list(set)) were all set"
        }
    }

    private func list(_ names: [String]) -> String {
        "[\(names.joined(separator: " "))]"
    }
}
