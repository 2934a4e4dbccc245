import Testing

@testable import ConnectorRunner

/// A runner's file that is wrong, and what is said about it; `FOLDER` stands for where it is.
struct BrokenFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let yaml: String
    let complaints: [String]

    init(_ name: String, _ yaml: String, _ complaints: String...) {
        testDescription = name
        self.yaml = yaml
        self.complaints = complaints
    }

    private static let start = "connectors:\n- name: a\n  path: ./app.sh\n"

    static let all = [
        BrokenFile("empty", "# nothing\n", "FILE: is empty. Begin with the example of baton-runner --help."),
        BrokenFile(
            "no YAML", "connectors: [\n",
            "FILE:2: is not valid YAML (column 1). Check the indentation, the colons and the quotes."),
        BrokenFile(
            "key twice", "log-level: info\nlog-level: info\n",
            "FILE:1: a key stands twice in the map that begins here. Remove one."),
        BrokenFile(
            "a list", "- a\n",
            "FILE:1: the file: has to be a map with the keys log-level, connectors, secrets. Write one key a line.",
            "FILE:1: `connectors` has to list at least one connector. Add one, as in the example of baton-runner --help."
        ),
        BrokenFile(
            "no connectors", "connectors: []\n",
            "FILE:1: `connectors` has to list at least one connector. Add one, as in the example of baton-runner --help."
        ),
        BrokenFile(
            "unknown keys", "loglevel: info\n\(start)  interval: 5m\n  config: {envs: {}, envFrom: {files: {}}}\n",
            "FILE:1: the file: there is no key \"loglevel\". It can have: log-level, connectors, secrets.",
            "FILE:5: connector 1: there is no key \"interval\". It can have: name, path, config.",
            "FILE:6: a: config: there is no key \"envs\". It can have: env, envFrom.",
            "FILE:6: a: envFrom: there is no key \"files\". It can have: secrets."),
        BrokenFile(
            "unknown level", "log-level: loud\n\(start)",
            "FILE:1: log-level: there is no level \"loud\". Use debug, info, warn, error or panic."),
        BrokenFile(
            "incomplete connectors",
            "connectors:\n- {}\n- path: ./app.sh\n- name: \"\"\n- name: [x]\n  path:\n- oops\n",
            "FILE:2: connector 1: `name` is missing. Add it.", "FILE:2: connector 1: `path` is missing. Add it.",
            "FILE:3: connector 2: `name` is missing. Add it.",
            "FILE:4: connector 3: `name` is empty or contains control characters. Correct it.",
            "FILE:4: connector 3: `path` is missing. Add it.",
            "FILE:5: connector 4: name: has to be one value, not a list or a map. Write it on one line.",
            "FILE:6: connector 4: path: has no value. Give it one, or write \"\" for an empty one.",
            "FILE:7: connector 5: has to be a map with the keys name, path, config. Write one key a line."),
        BrokenFile(
            "names and files twice",
            start
                + "- name: a\n  path: ./app.sh\n- {name: b, path: ./app.sh, config: {env: {BATON_FILE: ./x/../sync.c1z}}}\n",
            "FILE:4: connector 2: there is a connector a already. Rename one.",
            "FILE:4: a: writes the same file as a. Give each connector its own BATON_FILE under config.env.",
            "FILE:6: b: writes the same file as a. Give each connector its own BATON_FILE under config.env."),
        BrokenFile(
            "programs",
            """
            connectors:
            - {name: a, path: /nowhere/app}
            - {name: b, path: ./data}
            - {name: c, path: ./}
            - {name: d, path: no-such-program}
            - {name: e, path: "./app.sh --token hunter2"}
            - {name: f, path: "app.sh --token hunter2"}
            """,
            "FILE:2: a: /nowhere/app can't be found, No such file or directory. Correct `path` or install the connector.",
            "FILE:3: b: FOLDER/./data may not be run by this account. Run chmod +x on it, or check its owner.",
            "FILE:4: c: FOLDER/./ is no program but a folder or device. Add the program's name.",
            "FILE:5: d: there is no program no-such-program in the folders of PATH. Give its absolute path.",
            "FILE:6: e: `path` names no program. Write its path alone, and what it needs as variables under config.env.",
            "FILE:7: f: `path` names no program. Write its path alone, and what it needs as variables under config.env."
        ),
        BrokenFile(
            "variables",
            "\(start)  config:\n    env:\n      A B: x\n      C:\n      D: [1]\n      <<: {E: 1}\n      F: \"\\0\"\n",
            "FILE:6: a: env: this is no name of a variable. Use letters, digits and underscores, as in BATON_TOKEN.",
            "FILE:7: a: env: C: has no value. Give it one, or write \"\" for an empty one.",
            "FILE:8: a: env: D: has to be one value, not a list or a map. Write it on one line.",
            "FILE:9: a: env: this is no name of a variable. Use letters, digits and underscores, as in BATON_TOKEN.",
            "FILE:10: a: env: F: contains a zero byte, which no variable can hold. Remove it."),
        BrokenFile(
            "references",
            """
            \(start)  config:
                env: {D: x}
                envFrom:
                  secrets:
                    A: hunter2
                    B: hunter2:X
                    C: good:NO
                    D: good:YES
            secrets: {insecure: {secrets: {good: {YES: hunter2}}}}
            """,
            "FILE:8: a: envFrom: secrets: A: has to name a secret and one of its fields. Write it as secretname:FIELD.",
            "FILE:9: a: envFrom: secrets: B: names a secret that `secrets` doesn't define. Defined: good.",
            "FILE:10: a: envFrom: secrets: C: the secret good has no such field. Its fields: YES.",
            "FILE:11: a: envFrom: secrets: D stands in env too. Remove one of them."),
        BrokenFile(
            "secrets",
            """
            \(start)secrets:
              insecure:
                secrets:
                  a: hunter2
                  b: broken.yaml
                  c: nested.yaml
                  d: /dev/null
              environment:
                secrets:
                  a: A_
                  e: hunter2
              gopass: {}
            """,
            "FILE:7: the secret a: its file can't be found, No such file or directory. Correct the path or make the file.",
            "FILE:13: secrets: environment: secrets: there is a secret a already. Give one of them another name.",
            "FILE:14: the secret e: no environment variable begins with what stands here. Write ORG1_ for ORG1_BATON_TOKEN.",
            "FILE:15: secrets: there is no backend \"gopass\". Use one of: environment, insecure.",
            "FOLDER/broken.yaml:1: is not valid YAML (column 11). Check the indentation, the colons and the quotes.",
            "FOLDER/nested.yaml:2: the field TOKEN: has to be one value, not a list or a map. Write it on one line.",
            "/dev/null: is empty. Write one `FIELD: value` a line."),
        BrokenFile(
            "a file twice that a secret names",
            """
            connectors:
            - {name: a, path: ./app.sh, config: {envFrom: {secrets: {BATON_FILE: "s:F"}}}}
            - {name: b, path: ./app.sh, config: {envFrom: {secrets: {BATON_FILE: "s:F"}}}}
            secrets: {insecure: {secrets: {s: {F: "s3://key:hunter2@bucket/sync.c1z"}}}}
            """,
            "FILE:3: b: writes the same file as a. Give each connector its own BATON_FILE under config.env."),
        BrokenFile(
            "a backend without secrets", "\(start)secrets:\n  insecure: {}\n",
            "FILE:5: secrets: insecure: `secrets` is missing. Name the secrets there."),
        BrokenFile(
            "AWS",
            "\(start)  config: {envFrom: {secrets: {T: \"org1:T\"}}}\nsecrets:\n  awssecretmanager: {secrets: {org1: org1-aws.yaml}}\n",
            "FILE:6: secrets: AWS Secrets Manager (awssecretmanager) is not available in this version. "
                + "Use one of: environment, insecure."),
        BrokenFile(
            "Vault",
            "\(start)secrets:\n  vault: {url: \"https://v:8200\", mount: secret, kvapi: 2, secrets: {org1: c1/org1}}\n",
            "FILE:5: secrets: HashiCorp Vault (vault) is not available in this version. Use one of: environment, insecure."
        ),
    ]
}

@Suite struct `a file that is wrong` {
    @Test(arguments: BrokenFile.all) func `is refused with a line for each mistake`(broken: BrokenFile) async throws {
        let workshop = try Workshop()
        try workshop.script("app.sh", "touch \"$0.ran\"")
        try workshop.write("data", "")
        try workshop.write("broken.yaml", "T: hunter2: x\n")
        try workshop.write("nested.yaml", "GOOD: x\nTOKEN: {a: hunter2}\n")
        let file = try workshop.write("config.yaml", broken.yaml)
        let complaint = await #expect(throws: InvalidConfiguration.self) {
            try await ConfigurationReader.read(file, ["PATH": "/usr/bin:/bin"])
        }
        let expected = broken.complaints.map {
            $0.replacing("FILE", with: file, maxReplacements: 1).replacing("FOLDER", with: workshop.path)
        }
        #expect(complaint?.description.split(separator: "\n").map(String.init) == expected)
        #expect(complaint?.description.contains("hunter") == false)
    }
}
