import AccessModel
import BatonWire
import Foundation
import Logging
import SwiftProtobuf
import SyncEngine
import WireForm

@testable import C1Z

extension FuzzTarget {
    static let file = [
        FuzzTarget("c1z-file", longest: 16_384, c1zFile), FuzzTarget("c1z-database", longest: 65_536, c1zDatabase),
        FuzzTarget("c1z-records", c1zRecords), FuzzTarget("file-views", fileViews),
        FuzzTarget("compaction", compaction),
        FuzzTarget("stored-time", longest: 128, storedTime),
        FuzzTarget("stored-stats", storedStats), FuzzTarget("link", longest: 256, link),
    ]

    /// A small limit keeps a bomb's pieces few.
    private static let environment = ["BATON_DECODER_MAX_DECODED_SIZE_MB": "2"]

    /// The bytes as they come from a disk.
    @Sendable private static func c1zFile(_ bytes: [UInt8]) async throws {
        let folder = try ScratchFolder()
        try await readAndWrite(folder.file("x.c1z", holding: bytes), in: folder.path)
    }

    /// A database whose container is sound.
    @Sendable private static func c1zDatabase(_ bytes: [UInt8]) async throws {
        let folder = try ScratchFolder()
        try await readAndWrite(folder.file("x.c1z", holding: container(of: bytes)), in: folder.path)
    }

    /// Records in two syncs of a sound database, read and written in all ways.
    @Sendable private static func c1zRecords(_ bytes: [UInt8]) async throws {
        let folder = try ScratchFolder()
        try await readAndWrite(file(of: bytes, in: folder.path), in: folder.path)
    }

    /// The same records, shown in all ways.
    @Sendable private static func fileViews(_ bytes: [UInt8]) async throws {
        let folder = try ScratchFolder()
        try FileViewing(file(of: bytes, in: folder.path), in: folder.path).showAll()
    }

    /// The first sync and the second in files of their own, made one and expanded, once and once more.
    @Sendable private static func compaction(_ bytes: [UInt8]) async throws {
        let folder = try ScratchFolder()
        let files = try [0, 1].map { try file(of: bytes, syncs: $0...$0, in: "\(folder.path)/\($0)") }
        let log = Logger(label: "fuzzing") { _ in SwiftLogNoOpLogHandler() }
        do {
            let made = try Compaction(of: files, into: folder.path).run { sync, writer in
                try SyncExpansion(of: sync, in: writer, environment: [:], log: log).run()
            }
            let grants = try grants(of: made.sync.id, in: made.file)
            let writer = try C1ZFile.write(made.file)
            try SyncExpansion(of: made.sync.id, in: writer, environment: [:], log: log).run()
            _ = try writer.save()
            let again = try Self.grants(of: made.sync.id, in: made.file)
            try promise(again == grants, "expanded \(grants.count) grants to \(again.count)")
        } catch is C1ZError {
            return
        } catch is WireError {
            return
        } catch is ServiceError {
            return
        }
    }

    private static func grants(of sync: String, in file: String) throws -> [[UInt8]] {
        var grants: [[UInt8]] = []
        try C1ZFile.open(file).read(.grant, of: sync, where: .all) { grants.append(Array($0.data)) }
        return grants
    }

