import CommandLineKit
import Foundation
import Testing

@testable import ConnectorRunner

@Suite(.timeLimit(.minutes(1))) struct `baton-runner` {
    private let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        try workshop.script("app.sh", "echo ran > \"$0.result\"")
    }

    private func run(
        _ arguments: String..., environment: [String: String] = [:]
    ) async -> (status: Int32, output: String, errors: String) {
        let (output, errors) = (Lines(), Lines())
        let environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        var runner = RunnerProgram(environment: environment)
        runner.streams = StandardStreams(output: output.write, error: errors.write)
        // Tests share a process; none may change what its signals do.
        runner.signals = { AsyncStream { _ in } }
        let status = await runner.program.run(arguments, environment: environment)
        return (status, output.text, errors.text)
    }

    @Test func `runs what the file asks for`() async throws {
        let file = try workshop.write("config.yaml", "connectors: [{name: a, path: ./app.sh}]")
        let result = await run("-c", file, "--log-format=console")
        #expect(result.status == 0 && result.output.isEmpty)
        #expect(result.errors.contains("a: started as process ") && result.errors.contains("a: ended with status 0"))
        #expect(workshop.text("app.sh.result") == "ran\n")
    }

    @Test func `only checks with --check`() async throws {
        try workshop.write("id.yaml", "ID: x", mode: 0o644)
        let file = try workshop.write(
            "config.yaml",
            """
            connectors:
            - {name: a, path: ./app.sh}
            - {name: b, path: ./app.sh, config: {envFrom: {secrets: {BATON_CLIENT_ID: "id:ID"}}}}
            secrets: {insecure: {secrets: {id: id.yaml}}}
            """)
        let result = await run("-c", file, "--check", "--log-format=json")
        #expect(result.status == 0)
        #expect(
            result.output == """
                \(file): is in order
                a: \(workshop.path)/./app.sh, syncs once
                b: \(workshop.path)/./app.sh, runs as a service

                """)
        #expect(
            result.errors.hasPrefix("{\"level\":\"warn\"") && result.errors.contains("id.yaml: others on this machine"))
        #expect(workshop.text("app.sh.result") == nil)
    }

    @Test func `starts nothing when anything is wrong`() async throws {
        let file = try workshop.write(
            "config.yaml", "connectors: [{name: a, path: ./app.sh}, {name: b, path: ./no}]\nx: 1\n")
        let result = await run("-c", file)
        #expect(result.status == 2 && result.output.isEmpty)
        #expect(result.errors.split(separator: "\n").count == 2)
        #expect(result.errors.hasPrefix("\(file):1: b: "))
        #expect(workshop.text("app.sh.result") == nil)
        let missing = await run("-c", workshop.file("none.yaml"))
        #expect(missing.status == 2 && missing.errors.contains("none.yaml: can't be read, No such file or directory."))
    }

    @Test func `says which connector failed and how`() async throws {
        try workshop.script("fail.sh", "exit 5")
        let file = try workshop.write("config.yaml", "connectors: [{name: a, path: ./fail.sh}]")
        let result = await run("-c", file)
        #expect(result.status == 1)
        #expect(result.errors.hasSuffix("1 of 1 connectors failed: a ended with status 5. See their lines above.\n"))
    }

    @Test func `takes the level from the flag, the variable or the file, in this order`() async throws {
        try workshop.script("level.sh", "echo \"level $BATON_LOG_LEVEL $BATON_LOG_FORMAT\"")
        let file = try workshop.write("config.yaml", "log-level: error\nconnectors: [{name: a, path: ./level.sh}]")
        let variable = ["BATON_LOG_LEVEL": "warn", "BATON_LOG_FORMAT": "console"]
        #expect(await run("-c", file, environment: variable).errors == "a            | level warn console\n")
        #expect(await run("-c", file, "--log-format=json").errors.contains("\"msg\":\"level error json\""))
        #expect(
            await run("-c", file, "--log-level=debug", environment: variable).errors.contains("level debug console"))
        #expect(await run("-c", file, "--log-level=loud").status == 2)
        #expect(
            await run("-c", file, "--log-format=xml").errors
                == "--log-format: there is no format \"xml\". Use json or console.\n")
    }

    @Test func `shows an example in its help that only lacks the programs and secrets`() async throws {
        let help = await run("--help").output
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
        let first = try #require(lines.firstIndex { $0.contains("# config.yaml") })
        let yaml = lines[first...].prefix { !$0.isEmpty }.joined(separator: "\n")
        let result = await run("-c", try workshop.write("config.yaml", yaml))
        #expect(result.status == 2)
        #expect(result.errors.split(separator: "\n").count == 3)
        #expect(result.errors.split(separator: "\n").allSatisfy { $0.contains("No such file or directory") })
        #expect(await run("--version").output == "baton-runner version dev\n")
        #expect(await run("completion", "bash").output.contains("baton-runner"))
    }
}

