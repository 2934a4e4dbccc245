import AccessModel
import C1Z

/// The tables of `baton stats`.
struct StatsTables {
    let run: SyncRun
    let stats: SyncStats
    let engine: StorageEngine

    func print(to screen: Screen) throws {
        try Table(["Field", "Value"]).print(to: screen, rows: runRows)
        screen.output.print("\n")
        try Table(["Type", "Count"]).print(to: screen, rows: countRows)
        let types = typeRows
        guard !types.isEmpty else { return }
        screen.output.print("\n")
        try Table(["Resource Type", "Resources", "Entitlements", "Grants"]).print(to: screen, rows: types)
    }

    private var runRows: [[String]] {
        [
            ["Engine", engine.rawValue], ["Sync ID", run.id], ["Sync Type", run.typeName],
            ["Parent Sync ID", run.parentID], ["Started At", run.startedAt?.rfc3339 ?? "-"],
            ["Ended At", run.endedAt?.rfc3339 ?? "-"], ["Duration", duration], ["Sync Token", run.token],
        ]
    }

    private var countRows: [[String]] {
        [
            ["Resource Types", String(stats.resourceTypes)], ["Resources", String(stats.resources)],
            ["Entitlements", String(stats.entitlements)], ["Grants", String(stats.grants)],
        ]
    }

    private var typeRows: [[String]] {
        let maps = [stats.resourcesByType, stats.entitlementsByType, stats.grantsByType]
        let types = maps.reduce(into: Set<ByteKey>()) { $0.formUnion($1.keys) }
        return types.sorted().map { type in [type.text] + maps.map { String($0[type] ?? 0) } }
    }

    private var duration: String {
        guard let start = run.startedAt, let end = run.endedAt else { return "-" }
        return Self.duration(from: start, to: end)
    }

    /// The time between two moments to the second, as `2h0m3s`.
    static func duration(from start: StoredTime, to end: StoredTime) -> String {
        let (difference, overflow) = end.seconds.subtractingReportingOverflow(start.seconds)
        guard !overflow, difference.magnitude < 1 << 33 else { return "-" }
        let nanos = difference * 1_000_000_000 + Int64(end.nanos) - Int64(start.nanos)
        return text(ofSeconds: (nanos + (nanos < 0 ? -500_000_000 : 500_000_000)) / 1_000_000_000)
    }

    private static func text(ofSeconds seconds: Int64) -> String {
        let whole = seconds.magnitude
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        let front = hours > 0 ? "\(hours)h\(minutes)m" : minutes > 0 ? "\(minutes)m" : ""
        return "\(seconds < 0 ? "-" : "")\(front)\(whole % 60)s"
    }
}
