import CommandLineKit
import Testing

@Suite struct `the sources of a value` {
    let sample = SampleProgram()

    @Test func `are the flag, then the variable, then what is outside, then the default`() async throws {
        var program = sample.program
        program.outsideValues = { _, _ in
            .init(["file": .string("outside"), "token": .string("outside"), "workers": .int(9)], remarks: ["note"])
        }
        let environment = ["SAMPLE_FILE": "variable", "SAMPLE_TOKEN": "variable"]
        let run = await RecordedRun.of(program, ["--file", "flag"], environment: environment)
        #expect(run.status == 0)
        let call = try #require(sample.probe.last)
        #expect(call.flags.string("file") == "flag")
        #expect(call.flags.string("token") == "variable")
        #expect(call.flags.int("workers") == 9)
        #expect(call.flags.strings("types") == ["a", "b"])
        #expect(call.remarks == ["note"])
    }

    @Test func `treat an empty variable as unset`() async throws {
        #expect(try await sample.call(environment: ["SAMPLE_FILE": ""]).flags.string("file") == "sync.c1z")
    }

    @Test func `read variables of every kind`() async throws {
        let flags = try await sample.call(environment: [
            "SAMPLE_PARALLEL": "1", "SAMPLE_WORKERS": "4", "SAMPLE_TYPES": "x,\"y,z\"", "SAMPLE_LABELS": "a=1",
        ]).flags
        #expect(flags.bool("parallel"))
        #expect(flags.int("workers") == 4)
        #expect(flags.strings("types") == ["x", "y,z"])
        #expect(flags.map("labels") == ["a": "1"])
    }

    @Test func `name a variable that makes no sense, but not its value`() async {
        let complaint = await sample.complaint(environment: ["SAMPLE_WORKERS": "hunter2"])
        #expect(complaint.hasPrefix("2 Error: SAMPLE_WORKERS: not a whole number. Correct the variable or unset it.\n"))
        #expect(!complaint.contains("hunter2"))
    }

    @Test func `all satisfy a required flag`() async throws {
        var strict = SampleProgram()
        strict.tokenIsRequired = true
        #expect(await strict.complaint().hasPrefix("2 Error: required flag(s) \"token\" not set\n"))
        #expect(try await strict.call("--token=x").flags.string("token") == "x")
        #expect(try await strict.call(environment: ["SAMPLE_TOKEN": "y"]).flags.string("token") == "y")
    }
}

@Suite struct `rules between flags` {
    @Test func `ask for what belongs together`() async throws {
        var sample = SampleProgram()
        sample.rules = [.requiredTogether(["token", "file"])]
        let message = "if any flags in the group [token file] are set they must all be set; missing [file]"
        #expect(await sample.complaint("grants", "--token=x").hasPrefix("2 Error: \(message)\n"))
        _ = try await sample.call("--token=x", "--file=y")
        _ = try await sample.call()
    }

    @Test func `refuse what excludes each other`() async throws {
        var sample = SampleProgram()
        sample.rules = [.mutuallyExclusive(["token", "quiet", "file"])]
        let message =
            "if any flags in the group [token quiet file] are set none of the others can be; [file token] were all set"
        #expect(await sample.complaint("--token=x", "--file=y").hasPrefix("2 Error: \(message)\n"))
        _ = try await sample.call("-q")
    }

    @Test func `ask for at least one`() async throws {
        var sample = SampleProgram()
        sample.rules = [.atLeastOne(["token", "file"])]
        #expect(
            await sample.complaint().hasPrefix(
                "2 Error: at least one of the flags in the group [token file] is required\n"))
        _ = try await sample.call(environment: ["SAMPLE_TOKEN": "x"])
    }
}
