import AccessModel
import Foundation
import Testing

@testable import C1Z

@Suite struct `a file too large for memory` {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        let made = try HandMadeDatabase(
            folder.file("made.db"),
            OldFile.schema + OldFile.run("one") + OldFile.row(Sample.membership("a"), in: "one") + """
                WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20)
                INSERT INTO v1_assets (external_id, content_type, data, sync_id, discovered_at)
                SELECT 'asset' || x, 'x/y', zeroblob(1000000), 'one', '' FROM n;
                """)
        file = try made.packed(in: folder)
    }

    private func spill(_ name: String) throws -> String {
        let path = folder.file(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        return path
    }

    private func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path)
    }

    @Test(arguments: ["spill", "é%41?#", "with space", "日本"])
    func `is read from the temporary folder and leaves nothing there`(name: String) throws {
        let spill = try spill(name)
        let reader = try C1ZFile.open(file, environment: ["TMPDIR": spill])
        #expect(try names(in: spill).isEmpty)
        let contents = try Contents(of: "one", in: reader)
        #expect(contents.assets.count == 20 && contents.count(.grant) == 1)
        #expect(try names(in: spill).isEmpty)
    }

    @Test func `leaves nothing when it is damaged`() throws {
        let spill = try spill("spill")
        let bytes = try content(of: file)
        let cut = try folder.file("cut.c1z", holding: bytes.dropLast(20))
        #expect(failure { _ = try C1ZFile.open(cut, environment: ["TMPDIR": spill]) }?.code == .truncated)
        #expect(try names(in: spill).isEmpty)
    }

    @Test func `leaves nothing when the process is killed`() async throws {
        let spill = try spill("spill")
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String, spill = spill as String] in
            let reader = try C1ZFile.open(file, environment: ["TMPDIR": spill])
            try reader.read(.grant, of: nil, where: .all) { _ in kill(getpid(), SIGKILL) }
        }
        #expect(try names(in: spill).isEmpty)
    }

    @Test func `leaves nothing when the process is killed while it decodes`() async throws {
        let spill = try spill("spill")
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String, spill = spill as String] in
            var size = 0
            let written = SpillFile(folder: spill, of: file)
            try Unpacking(file, environment: [:]).run { piece in
                if !written.isOpen { try written.open() }
                try written.write(piece)
                size += piece.count
                if size > 5_000_000 { kill(getpid(), SIGKILL) }
            }
        }
        #expect(try names(in: spill).isEmpty)
    }

    @Test func `says so when there is no temporary folder`() {
        let failure = failure { _ = try C1ZFile.open(file, environment: ["TMPDIR": folder.file("none")]) }
        #expect(failure?.code == .notFound)
        #expect(failure?.isClear == true)
    }

    @Test func `may be written`() throws {
        let writer = try C1ZFile.write(file, options: options())
        _ = try writer.startSync(.full, parent: "")
        try writer.putAsset("b", contentType: "", data: [1, 2, 3])
        try writer.endSync()
        #expect(try writer.save().decoded > 20_000_000)
        #expect(try C1ZFile.open(file).syncRuns().count == 2)
    }
}
