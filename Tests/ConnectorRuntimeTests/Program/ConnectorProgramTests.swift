import AccessModel
import BatonWire
import C1Z
import CommandLineKit
import ConnectorKit
import Foundation
import Logging
import SyncEngine
import Testing

@testable import ConnectorRuntime

/// Runs the sample connector's program with an engine that only writes down what it is asked.
struct SampleRun: Sendable {
    let folder: TemporaryFolder
    let jobs = Notes<SyncJob>()
    let connectors = Notes<SampleConfiguration>()
    let printed = Notes<String>()
    let output = Notes<String>()
    let errors = Notes<String>()
    var engine: SyncRunner = { _, _, _, _ in }
    var terminal = Terminal(showsOutput: false, showsErrors: false, width: { 80 })
    var interruption = Interruption()

    init() throws { folder = try TemporaryFolder() }

    func callAsFunction(_ arguments: String..., environment: [String: String] = [:]) async -> Int32 {
        await run(arguments, environment: environment)
    }

    func run(_ arguments: [String], environment: [String: String] = [:]) async -> Int32 {
        let program = ConnectorProgram<SampleConnector>(
            version: "1.2",
            sync: { [jobs, connectors, engine] job, client, observer, log in
                jobs.add(job)
                if let adapter = client as? ConnectorAdapter<SampleConnector> {
                    connectors.add(adapter.connector.configuration)
                }
                try await engine(job, client, observer, log)
            }, printResources: { [printed] in printed.add($0) })
        let workplace = Workplace(
            streams: StandardStreams(output: { [output] in output.add($0) }, error: { [errors] in errors.add($0) }),
            terminal: terminal, directory: folder.path, cores: 2, interruption: interruption)
        return await program.run(arguments, environment, in: workplace)
    }

    /// The last line on standard error.
    var complaint: String { errors.all.last ?? "" }
}

private let enough = ["BATON_URL": "https://x", "BATON_API_KEY": "hunter2"]

