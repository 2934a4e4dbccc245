import Foundation
import Testing

@Suite(.enabled(if: FaultLibrary.path != nil, FaultLibrary.absence)) struct `a program whose files fail` {
    /// All but those in the middle of a long run, which are much the same: of these some.
    private static func calls(of total: Int) -> [Int] {
        let (start, end) = (60, 50)
        guard total > start + end else { return Array(1...max(1, total)) }
        return Array(1...start) + stride(from: start + 1, to: total - end, by: 3) + Array(total - end...total)
    }

    @Test(arguments: FaultyJob.all, [Fault.Kind.broken, .full])
    func `says so in one line and leaves the old file, or a whole new one, and nothing else`(
        job: FaultyJob, kind: Fault.Kind
    ) throws {
        let place = try Workplace(like: try FaultyJob.makeTemplate())
        let before = try Snapshot(of: place)
        let undisturbed = try place.run(job.call(in: place.folder), Fault(kind: .none))
        try #require(undisturbed.status == 0, "\(undisturbed.complaint)")
        let result = try job.result(in: place)
        for call in Self.calls(of: undisturbed.calls) {
            try place.reset()
            let run = try place.run(job.call(in: place.folder), Fault(kind: kind, call: call))
            let account: Comment = "\(kind) at call \(call), \(run.failed), status \(run.status): \(run.complaint)"
            try job.check(run, in: place, since: before, expecting: result, account)
            guard job.isResumable, run.status != 0 else { continue }
            let again = try place.run(job.call(in: place.folder), Fault(kind: .none))
            #expect(again.status == 0, "\(again.complaint) after \(account)")
            #expect(try job.result(in: place) == result, account)
            #expect(try place.names == before.names.union([job.file]), account)
        }
    }

    @Test(arguments: FaultyJob.all) func `does all the same when each read and write is interrupted and cut short`(
        job: FaultyJob
    ) throws {
        let place = try Workplace(like: try FaultyJob.makeTemplate())
        let undisturbed = try place.run(job.call(in: place.folder), Fault(kind: .none))
        try #require(undisturbed.status == 0, "\(undisturbed.complaint)")
        let result = try job.result(in: place)
        try place.reset()
        let run = try place.run(job.call(in: place.folder), Fault(kind: .halting))
        #expect(run.status == 0, "\(run.complaint)")
        #expect(try job.result(in: place) == result)
    }
}

/// What a folder held.
private struct Snapshot {
    let names: Set<String>
    let bytes: [String: Data]

    init(of place: Workplace) throws {
        names = try place.names
        bytes = Dictionary(uniqueKeysWithValues: names.compactMap { name in place.bytes(name).map { (name, $0) } })
    }
}

extension FaultyJob {
    private func isResult(_ name: String) -> Bool {
        name == file || file.hasSuffix("-") && name.hasPrefix(file) && name.hasSuffix(".c1z")
    }

    /// The content of the file that was written.
    func result(in place: Workplace) throws -> Data {
        try content(of: try #require(try place.names.first(where: isResult)), in: place)
    }

    fileprivate func check(
        _ run: FaultyRun, in place: Workplace, since before: Snapshot, expecting result: Data, _ account: Comment
    ) throws {
        for name in before.names where !(isChange && isResult(name)) {
            #expect(place.bytes(name) == before.bytes[name], account)
        }
        if run.status == 0 {
            #expect(try self.result(in: place) == result, account)
        } else {
            #expect(run.complaint.split(separator: "\n").count == 1, account)
            #expect(run.complaint.contains(place.folder), account)
            #expect(Self.reasons.contains { run.complaint.contains($0) }, account)
            // A sync saves what it has, with the finished syncs that were there.
            if isChange, place.bytes(file) != before.bytes[file] {
                #expect(try self.result(in: place) == result, account)
            }
        }
        // There is another way, or nothing to be done, only when one of these fails.
        let optional = ["", "open", "link", "unlink", "rmdir", "fsync", "fdatasync", "ftruncate64"]
        #expect(run.status != 0 || optional.contains(run.failed), account)
        try checkStrays(run, in: place, since: before, account)
    }

    /// What a person is told of a disk; SQLite doesn't say more when it is the end of a transaction that fails.
    private static let reasons = [
        "no space left", "Input/output error", "Check the disk and run it again", "Check its folder and the disk",
    ]

    private func checkStrays(
        _ run: FaultyRun, in place: Workplace, since before: Snapshot, _ account: Comment
    ) throws {
        // What can't be removed stays.
        guard run.failed != "unlink", run.failed != "rmdir" else { return }
        for name in try place.names.subtracting(before.names) {
            let isWanted =
                isResult(name) && (run.status == 0 || isResumable) || run.status == 0 && companions.contains(name)
            let isWork = isResumable && name == ".\(file).work" && run.complaint.contains(name)
            #expect(isWanted || isWork, "\(name) is left: \(account)")
        }
        let kept = try place.temporaryNames.filter { !(isResumable && run.complaint.contains($0)) }
        #expect(kept.isEmpty, account)
    }
}
