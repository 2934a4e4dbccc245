import Yams

/// Secrets in the variables that the runner itself was started with.
///
/// What stands behind a secret's name is how its variables begin: with `ORG1_` the field `BATON_TOKEN` is `ORG1_BATON_TOKEN`.
struct EnvironmentSecrets: SecretBackend {
    let environment: [String: String]

    func fields(of secret: String, _ definition: Node, _ problems: inout ProblemList) async -> SecretFields? {
        guard let prefix = problems.text(definition, "the secret \(secret)") else { return nil }
        var fields = SecretFields()
        for (name, value) in environment where name.hasPrefix(prefix) && name != prefix {
            fields.values[String(name.dropFirst(prefix.count))] = value
        }
        guard !fields.values.isEmpty else {
            // Not repeated: somebody may have written the secret itself.
            problems.add(
                "the secret \(secret): no environment variable begins with what stands here. Write ORG1_ for ORG1_BATON_TOKEN.",
                at: definition)
            return nil
        }
        return fields
    }
}
