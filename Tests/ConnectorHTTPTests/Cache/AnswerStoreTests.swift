import AccessModel
import Foundation
import Testing

@testable import ConnectorHTTP

/// What holds wherever answers are kept.
@Suite(.timeLimit(.minutes(1)))
struct `a store of answers` {
    enum Kind: CaseIterable {
        case memory, database

        func store(maximumBytes: Int) -> any AnswerStore {
            switch self {
            case .memory: MemoryStore(maximumBytes: maximumBytes)
            case .database: DatabaseStore(maximumBytes: maximumBytes, log: KeptLog().logger)
            }
        }
    }

    private func answer(_ size: Int, _ fields: HeaderFields = [:], freshUntil: Duration = .zero) throws -> KeptAnswer {
        KeptAnswer(
            answer: WireAnswer(status: 200, fields: fields, body: Data((0..<size).map { UInt8($0 & 255) })),
            address: try #require(WebAddress(parsing: "https://a:8443/b?c=d%20e")), freshUntil: freshUntil)
    }

    private func key(_ number: Int) -> ByteKey { ByteKey("\(number)") }

    @Test(arguments: Kind.allCases) func `gives back what was put`(kind: Kind) async throws {
        let store = kind.store(maximumBytes: 20_000)
        #expect(await store.answer(key(1)) == nil)
        var fields: HeaderFields = ["ETag": "\"é\"", "Empty": ""]
        fields.add("Link", "<a>")
        fields.add("Link", "<b>")
        let original = try answer(1000, fields, freshUntil: .milliseconds(3_600_500))
        await store.put(original, key(1), since: 0)
        let found = try #require(await store.answer(key(1)))
        #expect(found.answer.status == 200)
        #expect(found.answer.body == original.answer.body)
        #expect(found.answer.fields.map { "\($0)" } == original.answer.fields.map { "\($0)" })
        #expect(found.address == original.address)
        #expect(found.freshUntil == original.freshUntil)
        try await store.put(answer(0), key(1), since: 0)
        #expect(await store.answer(key(1))?.answer.body.isEmpty == true)
        await store.remove(key(1))
        await store.remove(key(1))
        #expect(await store.answer(key(1)) == nil)
    }

    @Test(arguments: Kind.allCases) func `makes room for others`(kind: Kind) async throws {
        let store = kind.store(maximumBytes: 20_000)
        for number in 0..<100 {
            try await store.put(answer(1000), key(number), since: 0)
            // The first one is asked for all the time.
            _ = await store.answer(key(0))
        }
        var kept: [Int] = []
        for number in 0..<100 where await store.answer(key(number)) != nil {
            kept.append(number)
        }
        #expect(kept.contains(0))
        #expect(kept.contains(99))
        #expect((7...16).contains(kept.count))
        try await store.put(answer(20_000), key(99), since: 0)
        #expect(await store.answer(key(99)) == nil)
    }

    @Test(arguments: Kind.allCases) func `keeps nothing that was asked for before it was cleared`(kind: Kind)
        async throws
    {
        let store = kind.store(maximumBytes: 20_000)
        try await store.put(answer(1), key(1), since: 0)
        await store.clear()
        #expect(await store.answer(key(1)) == nil)
        try await store.put(answer(1), key(1), since: 0)
        #expect(await store.answer(key(1)) == nil)
        try await store.put(answer(1), key(1), since: store.generation)
        #expect(await store.answer(key(1)) != nil)
    }

    #if os(Linux)
    @Test func `on disk lies in a file without a name that only its owner reads`() async throws {
        let store = DatabaseStore(maximumBytes: 8 << 20, log: KeptLog().logger)
        let before = try Self.nameless()
        for number in 0..<4 { try await store.put(answer(1 << 20), key(number), since: 0) }
        let files = try Self.nameless().filter { !before.keys.contains($0.key) }
        #expect(files.count >= 1)
        #expect(files.values.allSatisfy { $0 == 0o600 })
        #expect(await store.answer(key(0))?.answer.body.count == 1 << 20)
        await store.clear()
        #expect(try files.keys.allSatisfy { try Self.nameless()[$0] == nil })
    }

    /// The open files of this process that SQLite made and unlinked, with their permissions.
    private static func nameless() throws -> [String: mode_t] {
        var found: [String: mode_t] = [:]
        for number in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            // Another test may have closed it in the meantime.
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)"),
                target.contains("/etilqs_"), target.hasSuffix(" (deleted)")
            else { continue }
            var status = stat()
            guard stat("/proc/self/fd/\(number)", &status) == 0 else { continue }
            found[target] = status.st_mode & 0o777
        }
        return found
    }
    #endif
}
