import Foundation
import Yams

/// Reads and checks a runner's file.
///
/// Everything is looked at before anything is started, and all that is wrong is told at once.
struct ConfigurationReader {
    private let environment: [String: String]
    private let folder: BaseFolder
    private let root: Node?
    private let isOpenToOthers: Bool
    private var problems: ProblemList
    private var configuration = RunnerConfiguration()
    /// The fields of secrets by their names; nil for those that could not be read, which was told already.
    private var secrets: [String: SecretFields?] = [:]
    /// Who writes which file.
    private var writers: [String: String] = [:]

    /// Reads the file at `path` on a machine with these environment variables.
    static func read(_ path: String, _ environment: [String: String]) async throws -> RunnerConfiguration {
        do {
            var reader = ConfigurationReader(try YAMLFile(path), environment)
            try await reader.read()
            return reader.configuration
        } catch let problem as ConfigurationProblem {
            throw InvalidConfiguration(problems: [problem])
        }
    }

    private init(_ file: YAMLFile, _ environment: [String: String]) {
        self.environment = environment
        folder = BaseFolder(of: file.path)
        root = file.root
        isOpenToOthers = file.isOpenToOthers
        problems = ProblemList(of: file.path)
    }

    private mutating func read() async throws {
        guard let root else {
            throw ConfigurationProblem(
                file: problems.file, line: nil, text: "is empty. Begin with the example of baton-runner --help.")
        }
        let entries = problems.entries(of: root, "the file", known: ["log-level", "connectors", "secrets"])
        readLevel(entries["log-level"])
        if let node = entries["secrets"], node.null == nil { await readSecrets(node) }
        readConnectors(entries["connectors"], in: root)
        guard problems.problems.isEmpty else { throw InvalidConfiguration(problems: problems.inOrder) }
    }

    private mutating func readLevel(_ node: Node?) {
        guard let node, let word = problems.text(node, "log-level") else { return }
        configuration.level = RunnerLog.Level(word)
        guard configuration.level == nil else { return }
        problems.add("log-level: there is no level \"\(word)\". Use \(RunnerLog.Level.words).", at: node)
    }

    // MARK: Secrets

    private mutating func readSecrets(_ node: Node) async {
        for (word, key, value) in problems.pairs(of: node, "secrets") {
            if let backend = SecretBackends.backend(word, in: folder, environment) {
                let place = "secrets: \(word)"
                guard let named = problems.entries(of: value, place, known: ["secrets"])["secrets"] else {
                    problems.add("\(place): `secrets` is missing. Name the secrets there.", at: key)
                    continue
                }
                await readSecrets(named, of: backend, "\(place): secrets")
            } else if let name = SecretBackends.absent[word] {
                problems.add(
                    "secrets: \(name) (\(word)) is not available in this version. Use one of: \(Self.backends).",
                    at: key)
                forgiveReferences(to: value)
            } else {
                problems.add("secrets: there is no backend \"\(word)\". Use one of: \(Self.backends).", at: key)
                forgiveReferences(to: value)
            }
        }
    }

    private mutating func readSecrets(_ node: Node, of backend: any SecretBackend, _ place: String) async {
        for (name, key, definition) in problems.pairs(of: node, place) {
            guard secrets[name] == nil else {
                problems.add("\(place): there is a secret \(name) already. Give one of them another name.", at: key)
                continue
            }
            let fields = await backend.fields(of: name, definition, &problems)
            secrets.updateValue(fields, forKey: name)
            configuration.warnings += fields?.warnings ?? []
            if case .mapping = definition, isOpenToOthers {
                let file = problems.file
                configuration.warnings.append(
                    "\(file): holds the secret \(name), and others on this machine can read or change it. Run chmod 600 on it."
                )
            }
        }
    }

    /// That a backend is missing was told; that its secrets are missing too would only hide it.
    private mutating func forgiveReferences(to backend: Node) {
        for key in backend.mapping?["secrets"]?.mapping?.keys.compactMap(\.scalar?.string) ?? [] {
            secrets.updateValue(nil, forKey: key)
        }
    }

    private static var backends: String { SecretBackends.available.joined(separator: ", ") }

    // MARK: Connectors

