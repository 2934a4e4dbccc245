/// What of a file could not be taken as it is.
struct StagingProblems {
    enum Kind {
        /// Two records have one id.
        case repeated
        /// It refers to what isn't there.
        case dangling
    }

    /// Most problems whose words are kept.
    private static let limit = 100

    private(set) var total: Int64 = 0
    /// How many grants there were to take, sound or not.
    var grants: Int64 = 0
    /// How many rows of a spreadsheet could not be read, so that what is missing may be in them.
    var unreadRows = 0
    private(set) var texts: [String] = []
    /// How many grants refer to what isn't there.
    private(set) var danglingGrants: Int64 = 0

    mutating func note(_ kind: Kind, _ subject: String, count: Int64 = 1) {
        let remark = kind == .repeated ? "\(subject): is there more than once, the last one counts." : "\(subject)."
        note(remark, count: count)
    }

    mutating func note(_ text: String, count: Int64 = 1) {
        total += count
        guard texts.count < Self.limit else { return }
        texts.append(count > 1 ? "\(text) (\(count) times)" : text)
    }

    /// Takes over what a spreadsheet was wrong about.
    mutating func note(_ problems: [String], of total: Int64) {
        self.total += total
        texts += problems.prefix(max(0, Self.limit - texts.count))
    }

    mutating func noteGrant(_ subject: String, count: Int64 = 1) {
        danglingGrants += count
        note(.dangling, subject, count: count)
    }
}
