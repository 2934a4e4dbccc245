import AccessModel
import C1Z
import Foundation
import Testing
import WireForm

@Suite struct `baton compact` {
    private let folder: TemporaryFolder
    private let files: [String]

    init() throws {
        folder = try TemporaryFolder()
        files = ["a.c1z", "b.c1z"].map(folder.path)
        for (file, name) in zip(files, ["ada", "bob"]) {
            var content = MadeFile()
            content.resources = [MadeFile.team("x", "X"), MadeFile.person(name, name)]
            content.grants = [MadeFile.membership(of: name, in: "x")]
            try content.write(to: file)
        }
    }

    @Test func `writes one file of several and says what is in it`() throws {
        let run = try BatonRun.of(["compact"] + files + ["--out", folder.path("")])
        #expect(run.status == 0 && run.error.isEmpty)
        let name = try #require(try folder.names.first { $0.hasPrefix("compacted-") })
        let reader = try C1ZFile.open(folder.path(name))
        let sync = try #require(try reader.latestFinishedSync(of: .full))
        #expect(name == "compacted-\(sync.id).c1z")
        let inputs = try files.map { try #require(try C1ZFile.open($0).latestFinishedSync()).id }
        #expect(
            run.text == """
                 INFO  \(files[0]): full sync \(inputs[0])
                 INFO  \(files[1]): full sync \(inputs[1])
                 SUCCESS  Wrote \(folder.path(name)): full sync \(sync.id), 2 resource types, 3 resources, \
                0 entitlements, 2 grants

                """)
        #expect(try BatonRun.of(["-f", folder.path(name), "access", "-t", "user", "-r", "bob"]).text.contains("X"))
    }

    @Test func `tells a program as JSON`() throws {
        let run = try BatonRun.of(["compact", "-o", "json"] + files + ["--out=\(folder.path(""))"])
        let json = try JSONValue(parsing: run.output)
        let file = try #require(json["file"]?.string)
        #expect(try C1ZFile.open(file).latestFinishedSync()?.id == json["syncId"]?.string)
        #expect(json["grants"]?.string == "2" && json["syncType"]?.string == "full")
        #expect(json["inputs"]?.elements.map { $0["file"]?.string } == files)
    }

    @Test func `ends with one clear line, and no file`() throws {
        let cases: [(words: [String], line: String)] = [
            ([], "must provide two or more files to compact. Name the oldest first."),
            ([files[0]], "must provide two or more files to compact. Name the oldest first."),
            ([files[0], folder.path("no.c1z")], "\(folder.path("no.c1z")): open: there is no such file or folder"),
            (files + ["--out", folder.path("no")], "\(folder.path("no")): open the folder: there is no such"),
        ]
        for (words, line) in cases {
            let run = try BatonRun.of(["compact"] + words)
            #expect(run.status == 2 && run.text.isEmpty)
            #expect(run.error.hasPrefix("Error: \(line)"), "\(run.error)")
            #expect(run.error.split(separator: "\n").count == 1)
        }
        #expect(try folder.names == ["a.c1z", "b.c1z"])
    }

    @Test func `explains itself`() throws {
        let help = try BatonRun.of(["compact", "--help"]).text
        #expect(help.contains("Examples:\n  baton compact full.c1z monday.c1z tuesday.c1z --out ./merged\n"))
        #expect(help.contains("--out string"))
    }
}
