import AccessModel
import C1Z
import SwiftProtobuf
import WireForm

@testable import FileViews

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Shows a file in all the ways that `baton` knows.
struct FileViewing {
    private let path: String
    private let folder: String

    init(_ path: String, in folder: String) {
        self.path = path
        self.folder = folder
    }

    /// Whatever is in the file, only an error that says so may come out.
    func showAll() throws {
        for steps in [lists, stats, comparison, exports, sanitizing] {
            do {
                try steps()
            } catch is C1ZError {
                continue
            } catch is WireError {
                continue
            } catch is BinaryDecodingError {
                continue
            }
        }
    }

    private func onScreen(_ body: (Screen) throws -> Void) throws {
        let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(nowhere) }
        let screen = Screen(output: Output(to: nowhere, named: "nowhere"), width: 80, hasColours: true)
        try body(screen)
        try screen.output.flush()
    }

    private func lists() throws {
        try onScreen { screen in
            for shapes in [nil, RecordShapes()] {
                let sync = try OpenedSync(C1ZFile.open(path), sync: nil)
                let directory = Directory(sync, shapes: shapes, log: ErrorLog(write: { _ in }))
                func show(_ listing: some Listing, _ records: Records) throws {
                    if shapes == nil {
                        try listing.printTable(of: records, to: screen)
                    } else {
                        try listing.printJSON(of: records, to: screen.output)
                    }
                }
                try show(ResourceTypeListing(), sync.records(.resourceType))
                try show(ResourceListing(directory: directory, shapes: shapes), sync.records(.resource))
                try show(EntitlementListing(directory: directory, shapes: shapes), sync.records(.entitlement))
                try show(GrantListing(directory: directory, shapes: shapes), sync.records(.grant))
                let principals = try Principals(of: sync, where: .all)
                try show(
                    ResourceListing(directory: directory, shapes: shapes),
                    principals.resources(0..<principals.count, in: sync, directory))
                let access = try EffectiveAccess(of: ResourceID("user", "u"), in: sync, directory)
                for group in access.groups { _ = try group.cards(in: directory) }
            }
        }
    }

    private func stats() throws {
        let reader = try C1ZFile.open(path)
        try onScreen { screen in
            for run in try reader.syncRuns() {
                let stats = try reader.stats(of: run)
                try StatsTables(run: run, stats: stats, engine: reader.engine).print(to: screen)
                screen.output.print(run.json(stats: stats).text)
            }
        }
    }

    private func comparison() throws {
        let reader = try C1ZFile.open(path)
        let runs = try reader.finishedSyncs(of: .full)
        guard runs.count > 1 else { return }
        try onScreen { screen in
            for kind in RecordKind.allCases {
                let difference = try RecordDifference(
                    of: kind, from: OpenedSync(reader, run: runs[1]), to: OpenedSync(reader, run: runs[0]),
                    RecordShapes())
                try difference.write(to: screen.output)
            }
        }
    }

    private func exports() throws {
        let csv = try ReplacementFile("\(folder)/x.csv")
        try AccessExport(of: OpenedSync(C1ZFile.open(path), sync: nil), to: CSVSheet(csv)).run()
        let workbook = "\(folder)/x.xlsx"
        let sheet = try XLSXSheet(ReplacementFile(workbook), path: workbook)
        try AccessExport(of: OpenedSync(C1ZFile.open(path), sync: nil), to: sheet).run()
    }

    private func sanitizing() throws {
        let copy = try SyncCopy(to: "\(folder)/sanitized.c1z")
        defer { copy.discard() }
        var sanitizer = try Sanitizer(
            of: C1ZFile.open(path), to: copy, secret: Array(0..<32),
            anchor: StoredTime(seconds: 1_700_000_000, nanos: 0),
            unknown: .drop)
        try sanitizer.run()
        try copy.save()
    }
}
