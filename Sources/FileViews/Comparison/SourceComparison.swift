import AccessModel
import C1Z
import WireForm

/// Compares where each grant of a sync comes from, before and after its expansion was done anew.
///
/// Grants are looked up one by one, so memory does not grow with their number.
struct SourceComparison {
    let sync: String
    let before: any C1ZReader
    let after: any C1ZReader

    init(of sync: String, before: any C1ZReader, after: any C1ZReader) {
        self.sync = sync
        self.before = before
        self.after = after
    }

    /// Compares them; how many grants there are.
    ///
    /// - Throws: ``ReplayDivergence`` when one is missing, new, or comes from elsewhere.
    func run() throws -> Int {
        var divergence = ReplayDivergence()
        var count = 0
        try before.readNamingDamage(.grant, of: sync) { record in
            let id = try Self.id(of: record.data)
            let sources = try GrantSourceList(of: record.data).sources
            guard let other = try after.find(.grant(id), in: sync) else {
                return divergence.note("grant \"\(id.text)\": present before, absent after replay")
            }
            let now = try other.withUnsafeBytes { try GrantSourceList(of: $0).sources }
            if now != sources {
                divergence.note(
                    "grant \"\(id.text)\": sources changed before=[\(Self.text(sources))] after=[\(Self.text(now))]")
            }
        }
        try after.readNamingDamage(.grant, of: sync) { record in
            count += 1
            let id = try Self.id(of: record.data)
            if try before.find(.grant(id), in: sync) == nil {
                divergence.note("grant \"\(id.text)\": present after replay, absent before")
            }
        }
        guard divergence.count == 0 else { throw divergence }
        return count
    }

    private static func id(of grant: UnsafeRawBufferPointer) throws(WireError) -> ByteKey {
        ByteKey(try grant.wireBytes(3).map { Array($0) } ?? [])
    }

    private static func text(_ sources: [ByteKey: Bool]) -> String {
        sources.sorted { $0.key < $1.key }.map { "\($0.key.text)=\($0.value)" }.joined(separator: ",")
    }
}

/// An expansion that came out differently the second time.
struct ReplayDivergence: Error, CustomStringConvertible {
    private static let shown = 20

    private(set) var count = 0
    private var examples: [String] = []

    mutating func note(_ difference: String) {
        count += 1
        if examples.count < Self.shown { examples.append(difference) }
    }

    var description: String {
        let rest = count > examples.count ? "; +\(count - examples.count) more" : ""
        return "rollback+replay changed grant sources (\(count) divergence(s)); output not finalized: "
            + examples.joined(separator: "; ") + rest
    }
}
