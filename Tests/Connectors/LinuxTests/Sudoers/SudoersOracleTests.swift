import Testing

@testable import LinuxConnector

@Suite(.enabled(if: SudoTools.hasCvtsudoers, "cvtsudoers of the package sudo is missing"))
struct `the sudoers reader beside cvtsudoers` {
    @Test(arguments: SudoersCorpus.sound)
    func `reads the same from a sound text`(text: String) throws {
        let answer = try SudoTools.json(Array(text.utf8))
        try #require(answer.status == 0, "\(answer.errors)")
        let read = source(text)
        #expect(read.problems.isEmpty)
        let ours = SudoersJSON(source: read).text
        #expect(ours == answer.output, "\(String(decoding: ours, as: UTF8.self))")
    }

    @Test(arguments: SudoersCorpus.broken)
    func `finds the first fault in the same line`(text: String) throws {
        let answer = try SudoTools.json(Array(text.utf8))
        try #require(answer.status != 0)
        let first = try #require(source(text).problems.first)
        #expect(answer.errors.hasPrefix("stdin:\(first.line):"), "\(first) \(answer.errors)")
    }

    @Test(arguments: 0..<8)
    func `reads the same from generated texts`(block: Int) throws {
        for seed in 0..<50 {
            let text = SudoersGenerator.text(seed: UInt64(block * 1_000 + seed))
            let answer = try SudoTools.json(text)
            try #require(answer.status == 0, "\(answer.errors)\n\(String(decoding: text, as: UTF8.self))")
            let ours = SudoersJSON(source: source(text)).text
            #expect(
                ours == answer.output,
                """
                \(String(decoding: text, as: UTF8.self))
                \(String(decoding: ours, as: UTF8.self))
                \(String(decoding: answer.output, as: UTF8.self))
                """)
        }
    }

    @Test(arguments: 0..<8)
    func `accepts and refuses the same mutations`(block: Int) throws {
        for seed in 0..<60 {
            let number = UInt64(block * 1_000 + seed)
            var dice = Dice(seed: number &+ 77)
            let text = SudoersMutation.mutated(SudoersGenerator.text(seed: number), times: 2, &dice)
            let answer = try SudoTools.json(text)
            if SudoersMutation.isDisputed(text, answer.errors) { continue }
            let read = source(text)
            #expect(
                read.problems.isEmpty == (answer.status == 0),
                "\(read.problems) \(answer.errors)\n\(String(decoding: text, as: UTF8.self))")
            guard answer.status == 0 else { continue }
            let ours = SudoersJSON(source: read).text
            #expect(
                ours == answer.output,
                """
                \(String(decoding: text, as: UTF8.self))
                \(String(decoding: ours, as: UTF8.self))
                \(String(decoding: answer.output, as: UTF8.self))
                """)
        }
    }
}