    private static func file(
        of bytes: [UInt8], syncs: ClosedRange<Int> = 0...1, in folder: String
    ) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/x.c1z"
        let writer = try C1ZFile.write(path)
        for sync in syncs {
            _ = try writer.startSync(.full, parent: "")
            for record in records(in: bytes) where record.sync == sync { try writer.put(record.batch) }
            try writer.commit(reaching: "{}")
            try writer.markDiffable()
            try writer.endSync()
        }
        _ = try writer.save()
        return path
    }

    /// For each a byte that says in which sync and of which kind it is, two with its length, and its message.
    private static func records(in bytes: [UInt8]) -> [(sync: Int, batch: RecordBatch)] {
        var records: [(sync: Int, batch: RecordBatch)] = []
        var rest = bytes[...]
        while rest.count > 3, records.count < 64 {
            let head = Array(rest.prefix(3))
            let message = rest.dropFirst(3).prefix(Int(head[1]) | Int(head[2]) << 8)
            rest = rest[message.endIndex...]
            var batch = RecordBatch(RecordKind.allCases[Int(head[0] & 3)])
            // What has no identity can't be stored at all.
            guard (try? message.withUnsafeBytes { try batch.append($0) }) != nil else { continue }
            records.append((Int(head[0] >> 7), batch))
        }
        return records
    }

    /// One zstd frame of raw blocks (RFC 8878, 3.1.1).
    private static func container(of database: [UInt8]) -> [UInt8] {
        // A window of 128 KiB, which no block exceeds.
        var bytes = Envelope.v1Magic + [0x28, 0xB5, 0x2F, 0xFD, 0, 7 << 3]
        var rest = database[...]
        repeat {
            let block = rest.prefix(1 << 16)
            rest = rest.dropFirst(block.count)
            let header = (rest.isEmpty ? 1 : 0) | block.count << 3
            bytes += [0, 8, 16].map { UInt8(truncatingIfNeeded: header >> $0) }
            bytes += block
        } while !rest.isEmpty
        return bytes
    }

    static func readAndWrite(_ path: String, in folder: String) async throws {
        try await refusing(C1ZError.self) { try readAll(path) }
        try await refusing(C1ZError.self) {
            let writer = try C1ZFile.write(path, options: C1ZWriterOptions(environment: environment))
            defer { writer.discard() }
            try readPages(of: writer)
            try writeMore(to: writer)
        }
        try await refusing(C1ZError.self) { try copyAll(path, in: folder) }
    }

    private static func readAll(_ path: String) throws {
        let reader = try C1ZFile.open(path, environment: environment)
        let runs = try reader.syncRuns()
        for run in runs {
            _ = (run.startedAt?.rfc3339, run.endedAt?.stored, run.linkedID)
            _ = try reader.stats(of: run)
            if reader.engine == .sqlite {
                _ = try SQLiteReader(path, environment: environment).countedStats(of: run)
            } else {
                _ = try PebbleStatsCount(store: PebbleStore(of: path, environment: environment)).stats(of: run)
            }
            if !run.linkedID.isEmpty { _ = try? reader.sync(run.linkedID) }
        }
        _ = try reader.latestFinishedSync()
        _ = try reader.latestUnfinishedSync(now: 1_700_000_000)
        let user = ResourceID("user", "u")
        let filters: [RecordFilter] = [.all, .resourceType("user"), .on(user)]
        for kind in RecordKind.allCases {
            for filter in kind == .grant ? filters + [.entitlement("e"), .heldBy(user)] : [.all] {
                for sync in [nil, runs.last?.id] {
                    try reader.read(kind, of: sync, where: filter) { record in
                        try? GrantSourceEntries.read(record.data) { _, _ in }
                        _ = try? GrantProvenance(of: record.data)
                        _ = try reader.find(.grant(ByteKey(record.data)), in: sync)
                    }
                }
            }
        }
        try reader.readAssets(of: nil) { _ = $0.data.count + $0.id.count + $0.contentType.count }
        try reader.readSessions(of: nil) { _ = $0.key.count + $0.value.count }
    }

    private static func readPages(of writer: any C1ZWriter) throws {
        for run in try writer.syncRuns() {
            // Grants are read in their own ways.
            for kind in RecordKind.allCases where kind != .grant {
                var token = ""
                var pages = 0
                repeat {
                    token = try writer.readPage(kind, of: run.id, after: token, limit: 2) { _ in }
                    pages += 1
                } while !token.isEmpty && pages < 1000
                try promise(pages < 1000, "the pages of \(kind) don't end")
            }
        }
    }

    private static func writeMore(to writer: any C1ZWriter) throws {
        for run in try writer.syncRuns() where run.isFinished { try? writer.recalculateStats(of: run.id) }
        _ = try writer.startSync(.full, parent: "")
        var grants = RecordBatch(.grant)
        try grants.append(Grant.with { $0.id = "g" })
        try writer.put(grants)
        try writer.commit(reaching: "x")
        try writer.readPendingExpansions { _ in }
        try writer.readMatchCarriers { _ in }
        let cursor = try writer.grantsInPrincipalOrder(of: ByteKey(""))
        while try cursor.next() {}
        _ = try writer.deleteOldSyncs()
        try writer.endSync()
        _ = try writer.save()
    }

    private static func copyAll(_ path: String, in folder: String) throws {
        let reader = try C1ZFile.open(path, environment: environment)
        guard let run = try reader.latestFinishedSync() else { return }
        try SyncExport.write(run, from: reader, to: "\(folder)/export.c1z", environment: environment)
        guard run.supportsDiff else { return }
        let rollback = try ExpansionRollback(of: run, in: reader)
        let preview = try rollback.preview()
        let report = try rollback.write(
            to: "\(folder)/rollback.c1z", options: C1ZWriterOptions(environment: environment), preparing: { $0 },
            finishing: { _ in })
        try promise(preview == report, "foretold \(preview), done \(report)")
    }

    /// A time is stored so that it reads the same.
    @Sendable private static func storedTime(_ bytes: [UInt8]) async throws {
        guard let time = StoredTime(bytes.asText) else { return }
        _ = time.rfc3339
        let stored = time.stored
        // Its offset may take it out of the years that can be written.
        guard !stored.isEmpty else { return }
        try promise(StoredTime(stored) == time, "\(time) is stored as \(stored)")
    }

    @Sendable private static func storedStats(_ bytes: [UInt8]) async throws {
        guard let stats = SyncStats(stored: bytes.asText) else { return }
        let stored = stats.stored
        try promise(SyncStats(stored: stored)?.stored == stored, "stored as \(stored)")
    }

    /// Where a link leads that says anything at all.
    @Sendable private static func link(_ bytes: [UInt8]) async throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/link"
        guard !bytes.isEmpty, !bytes.contains(0), symlink(bytes.asText, path) == 0 else { return }
        _ = LinkTarget.path(of: path)
        try await refusing(C1ZError.self) { _ = try C1ZFile.version(of: path) }
    }
}
