import Foundation
import Testing

@Suite struct `what only looks at a data folder` {
    @Test(arguments: [["doctor"], ["backup", "copy"], ["export", "people"]])
    func `makes none where there is none`(words: [String]) throws {
        let folder = try ProgramFolder()
        let nothing = folder.path + "/nothing"
        let run = try LanternProcess(words + ["--data-dir", nothing], in: folder).end()
        #expect(run.status == 2)
        #expect(run.error == "Error: \(nothing): holds no data of a server.\n")
        #expect(!FileManager.default.fileExists(atPath: nothing))
    }
}
