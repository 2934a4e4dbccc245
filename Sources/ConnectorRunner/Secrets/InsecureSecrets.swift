import Yams

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Secrets in plain text: each in a YAML file of its own, or written into the configuration itself.
struct InsecureSecrets: SecretBackend {
    /// What relative paths start from.
    let folder: BaseFolder

    func fields(of secret: String, _ definition: Node, _ problems: inout ProblemList) async -> SecretFields? {
        if case .mapping = definition {
            return SecretFields(values: Self.values(definition, "the secret \(secret)", &problems))
        }
        guard let name = problems.word(definition, "path", of: "the secret \(secret)", at: definition) else {
            return nil
        }
        let path = folder.path(of: name)
        // What names no file may be the secret itself, so it isn't repeated.
        guard access(path, F_OK) == 0 else {
            let reason = String(cString: strerror(errno))
            problems.add(
                "the secret \(secret): its file can't be found, \(reason). Correct the path or make the file.",
                at: definition)
            return nil
        }
        do {
            return try Self.read(path, &problems)
        } catch {
            problems.add(error)
            return nil
        }
    }

    private static func read(_ path: String, _ problems: inout ProblemList) throws(ConfigurationProblem) -> SecretFields
    {
        let file = try YAMLFile(path)
        guard let root = file.root else {
            throw ConfigurationProblem(file: path, line: nil, text: "is empty. Write one `FIELD: value` a line.")
        }
        var own = ProblemList(of: path)
        var fields = SecretFields(values: values(root, "a secret's file", &own))
        own.problems.forEach { problems.add($0) }
        if file.isOpenToOthers {
            fields.warnings.append("\(path): others on this machine can read or change it. Run chmod 600 on it.")
        }
        return fields
    }

    private static func values(_ node: Node, _ place: String, _ problems: inout ProblemList) -> [String: String] {
        var values: [String: String] = [:]
        for (name, _, value) in problems.pairs(of: node, place) {
            values[name] = problems.text(value, "the field \(name)")
        }
        return values
    }
}
