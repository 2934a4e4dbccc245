import Testing

@testable import ConnectorRunner

@Suite struct `a runner's file` {
    private let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        try workshop.script("app.sh", "exit 0")
    }

    private func read(_ yaml: String, mode: Int = 0o600, _ environment: [String: String] = [:]) async throws
        -> RunnerConfiguration
    {
        let file = try workshop.write("config.yaml", yaml, mode: mode)
        return try await ConfigurationReader.read(file, ["PATH": "/usr/bin:/bin"].merging(environment) { $1 })
    }

    @Test func `of the ecosystem's documentation is read`() async throws {
        try workshop.write("org1.yaml", "BATON_TOKEN: token one\nBATON_CLIENT_ID: id-1\nBATON_CLIENT_SECRET: 007\n")
        try workshop.write("org2.yaml", "BATON_TOKEN: \"two\"\nBATON_CLIENT_ID: id-2\nBATON_CLIENT_SECRET: 1e3\n")
        let configuration = try await read(
            """
            log-level: debug

            connectors:
              - name: github-org1
                path: \(workshop.file("app.sh"))
                config:
                  envFrom:
                    secrets:
                      BATON_TOKEN: org1:BATON_TOKEN
                      BATON_CLIENT_ID: org1:BATON_CLIENT_ID
                      BATON_CLIENT_SECRET: org1:BATON_CLIENT_SECRET

              - name: github-org2
                path: \(workshop.file("app.sh"))
                config:
                  env:
                    BATON_ORGS: my-org
                    BATON_PROVISIONING: true
                  envFrom:
                    secrets:
                      BATON_TOKEN: org2:BATON_TOKEN
                      BATON_CLIENT_ID: org2:BATON_CLIENT_ID
                      BATON_CLIENT_SECRET: org2:BATON_CLIENT_SECRET

            secrets:
              insecure:
                secrets:
                  org1: org1.yaml
                  org2: org2.yaml
            """)
        #expect(configuration.level == .debug && configuration.warnings.isEmpty)
        #expect(configuration.connectors.map(\.name) == ["github-org1", "github-org2"])
        #expect(configuration.connectors.map(\.mode) == [.service, .service])
        #expect(
            configuration.connectors.map(\.variables) == [
                ["BATON_TOKEN": "token one", "BATON_CLIENT_ID": "id-1", "BATON_CLIENT_SECRET": "007"],
                [
                    "BATON_ORGS": "my-org", "BATON_PROVISIONING": "true", "BATON_TOKEN": "two",
                    "BATON_CLIENT_ID": "id-2",
                    "BATON_CLIENT_SECRET": "1e3",
                ],
            ])
    }

    @Test func `takes secrets from the environment and from itself`() async throws {
        let configuration = try await read(
            """
            connectors:
            - name: a
              path: sh
              config: {envFrom: {secrets: {TOKEN: "outer:TOKEN", KEY: "inner:KEY", URL: "any:PLACE"}}}
            secrets:
              environment: {secrets: {outer: ORG1_, any: ""}}
              insecure: {secrets: {inner: {KEY: "a:b"}}}
            """, ["ORG1_TOKEN": "from outside", "PLACE": ""])
        #expect(configuration.connectors.map(\.program) == ["/usr/bin/sh"])
        #expect(configuration.connectors.map(\.variables) == [["TOKEN": "from outside", "KEY": "a:b", "URL": ""]])
        #expect(configuration.connectors.map(\.mode) == [.once])
    }

    @Test func `warns of secrets that others can read`() async throws {
        let yaml = """
            connectors: [{name: a, path: ./app.sh}]
            secrets: {insecure: {secrets: {open: open.yaml, group: group.yaml, inline: {A: x}}}}
            """
        try workshop.write("open.yaml", "A: hunter2\n", mode: 0o644)
        try workshop.write("group.yaml", "A: hunter2\n", mode: 0o640)
        let warnings = try await read(yaml, mode: 0o644).warnings
        #expect(
            warnings == [
                "\(workshop.path)/open.yaml: others on this machine can read or change it. Run chmod 600 on it.",
                "\(workshop.path)/config.yaml: holds the secret inline, and others on this machine can read or change it. "
                    + "Run chmod 600 on it.",
            ])
        #expect(try await read(yaml, mode: 0o640).warnings.count == 1)
    }

    @Test func `may leave a service without a file of its own`() async throws {
        let configuration = try await read(
            """
            connectors:
            - {name: a, path: ./app.sh, config: {env: {BATON_CLIENT_ID: x}}}
            - {name: b, path: ./app.sh, config: {env: {BATON_CLIENT_ID: x}}}
            - {name: c, path: ./app.sh}
            """)
        #expect(configuration.connectors.map(\.mode) == [.service, .service, .once])
    }
}
