import Foundation
import SeededNumbers
import Testing

@Suite(.timeLimit(.minutes(5))) struct `a parser of foreign bytes` {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Corpus")

    private static let targets = FuzzTarget.all.map(\.name)

    private static func seeds(of target: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = corpus.appending(path: target)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, Array(try Data(contentsOf: folder.appending(path: name))))
        }
    }

    /// Tries an input, which stays behind as a file when the process doesn't survive it.
    private func attempt(_ target: FuzzTarget, _ name: String, _ bytes: [UInt8]) async throws {
        let trace = FileManager.default.temporaryDirectory.appending(path: "lantern-fuzz-\(target.name)")
        try Data(bytes).write(to: trace)
        do {
            try await target.run(bytes)
        } catch {
            Issue.record("\(target.name), \(name): \(error); base64 \(Data(bytes).base64EncodedString())")
        }
        try FileManager.default.removeItem(at: trace)
    }

    @Test func `has seeds, and no seed is without a parser`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path).sorted()
        #expect(folders == Self.targets.sorted())
        var total = 0
        for target in Self.targets {
            let sizes = try Self.seeds(of: target).map(\.bytes.count)
            #expect(!sizes.isEmpty && sizes.allSatisfy { $0 <= 64 << 10 }, "\(target)")
            total += sizes.reduce(0, +)
        }
        #expect(total < 1 << 20)
    }

    @Test(arguments: targets) func `reads or refuses its seeds, also with a few bytes changed`(name: String)
        async throws
    {
        let target = try #require(FuzzTarget.named(name))
        let seeds = try Self.seeds(of: name)
        try await attempt(target, "nothing", [])
        for seed in seeds { try await attempt(target, seed.name, seed.bytes) }
        var generator = SeededGenerator(seed: 1)
        for round in 0..<Self.rounds(of: target) {
            let seed = seeds[round % seeds.count]
            let other = seeds.randomElement(using: &generator)?.bytes ?? []
            let bytes = seed.bytes.mutated(with: &generator, and: other).prefix(target.longest)
            try await attempt(target, "\(seed.name), round \(round)", Array(bytes))
        }
    }

    /// Those that write whole files take a hundred times as long.
    private static func rounds(of target: FuzzTarget) -> Int {
        ["c1z-file", "c1z-database", "c1z-records", "file-views", "compaction"].contains(target.name) ? 40 : 500
    }
}