@Suite struct `the program of a connector` {
    @Test func `syncs when nothing else is asked`() async throws {
        let run = try SampleRun()
        #expect(
            await run("--url", "https://x", "--api-key=hunter2", "--page-size", "7", "--labels", "a=1", "-f", "out.c1z")
                == 0)
        let job = try #require(run.jobs.all.first)
        #expect(job.file == "out.c1z")
        #expect(job.workers == 1)
        #expect(job.storageEngine == "")
        let configuration = try #require(run.connectors.all.first)
        #expect(configuration.url == "https://x")
        #expect(configuration.key.reveal() == "hunter2")
        #expect(configuration.pageSize == 7)
        #expect(configuration.labels == ["a": "1"])
        #expect(configuration.domains == ["a", "b,c"])
        #expect(run.output.all == [])
    }

    @Test func `takes flag over environment over file over default`() async throws {
        let run = try SampleRun()
        try run.folder.write("url: file\ncode: file\npage-size: 9\nfile: file.c1z\nflavour: sour\n", to: ".baton.yaml")
        let environment = ["BATON_URL": "variable", "BATON_CODE": "variable", "BATON_API_KEY": "k"]
        #expect(await run("--url=flag", environment: environment) == 0)
        let configuration = try #require(run.connectors.all.first)
        #expect(configuration.url == "flag")
        #expect(configuration.code == "variable")
        #expect(configuration.pageSize == 9)
        #expect(run.jobs.all.first?.file == "file.c1z")
    }

    @Test func `tells the connector how long a call may take, and its name for the application`() async throws {
        let run = try SampleRun()
        #expect(
            await run("--http-timeout-seconds", "7", "--log-level", "info", "--log-format", "json", environment: enough)
                == 0)
        let made = try #require((run.output.all + run.errors.all).first { $0.contains("made") })
        #expect(made.contains("7.0 seconds"))
        #expect(made.contains("baton-sample/1.2 baton-sdk/v0.25.0"))
    }

    @Test func `warns of settings in the file that don't exist`() async throws {
        let run = try SampleRun()
        try run.folder.write("pagesize: 9\n", to: ".baton.yaml")
        #expect(await run(environment: enough) == 0)
        let warning = try #require(run.errors.all.first)
        #expect(warning.contains("\"level\":\"warn\"") && warning.contains("pagesize"))
    }

    @Test func `fails on a broken file, naming it`() async throws {
        let run = try SampleRun()
        try run.folder.write("url: [", to: ".baton.yaml")
        #expect(await run(environment: enough) == 2)
        #expect(run.complaint.contains("/.baton.yaml: is not valid YAML"))
        #expect(run.jobs.all.isEmpty)
    }

    @Test(arguments: [
        ([], "required flag(s) \"api-key\", \"url\" not set\n"),
        (["--url=x"], "required flag(s) \"api-key\" not set\n"),
        (["--nope"], "unknown flag: --nope\n"), (["foo"], "unknown command \"foo\" for \"baton-sample\"\n"),
        (["--url=", "--api-key=x"], "field url of type string is marked as required but it has a zero-value\n"),
        (
            ["--url=x", "--api-key=x", "--page-size=501"],
            "field page-size: value must be less than or equal to 500 but got 501\n"
        ),
        (["--url=x", "--api-key=x", "--code=x"], "set fields ('code') are dependent on ('flavour') being set\n"),
        (
            ["--url=x", "--api-key=x", "--code=x", "--deep"],
            "if any flags in the group [deep code] are set none of the others can be; [code deep] were all set\n"
        ),
        (
            ["--url=x", "--api-key=x", "--storage-engine=x"],
            "field storage-engine: value must be one of [ sqlite pebble] but got 'x'\n"
        ),
        (
            ["--url=x", "--api-key=x", "--sync-resources=group:g1"],
            "sync-resources: \"group:g1\" is no Baton id. Write bid:r:type/id or bid:r:parent type/parent id/type/id, "
                + "with a backslash before each \":\", \"/\" and \"\\\" inside a part.\n"
        ),
        (["--url=x", "--api-key=x", "--skip-grants"], "skip-grants can only be set within a targeted sync\n"),
        (
            ["--url=x", "--api-key=x", "--c1z-temp-dir=/no/such"],
            "the specified c1z temp dir does not exist: /no/such\n"
        ),
        (
            ["--url=x", "--api-key=x", "--external-resource-c1z=/no/such"],
            "the specified external resource c1z file does not exist: /no/such\n"
        ),
        (["--url=x", "--api-key=x", "--external-resource-traits=user,x"], "unknown external resource trait \"x\"\n"),
        (
            ["--url=x", "--api-key=x", "--http-timeout-seconds=1801"],
            "field http-timeout-seconds: value must be less than or equal to 1800 but got 1801\n"
        ),
        (
            ["--url=x", "--api-key=x", "--client-id=x"],
            "if any flags in the group [client-id client-secret] are set they must all be set; missing [client-secret]\n"
        ),
    ])
    func `refuses mistakes in the words people know`(arguments: [String], message: String) async throws {
        let run = try SampleRun()
        #expect(await run.run(arguments) == 2)
        #expect(run.complaint == message)
        #expect(run.jobs.all.isEmpty)
    }

    @Test(arguments: ["0", "101"])
    func `refuses a concurrency that would hang`(number: String) async throws {
        let run = try SampleRun()
        #expect(await run("--task-concurrency=\(number)", environment: enough) == 2)
        #expect(run.complaint.hasPrefix("field task-concurrency"))
    }

    @Test(arguments: [
        (["--client-id=a", "--client-secret=b"], "--client-id: service mode is not available in this version\n")
    ])
    func `never syncs in place of another operation`(arguments: [String], message: String) async throws {
        let run = try SampleRun()
        #expect(await run.run(arguments, environment: enough) == 12)
        #expect(run.complaint == message)
        #expect(run.jobs.all.isEmpty)
    }

    @Test(arguments: [
        (
            ["--grant-entitlement=e", "--grant-principal=p"],
            "grant-principal: say its resource type with --grant-principal-type\n"
        ),
        (["--grant-principal-type=e"], "grant-principal: say what to grant with --grant-entitlement\n"),
        (
            ["--create-account-email=e"],
            "create-account-email: say who with --create-account-login or --create-account-profile\n"
        ),
        (
            ["--create-account-profile=no"],
            "create-account-profile: must be a JSON object, such as '{\"key\": \"value\"}'\n"
        ),
        (["--event-feed=feed1"], "event-feed: takes true or false, not feed1. Name the feed with --event-feed-id.\n"),
        (["--event-feed-id=feed1"], "event-feed-id: say --event-feed true to print the feed's events\n"),
        (
            ["--event-feed=true", "--event-feed-start-at=yesterday"],
            "event-feed-start-at: yesterday is no RFC 3339 time, such as 2026-01-31T08:00:00Z\n"
        ),
        (
            ["--invoke-resource-action=a"],
            "invoke-resource-action: say --invoke-action NAME --invoke-action-resource-type TYPE\n"
        ),
        (
            ["--list-resource-actions=a"],
            "list-resource-actions: say --list-action-schemas --list-action-schemas-resource-type TYPE\n"
        ),
        (["--invoke-action-args={}"], "invoke-action-args: say which action with --invoke-action\n"),
        (["--delete-resource-type=t"], "delete-resource-type: say which one with --delete-resource\n"),
        (["--delete-resource=r"], "delete-resource: say its resource type with --delete-resource-type\n"),
        (["--rotate-credentials-type=t"], "rotate-credentials-type: say which one with --rotate-credentials\n"),
        (["--create-resource=r"], "create-resource: say its resource type with --create-resource-type\n"),
        (
            ["--invoke-action=a", "--create-resource=r", "--create-resource-type=t"],
            "--invoke-action and --create-resource: one at a time\n"
        ),
        (
            ["--invoke-action=a", "--diff-syncs", "--base-sync-id=a", "--applied-sync-id=b"],
            "--invoke-action and --diff-syncs: one at a time\n"
        ),
        (
            [
                "--get-ticket", "--ticket-id=1", "--compact-syncs", "--compact-sync-ids=a", "--compact-file-paths=b",
                "--compact-output-path=c",
            ],
            "--get-ticket and --compact-syncs: one at a time\n"
        ),
        (
            ["--invoke-resource-action-args={}"],
            "invoke-resource-action-args: say --invoke-action NAME --invoke-action-resource-type TYPE\n"
        ),
        (["--no-password"], "no-password: a sync brings nothing of the kind. Leave it out, or say which operation.\n"),
        (
            ["--show-credentials"],
            "show-credentials: a sync brings nothing of the kind. Leave it out, or say which operation.\n"
        ),
        (["--output=json"], "output: a sync brings nothing of the kind. Leave it out, or say which operation.\n"),
        (
            ["resources", "--delete-resource=r", "--delete-resource-type=t"],
            "delete-resource: not together with resources, which syncs\n"
        ),
        (
            ["resources", "--diff-syncs", "--base-sync-id=a", "--applied-sync-id=b"],
            "diff-syncs: not together with resources, which syncs\n"
        ),
        (["--output=yaml"], "field output: value must be one of [ console json] but got 'yaml'\n"),
    ])
    func `refuses half an operation instead of syncing`(arguments: [String], message: String) async throws {
        let run = try SampleRun()
        #expect(await run.run(arguments, environment: enough) == 2)
        #expect(run.complaint == message)
        #expect(run.jobs.all.isEmpty)
    }

    @Test(arguments: [
        (["--invoke-action=a"], 5, "action a: not there, this connector has no actions\n"),
        (["--event-feed=true"], 5, "event feed baton_feed_event: not there, this connector has no event feed\n"),
        (["--get-ticket", "--ticket-id=1"], 12, "this connector opens no tickets\n"),
        (["--create-account-login=a"], 12, "this connector can't create accounts\n"),
        (
            ["--delete-resource=u1", "--delete-resource-type=user"], 12,
            "resource type user does not have resource deleter configured\n"
        ),
        (
            ["--delete-resource=u1", "--delete-resource-type=nope"], 5,
            "resource type nope: this connector has no such type\n"
        ),
    ])
    func `says what the connector can't do`(arguments: [String], status: Int32, message: String) async throws {
        let run = try SampleRun()
        #expect(await run.run(arguments, environment: enough) == status)
        #expect(run.complaint == message)
        #expect(run.jobs.all.isEmpty)
    }

    @Test func `compares syncs of a file without asking the connector`() async throws {
        let run = try SampleRun()
        let file = "\(run.folder.path)/sync.c1z"
        let writer = try C1ZFile.write(file)
        let full = try writer.startSync(.full, parent: "")
        try writer.endSync()
        _ = try writer.save()
        let compare = ["--file=\(file)", "--diff-syncs", "--base-sync-id=\(full.id)"]
        #expect(await run.run(compare + ["--applied-sync-id=\(full.id)"], environment: enough) == 0)
        #expect(run.errors.all.contains { $0.contains("generated diff of syncs") })
        #expect(try C1ZFile.open(file).syncRuns().map(\.type) == [.full, .partial])
        #expect(await run.run(compare + ["--applied-sync-id=nope"], environment: enough) == 5)
        #expect(await run.run(compare, environment: enough) == 2)
        #expect(run.jobs.all.isEmpty)
    }

    @Test func `makes one file of several without asking the connector`() async throws {
        let run = try SampleRun()
        let file = "\(run.folder.path)/sync.c1z"
        let writer = try C1ZFile.write(file)
        let full = try writer.startSync(.full, parent: "")
        try writer.endSync()
        _ = try writer.save()
        let compact = ["--compact-syncs", "--compact-output-path=\(run.folder.path)"]
        let files = "--compact-file-paths=\(file),\(file)"
        #expect(
            await run.run(compact + [files, "--compact-sync-ids=\(full.id),other"], environment: enough) == 0)
        let line = try #require(run.errors.all.first { $0.contains("compacted file") })
        #expect(run.errors.all.contains { $0.contains("the latest snapshot of a file is taken") })
        let names = try FileManager.default.contentsOfDirectory(atPath: run.folder.path).sorted()
        #expect(names.count == 2 && names[0].hasPrefix("compacted-") && line.contains("/\(names[0])\""))
        let sync = try #require(try C1ZFile.open("\(run.folder.path)/\(names[0])").latestFinishedSync(of: .full))
        #expect(line.contains("\"sync_id\":\"\(sync.id)\"") && names[0] == "compacted-\(sync.id).c1z")
        #expect(await run.run(compact + [files, "--compact-sync-ids=\(full.id)"], environment: enough) == 2)
        #expect(run.errors.all.contains { $0.contains("sync-compactor: must include exactly one syncID per file") })
        let one = ["--compact-file-paths=\(file)", "--compact-sync-ids=\(full.id)"]
        #expect(await run.run(compact + one, environment: enough) == 2)
        #expect(run.errors.all.contains { $0.contains("must provide two or more files to compact") })
        #expect(await run.run(compact + [files], environment: enough) == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: run.folder.path).count == 2)
        #expect(run.jobs.all.isEmpty)
    }

    @Test func `accepts flags that change nothing`() async throws {
        let run = try SampleRun()
        #expect(
            await run(
                "--keep-previous-sync-c1z", "--skip-full-sync", "--list-ticket-schemas=false",
                "--log-level-debug-expires-at=2026-01-01T00:00:00Z",
                "--auth-method=x", "--otel-tracing-disabled", "--session-store-maximum-size=1", environment: enough)
                == 0)
        #expect(run.jobs.all.count == 1)
    }

    @Test(arguments: [
        (["--workers=-1"], 2), (["--parallel-sync"], 2), (["--workers=8"], 8), (["--workers=0"], 1),
        (["--workers=-7"], 1),
    ])
    func `decides how many calls run at once`(arguments: [String], workers: Int) async throws {
        let run = try SampleRun()
        #expect(await run.run(arguments, environment: enough) == 0)
        #expect(run.jobs.all.first?.workers == workers)
    }

    @Test func `hands everything about the sync on`() async throws {
        let run = try SampleRun()
        try run.folder.write("", to: "other.c1z")
        let status = await run(
            "--sync-resources=bid:r:group/g1", "--skip-grants", "--sync-resource-types=group,user",
            "--skip-entitlements-and-grants", "--storage-engine=pebble",
            "--external-resource-c1z=\(run.folder.path)/other.c1z", "--external-resource-traits=user,TRAIT_Group",
            "--external-resource-entitlement-id-filter=e",
            environment: enough.merging(["BATON_TMPDIR": run.folder.path]) { $1 })
        #expect(status == 0)
        let job = try #require(run.jobs.all.first)
        #expect(job.targets == [SyncTarget(ResourceID("group", "g1"))])
        #expect(job.skipGrants && job.skipEntitlementsAndGrants)
        #expect(job.resourceTypes == ["group", "user"])
        #expect(job.storageEngine == "pebble")
        #expect(job.externalResourceFile == "\(run.folder.path)/other.c1z")
        #expect(job.externalTraits == [.user, .group])
        #expect(job.externalEntitlementFilter == "e")
        #expect(job.temporaryDirectory == run.folder.path)
    }

    @Test func `lists resources after the sync`() async throws {
        let run = try SampleRun()
        #expect(await run("resources", "-f", "x.c1z", environment: enough) == 0)
        #expect(run.jobs.all.count == 1)
        #expect(run.printed.all == ["x.c1z"])
    }

    @Test func `prints its manifests to the byte, the schema without any configuration`() async throws {
        let run = try SampleRun()
        #expect(await run("config", "whatever", environment: ["BATON_PAGE_SIZE": "x"]) == 0)
        #expect(run.output.all.joined().hasPrefix("{\n  \"fields\": ["))
        #expect(run.output.all.joined().hasSuffix("}"))
        let second = try SampleRun()
        #expect(await second("capabilities") == 2)
        #expect(await second("capabilities", environment: enough) == 0)
        #expect(second.output.all.joined().hasPrefix("{\n  \"@type\""))
        #expect(second.output.all.joined().hasSuffix("}"))
        #expect(second.jobs.all.isEmpty)
    }

    @Test func `shows help with its example and its settings first`() async throws {
        let run = try SampleRun()
        #expect(await run("--help") == 0)
        let help = run.output.all.joined()
        #expect(help.hasPrefix("Collects who may do what in Sample.\n\nUsage:\n  baton-sample [flags]\n"))
        #expect(help.contains("Examples:\n  baton-sample --url https://sample.example.com\n"))
        #expect(help.contains("Sample settings:\n      --api-key string "))
        #expect(help.contains("required: Where it is ($BATON_URL)\n"))
        #expect(help.contains("The path to the c1z file to sync with ($BATON_FILE) (default \"sync.c1z\")\n"))
        #expect(help.contains("(default \"json\")"))
        #expect(!help.contains("grant-entitlement"))
        #expect(!help.contains("c1z-temp-dir"))
        let version = try SampleRun()
        #expect(await version("-v") == 0)
        #expect(version.output.all == ["baton-sample version 1.2\n"])
    }
}