@Suite(.timeLimit(.minutes(2))) struct `the built baton-runner` {
    private let workshop: Workshop

    init() throws {
        workshop = try Workshop()
    }

    @Test func `syncs two directories into two files`() throws {
        try workshop.write(
            "model.json",
            """
            {"resourceTypes": [{"id": "user", "displayName": "User"}],
             "resources": [{"id": {"resourceType": "user", "resource": "ada"}, "displayName": "Ada"}],
             "entitlements": [], "grants": []}
            """)
        try workshop.write("scale.yaml", "SIZE: 20,3,40\n")
        let file = try workshop.write(
            "config.yaml",
            """
            connectors:
            - name: recorded
              path: \(BuiltPrograms.demo)
              config: {env: {BATON_FILE: recorded.c1z, BATON_MODEL: model.json}}
            - name: generated
              path: \(BuiltPrograms.demo)
              config: {env: {BATON_FILE: generated.c1z}, envFrom: {secrets: {BATON_SCALE: "size:SIZE"}}}
            secrets: {insecure: {secrets: {size: scale.yaml}}}
            """)
        let result = try BuiltPrograms.run(BuiltPrograms.runner, ["-c", file], in: workshop.path)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("{\"connector\":\"recorded\",\"level\":\"info\",\"ts\":"))
        #expect(result.errors.contains("{\"connector\":\"generated\",\"level\":\"info\",\"ts\":"))
        let recorded = try BuiltPrograms.run(
            BuiltPrograms.baton, ["-f", "recorded.c1z", "resources"], in: workshop.path)
        #expect(recorded.output.contains("Ada"))
        let generated = try BuiltPrograms.run(
            BuiltPrograms.baton, ["-f", "generated.c1z", "resources", "-t", "user", "-o", "json"], in: workshop.path)
        #expect(generated.output.split(separator: "\"resourceType\":\"user\"").count == 21)
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT])
    func `stops its connectors when it is told to`(signal: Int32) throws {
        try workshop.script(
            "app.sh",
            "trap 'echo saved > \"$0.result\"; exit 143' TERM; trap 'echo saved > \"$0.result\"; exit 130' INT; echo up; while :; do sleep 0.01; done"
        )
        let file = try workshop.write("config.yaml", "connectors: [{name: a, path: ./app.sh}]")
        let result = try BuiltPrograms.run(BuiltPrograms.runner, ["-c", file], in: workshop.path) { line, process in
            if line.contains("\"msg\":\"up\"") { kill(process, signal) }
        }
        #expect(result.status == (signal == SIGINT ? 130 : 143), "\(result.errors)")
        #expect(workshop.text("app.sh.result") == "saved\n")
        #expect(result.errors.hasSuffix("interrupted: a stopped before the end. Run it again to go on.\n"))
    }

    @Test func `stays deaf to a terminal that closes under nohup, and its connectors do too`() throws {
        try workshop.script(
            "app.sh", "echo up; while [ ! -e \"$0.go\" ]; do sleep 0.01; done; kill -HUP $$; sleep 0.2; exit 0")
        let file = try workshop.write("config.yaml", "connectors: [{name: a, path: ./app.sh}]")
        let call = ["-c", "trap '' HUP; exec \"$0\" -c \"$1\"", BuiltPrograms.runner, file]
        let result = try BuiltPrograms.run("/bin/sh", call, in: workshop.path) { [workshop] line, process in
            guard line.contains("\"msg\":\"up\"") else { return }
            kill(process, SIGHUP)
            #expect(throws: Never.self) { try workshop.write("app.sh.go", "") }
        }
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func `hands its connectors no signal that it handles itself`() throws {
        try workshop.script("app.sh", "kill -HUP $$; exit 0")
        let file = try workshop.write("config.yaml", "connectors: [{name: a, path: ./app.sh}]")
        let result = try BuiltPrograms.run(BuiltPrograms.runner, ["-c", file], in: workshop.path)
        #expect(result.status == 1 && result.errors.contains("a was ended by signal 1 "), "\(result.errors)")
    }

    @Test func `tells that Lantern's connectors have no service mode`() throws {
        let file = try workshop.write(
            "config.yaml",
            "connectors: [{name: a, path: \(BuiltPrograms.demo), config: {env: {BATON_CLIENT_ID: id, BATON_CLIENT_SECRET: x}}}]"
        )
        let result = try BuiltPrograms.run(BuiltPrograms.runner, ["-c", file], in: workshop.path)
        #expect(result.status == 1 && result.errors.contains("can't run as a service"))
        #expect(result.errors.contains("1 of 1 connectors failed: a ended with status 12."), "\(result.errors)")
    }
}
