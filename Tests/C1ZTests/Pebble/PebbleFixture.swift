import AccessModel
import Foundation
import Pebble
import Testing

@testable import C1Z

extension Fixture {
    /// Every recorded version 3 file.
    static let version3: [Fixture] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "c1z").path)) ?? []
        return names.sorted().map { Fixture(name: $0) }.filter { fixture in
            FileHandle(forReadingAtPath: fixture.path).flatMap { try? $0.read(upToCount: 5) } == Data("C1Z3\0".utf8)
        }
    }()

    /// The version 1 files of what was stored in both versions.
    ///
    /// Where the last sync broke off, version 1 has the finished one before as well, and that is the one that is kept.
    static let twins = all.filter { fixture in
        version3.contains { $0.name == fixture.name.replacing("-sqlite", with: "-pebble") }
            && !fixture.name.hasPrefix("unfinished")
    }

    /// Those small enough to be read many times.
    static let smallVersion3 = version3.filter { $0.name != "medium-pebble" }
}

/// All keys of a version 3 file with their values.
struct PebbleContents: Equatable {
    private(set) var values: [ByteKey: [UInt8]] = [:]

    init(_ path: String) throws {
        let store = try PebbleStore(of: path, environment: [:])
        try store.read(from: [], upTo: [0xFF]) { key, value in
            values[ByteKey(key)] = Array(value)
            return true
        }
    }

    /// Those of some families, by the second byte of their headers.
    func family(_ numbers: UInt8...) -> [ByteKey: [UInt8]] {
        values.filter { $0.key.bytes.count > 1 && numbers.contains($0.key.bytes[1]) }
    }
}

/// Copies a sync into a new file of an engine.
func converted(_ path: String, to engine: StorageEngine, in folder: TemporaryFolder, as name: String) throws -> String {
    let reader = try C1ZFile.open(path)
    let out = folder.file(name)
    let options = C1ZWriterOptions(engine: engine)
    let run = try reader.latestFinishedSync() ?? reader.syncRuns().last
    _ = try SyncExport(of: run, from: reader, options: options).write(to: out)
    return out
}
