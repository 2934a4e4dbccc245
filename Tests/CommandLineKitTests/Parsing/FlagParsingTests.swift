import CommandLineKit
import Testing

@Suite struct `a command line` {
    let sample = SampleProgram()

    @Test(arguments: [
        ["--file", "x.c1z", "grants"], ["--file=x.c1z", "grants"], ["-f", "x.c1z", "grants"], ["-fx.c1z", "grants"],
        ["-f=x.c1z", "grants"], ["grants", "--file", "x.c1z"], ["grants", "-fx.c1z"], ["-pf", "x.c1z", "grants"],
        ["-pqfx.c1z", "grants"], ["grants", "--file", "y", "--file", "x.c1z"],
    ])
    func `takes persistent flags in every spelling before and after the command`(words: [String]) async throws {
        let run = await RecordedRun.of(sample.program, words)
        #expect(run.status == 0, "\(run.error)")
        let call = try #require(sample.probe.last)
        #expect(call.command == ["sample", "grants"])
        #expect(call.flags.string("file") == "x.c1z")
        #expect(call.flags.isGiven("file"))
        #expect(call.arguments == [])
    }

    @Test func `takes a value that begins with a combining mark`() async throws {
        let run = await RecordedRun.of(sample.program, ["grants", "--file=\u{301}a"])
        #expect(run.status == 0, "\(run.error)")
        #expect(Array(try #require(sample.probe.last).flags.string("file").utf8) == Array("\u{301}a".utf8))
    }

    @Test func `leaves defaults and zero values where nothing is given`() async throws {
        let flags = try await sample.call("grants").flags
        #expect(flags.string("file") == "sync.c1z")
        #expect(!flags.isGiven("file"))
        #expect(flags.strings("types") == ["a", "b"])
        #expect(flags.map("labels") == [:])
        #expect(flags.int("workers") == 0)
        #expect(!flags.bool("parallel"))
    }

    @Test(arguments: [
        (["-p"], true), (["--parallel"], true), (["--parallel=false"], false), (["--parallel=T"], true),
        (["-p=0"], false), (["-p", "--parallel=FALSE"], false),
    ])
    func `reads Booleans`(words: [String], expected: Bool) async throws {
        _ = await RecordedRun.of(sample.program, words)
        let call = try #require(sample.probe.last)
        #expect(call.flags.bool("parallel") == expected)
        #expect(call.flags.isGiven("parallel"))
    }

    @Test func `never takes the word after a Boolean as its value`() async throws {
        let call = try await sample.call("grants", "--parallel", "false")
        #expect(call.flags.bool("parallel"))
        #expect(call.arguments == ["false"])
    }

    @Test(arguments: [
        ("12", 12), ("-1", -1), ("+7", 7), ("0x10", 16), ("017", 15), ("0o17", 15), ("0b11", 3), ("0", 0),
        ("1_000", 1000),
    ])
    func `reads numbers as Go does`(text: String, expected: Int) async throws {
        #expect(try await sample.call("grants", "--workers", text).flags.int("workers") == expected)
    }

    @Test(arguments: ["", "x", "1.5", "--", "9223372036854775808", "0x", "08", "+-1", "1 "])
    func `refuses what is not a whole number`(text: String) async {
        let complaint = await sample.complaint("grants", "-w\(text)=", "--workers=\(text)")
        #expect(complaint.hasPrefix("2 Error: invalid argument"))
    }

    @Test(arguments: [
        (["--types", "x,y"], ["x", "y"]), (["--types", "x", "--types=y,z"], ["x", "y", "z"]),
        (["--types", "\"a,b\",c"], ["a,b", "c"]), (["--types", "\"say \"\"hi\"\"\""], ["say \"hi\""]),
        (["--types="], []), (["--types", "x,,y"], ["x", "", "y"]), (["--types", "é,ü"], ["é", "ü"]),
    ])
    func `reads lists as CSV and replaces the default`(words: [String], expected: [String]) async throws {
        _ = await RecordedRun.of(sample.program, words)
        #expect(sample.probe.last?.flags.strings("types") == expected)
    }

    @Test(arguments: ["a\"b", "\"open", "\"a\"b"])
    func `refuses broken quotes in lists`(text: String) async {
        #expect(await sample.complaint("--types", text).contains("for \"--types\" flag"))
    }

    @Test func `reads maps`() async throws {
        let flags = try await sample.call("--labels", "a=1,b=2", "--labels", "b=3", "--labels=c=x,y").flags
        #expect(flags.map("labels") == ["a": "1", "b": "3", "c": "x,y"])
        #expect(await sample.complaint("--labels", "a").contains("not of the form key=value"))
    }

    @Test func `ends flags at two dashes`() async throws {
        let call = try await sample.call("grants", "--", "--parallel", "-x")
        #expect(call.arguments == ["--parallel", "-x"])
        #expect(!call.flags.bool("parallel"))
    }

    @Test func `takes no command after two dashes`() async throws {
        let call = try await sample.call("--", "grants")
        #expect(call.command == ["sample"])
        #expect(call.arguments == ["grants"])
    }

    @Test func `takes a value that is named like a command as a value`() async throws {
        let call = try await sample.call("-f", "grants")
        #expect(call.command == ["sample"])
        #expect(call.flags.string("file") == "grants")
    }

    @Test func `ignores what a leaf command can't use`() async throws {
        #expect(try await sample.call("grants", "one", "-", "two").arguments == ["one", "-", "two"])
    }

    @Test(arguments: [
        (["foo"], "unknown command \"foo\" for \"sample\""), (["--nope"], "unknown flag: --nope"),
        (["grants", "--nope=1"], "unknown flag: --nope"), (["-pz1"], "unknown shorthand flag: 'z' in -z1"),
        (["--file"], "flag needs an argument: --file"), (["-f"], "flag needs an argument: 'f' in -f"),
        (["--=x"], "bad flag syntax: --=x"), (["---x"], "bad flag syntax: ---x"),
        (["--limit", "1"], "unknown flag: --limit"),
        (["--parallel=maybe"], "invalid argument \"maybe\" for \"--parallel\""),
        (["-wx"], "invalid argument \"x\" for \"-w, --workers\" flag"),
    ])
    func `says what is wrong in the words people know`(words: [String], message: String) async {
        let run = await RecordedRun.of(sample.program, words)
        #expect(run.status == 2)
        #expect(run.error.hasPrefix("Error: \(message)"), "\(run.error)")
        #expect(run.error.contains("sample"))
        #expect(run.output.isEmpty)
    }

    @Test func `points to the help of the command and guesses what was meant`() async {
        #expect(
            await sample.complaint("grants", "--fil", "x")
                == "2 Error: unknown flag: --fil\nDid you mean '--file'? Run 'sample grants --help' for usage.\n")
        #expect(
            await sample.complaint("grnats")
                == "2 Error: unknown command \"grnats\" for \"sample\"\nDid you mean 'grants'? Run 'sample --help' for usage.\n"
        )
        #expect(
            await sample.complaint("foo")
                == "2 Error: unknown command \"foo\" for \"sample\"\nRun 'sample --help' for usage.\n")
    }
}
