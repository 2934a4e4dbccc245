import ConnectorHTTP
import Foundation
import Logging
import PythonServices
import Testing

@testable import ObjectStorage

extension BucketService {
    static let absence = Comment(rawValue: absenceText)

    /// Settings for its bucket.
    func settings(_ changed: [String: String?] = [:], clock: any ClientClock = ImpatientClock()) -> S3Settings {
        var settings = S3Settings(bucket: "bucket")
        settings.environment = environment
        for (name, value) in changed { settings.environment[name] = value }
        settings.clock = clock
        settings.log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return settings
    }

    func bucket(_ changed: [String: String?] = [:]) throws -> S3Bucket { try S3Bucket(settings(changed)) }
}

/// A clock whose waits are short.
struct ImpatientClock: ClientClock {
    private let system = SystemClock()
    /// How far the clock is behind.
    var behind: TimeInterval = 0
    var now: Date { system.now.addingTimeInterval(-behind) }
    var uptime: Duration { system.uptime }
    func sleep(for duration: Duration) async throws {
        // Deadlines, which are whole seconds, are waited for whole, and pauses between attempts hardly.
        let isDeadline = duration >= .seconds(25) || duration.components.attoseconds == 0
        try await system.sleep(for: isDeadline ? duration : duration / 50)
    }
}

/// A file with so many bytes, whose content its seed gives.
final class TestFile {
    let url: URL
    let descriptor: CInt
    let size: Int64

    init(size: Int, seed: UInt8 = 1) throws {
        url = FileManager.default.temporaryDirectory.appending(path: "lantern-object-\(UUID().uuidString)")
        let block = (0..<(1 << 16)).map { UInt8(truncatingIfNeeded: ($0 &* 31 &+ $0 >> 8) ^ Int(seed)) }
        _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        let handle = try FileHandle(forWritingTo: url)
        var rest = size
        while rest > 0 {
            try handle.write(contentsOf: block.prefix(rest))
            rest -= min(rest, block.count)
        }
        try handle.close()
        self.size = Int64(size)
        descriptor = open(url.path, O_RDWR)
    }

    var content: Data { (try? Data(contentsOf: url)) ?? Data() }

    deinit {
        close(descriptor)
        try? FileManager.default.removeItem(at: url)
    }
}
