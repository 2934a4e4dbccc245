import CommandLineKit
import SyncEngine

/// How far a sync is, in one line for a person.
struct ProgressText {
    let progress: SyncProgress
    /// How long the whole sync takes already.
    let elapsed: Duration
    /// How long its present phase takes already.
    let phaseElapsed: Duration
    /// How many records were there when the phase began.
    let countAtPhaseStart: Int

    /// The line, at most `width` characters of it.
    func line(width: Int) -> String {
        let line = [head, counts, rate, Self.clock(elapsed), waiting].filter { !$0.isEmpty }.joined(separator: ", ")
        return line.count > width ? String(line.prefix(max(0, width - 1))) + "…" : line
    }

    /// What a finished sync came to, and what to do next.
    ///
    /// A sync that went on from an earlier run stores less than its file holds.
    func summary(of file: String) -> String {
        let content = counts.isEmpty ? "nothing" : counts
        let name = file.showingControls
        return
            "\(name) is saved: this run stored \(content) in \(Self.clock(elapsed)). Look at it with: baton -f \(name) grants"
    }

    /// What the present phase counts.
    static func count(of progress: SyncProgress) -> Int {
        switch progress.phase {
        case .resourceTypes: progress.resourceTypes
        case .resources: progress.resources
        case .staticEntitlements, .entitlements: progress.entitlements
        case .externalResources: progress.resources
        case .grants, .expansion: progress.grants
        case .validating, .assets, .saving: 0
        }
    }

    private var head: String {
        guard let total = progress.total else { return progress.phase.rawValue }
        return "\(progress.phase.rawValue) \(Self.grouped(progress.done)) of \(Self.grouped(total))"
    }

    private var counts: String {
        [
            (progress.resourceTypes, "type"), (progress.resources, "resource"),
            (progress.entitlements, "entitlement"), (progress.grants, "grant"),
        ]
        .filter { $0.0 > 0 }
        .map { "\(Self.grouped($0.0)) \($0.1)\($0.0 == 1 ? "" : "s")" }
        .joined(separator: ", ")
    }

    private var rate: String {
        let seconds = phaseElapsed / .seconds(1)
        let new = Self.count(of: progress) - countAtPhaseStart
        guard seconds >= 1, new > 0 else { return "" }
        return "\(Self.grouped(Int(Double(new) / seconds)))/s"
    }

    private var waiting: String {
        guard let reason = progress.waitingFor else { return "" }
        return "waiting: " + reason.replacing("\n", with: " ").showingControls
    }

    static func clock(_ duration: Duration) -> String {
        let seconds = max(0, duration.components.seconds)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m\(two(seconds % 60))s" }
        return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
    }

    static func grouped(_ number: Int) -> String {
        var digits = Array(String(number.magnitude))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }
}