    private mutating func readConnectors(_ node: Node?, in root: Node) {
        guard let node, case .sequence(let items) = node, !items.isEmpty else {
            problems.add(
                "`connectors` has to list at least one connector. Add one, as in the example of baton-runner --help.",
                at: node ?? root)
            return
        }
        // Names that only look the same are the same here: they are for people who read the log.
        var names: Set<String> = []
        for (index, item) in items.enumerated() {
            let place = "connector \(index + 1)"
            let entries = problems.entries(of: item, place, known: ["name", "path", "config"])
            guard case .mapping = item else { continue }
            let name = problems.word(entries["name"], "name", of: place, at: item)
            if let name, !names.insert(name).inserted {
                problems.add("\(place): there is a connector \(name) already. Rename one.", at: entries["name"])
            }
            let program = readProgram(entries["path"], name ?? place, of: item)
            let variables = readVariables(entries["config"], name ?? place)
            guard let name, let program else { continue }
            let plan = ConnectorPlan(name: name, program: program, variables: variables)
            checkFile(of: plan, at: item)
            configuration.connectors.append(plan)
        }
    }

    private mutating func readProgram(_ node: Node?, _ place: String, of item: Node) -> String? {
        guard let name = problems.word(node, "path", of: place, at: item) else { return nil }
        let search = ProgramSearch(folder: folder, searchPath: environment["PATH", default: "/usr/bin:/bin"])
        do {
            return try search.find(name)
        } catch {
            problems.add("\(place): \(error.text)", at: node)
            return nil
        }
    }

    private mutating func readVariables(_ node: Node?, _ place: String) -> [String: String] {
        guard let node, node.null == nil else { return [:] }
        let entries = problems.entries(of: node, "\(place): config", known: ["env", "envFrom"])
        var variables: [String: String] = [:]
        if let plain = entries["env"] {
            let place = "\(place): env"
            for (name, key, value) in problems.pairs(of: plain, place) where isVariable(name, key, place) {
                variables[name] = problems.text(value, "\(place): \(name)")
            }
        }
        guard let outside = entries["envFrom"], outside.null == nil else { return variables }
        let references = problems.entries(of: outside, "\(place): envFrom", known: ["secrets"])
        guard let references = references["secrets"] else { return variables }
        let secretPlace = "\(place): envFrom: secrets"
        for (name, key, value) in problems.pairs(of: references, secretPlace) where isVariable(name, key, secretPlace) {
            if variables[name] != nil {
                problems.add("\(secretPlace): \(name) stands in env too. Remove one of them.", at: key)
            }
            variables[name] = resolve(value, "\(secretPlace): \(name)")
        }
        return variables
    }

    private mutating func isVariable(_ name: String, _ key: Node, _ place: String) -> Bool {
        let isName = name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        if !isName {
            problems.add(
                "\(place): this is no name of a variable. Use letters, digits and underscores, as in BATON_TOKEN.",
                at: key)
        }
        return isName
    }

    /// The value that `NAME:FIELD` stands for.
    private mutating func resolve(_ node: Node, _ place: String) -> String? {
        guard let reference = problems.text(node, place) else { return nil }
        let parts = reference.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            problems.add(
                "\(place): has to name a secret and one of its fields. Write it as secretname:FIELD.", at: node)
            return nil
        }
        guard let fields = secrets[String(parts[0])] else {
            let known = secrets.isEmpty ? "none is" : secrets.keys.sorted().joined(separator: ", ")
            problems.add("\(place): names a secret that `secrets` doesn't define. Defined: \(known).", at: node)
            return nil
        }
        guard let fields else { return nil }
        guard let value = fields.values[String(parts[1])] else {
            problems.add("\(place): the secret \(parts[0]) has no such field. \(Self.list(fields))", at: node)
            return nil
        }
        return value
    }

    private static func list(_ fields: SecretFields) -> String {
        let names = fields.values.keys.sorted()
        return "Its fields: " + names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : ".")
    }

    /// Two connectors must not write the same file: the last one would win.
    private mutating func checkFile(of plan: ConnectorPlan, at item: Node) {
        let given = plan.variables["BATON_FILE", default: ""]
        // A service hands its file to the platform and needs none of its own.
        guard !given.isEmpty || plan.mode == .once else { return }
        let file = given.isEmpty ? "sync.c1z" : given
        let path = file.contains("://") ? file : URL(filePath: file).standardizedFileURL.path
        if let other = writers.updateValue(plan.name, forKey: path) {
            problems.add(
                "\(plan.name): writes the same file as \(other). Give each connector its own BATON_FILE under config.env.",
                at: item)
        }
    }
}
