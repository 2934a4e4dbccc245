import AccessModel
import C1Z
import Foundation
import Testing

/// Work of a program that writes a file.
struct FaultyJob: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The program and its arguments; `./` at the start of a word stands for the folder.
    private let words: [String]
    /// The file that is written, or how the names of such files begin.
    let file: String
    /// What is written beside it.
    var companions: [String] = []
    /// Whether what was done is kept when it fails, for the next run to go on from.
    var isResumable = false
    /// Whether a file of that name is changed, not made.
    var isChange = false

    private init(_ description: String, _ words: [String], writes file: String) {
        testDescription = description
        self.words = words
        self.file = file
    }

    func call(in folder: String) -> [String] {
        words.map { $0.hasPrefix("./") ? folder + $0.dropFirst() : $0 }
    }

    /// What a file holds, to be compared: its bytes, or when these are never the same twice, how much of everything.
    func content(of name: String, in place: Workplace) throws -> Data {
        guard name.hasSuffix(".c1z") else { return try #require(place.bytes(name)) }
        let reader = try C1ZFile.open(place.path(name))
        let run = try #require(try reader.latestFinishedSync(of: .full))
        var counts: [Int] = []
        for kind in RecordKind.allCases {
            var count = 0
            try reader.read(kind, of: run.id, where: .all) { _ in count += 1 }
            counts.append(count)
        }
        return Data("\(run.isFinished) \(counts)".utf8)
    }

    /// The files that the jobs begin with.
    static func makeTemplate() throws -> Workplace {
        let place = try Workplace()
        for name in ["a.c1z", "b.c1z"] {
            let run = try place.run([BuiltProgram.demo, "--file", place.path(name)] + scale, Fault(kind: .none))
            try #require(run.status == 0, "\(run.complaint)")
        }
        // Every file that is replaced begins as this one.
        try Data("old".utf8).write(to: URL(filePath: place.path("old")))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place.path("old"))
        return place
    }

    private static let scale = ["--scale", "3,2,4", "--log-level", "panic", "--log-format", "json"]

    private static func sync(_ description: String, into file: String, _ more: String...) -> FaultyJob {
        var job = FaultyJob(description, [BuiltProgram.demo, "--file", "./\(file)"] + scale + more, writes: file)
        job.isResumable = true
        return job
    }

    private static func baton(_ description: String, _ words: String..., writes file: String) -> FaultyJob {
        FaultyJob(description, [BuiltProgram.baton, "--file", "./a.c1z"] + words, writes: file)
    }

    static let all: [FaultyJob] = {
        var extending = sync("a sync into an old file", into: "a.c1z", "--c1z-temp-dir", "./tmp")
        extending.isChange = true
        var sanitizing = baton("sanitize", "sanitize", "--out", "./new.c1z", writes: "new.c1z")
        sanitizing.companions = ["new.c1z.secret"]
        var counting = baton("recalculate-stats", "recalculate-stats", writes: "a.c1z")
        counting.isChange = true
        var csv = baton("export csv", "export", "csv", "--out", "./old", writes: "old")
        csv.isChange = true
        return [
            sync("a sync into a new file", into: "new.c1z"), extending, sanitizing, counting, csv,
            baton("export xlsx", "export", "xlsx", "--out", "./new.xlsx", writes: "new.xlsx"),
            baton("export c1z", "export", "c1z", "--out", "./new.c1z", writes: "new.c1z"),
            baton("dump-db", "dump-db", "--out", "./new.db", writes: "new.db"),
            baton("compact", "compact", "./a.c1z", "./b.c1z", "--out", "./", writes: "compacted-"),
            baton(
                "rollback-expansion", "rollback-expansion", "--replay", "--out", "./new.c1z", writes: "new.c1z"),
        ]
    }()
}
