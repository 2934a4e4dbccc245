public import Spreadsheets

/// One file on its way into an application, and what became of it.
public struct ImportRun: Sendable {
    /// Where it stands.
    public enum State: String, Sendable {
        /// Others are before it.
        case waiting
        /// It is being read and compared.
        case running
        /// It was compared and waits for somebody to say yes.
        case paused
        /// Its changes are being written.
        case applying
        /// It was applied, or there was nothing to change.
        case done
        case error
        /// Somebody said no.
        case cancelled
        /// A newer one took its place, or nothing had changed at the source.
        case skipped

        /// Whether nothing more will happen to it.
        public var isOver: Bool { [.done, .error, .cancelled, .skipped].contains(self) }
    }

    /// The steps of an import, in order.
    public enum Stage: String, Sendable, CaseIterable {
        case opening
        case staging
        case expanding
        case comparing
        case applying
        case indexing
    }

    /// Its id, a KSUID.
    public let id: String
    /// The id of its data source.
    public let dataSourceID: String
    /// What its data source is called.
    public let sourceName: String
    /// The id of the application.
    public let applicationID: String
    /// Where it stands.
    public let state: State
    /// What is being done while it runs.
    public let stage: Stage?
    /// Who asked for it.
    public let actor: String
    /// How the file came: `upload`, `api`, `command line`.
    public let transport: String
    /// The name under which the file came.
    public let fileName: String
    /// Its size in bytes.
    public let size: Int64
    /// The SHA-256 of its bytes, in hexadecimal.
    public let sha256: String
    /// What kind of file it is: `c1z v1`, `c1z v3`, `csv` or `xlsx`; empty until it was looked at.
    public let format: String
    /// The sync that was chosen from it, or is wanted.
    public let syncID: String
    /// What that sync set out to copy.
    public let syncType: String
    /// When that sync ended, in seconds since 1970.
    public let syncEndedAt: Int64?
    /// When it was asked for, in seconds since 1970.
    public let createdAt: Int64
    /// When it began, in seconds since 1970.
    public let startedAt: Int64?
    /// When it came to its end, in seconds since 1970.
    public let finishedAt: Int64?
    /// How many records were read.
    public let rowsRead: Int64
    /// How many there are, once that is known.
    public let rowsTotal: Int64?
    /// The revision that it made; nil when nothing was changed.
    public let revision: Int64?
    /// Why it waits for a decision.
    public let pauseReason: String
    /// Why it failed.
    public let error: String
    /// How many warnings there are in all; the first hundred are kept.
    public let warnings: Int64
    /// Whether it takes away what its data source told, because that is removed.
    public var isRemoval: Bool { transport == Self.removal }
    static let removal = "removal"
    /// How a file comes that was fetched from an external data source.
    static let fetch = "external data source"
    /// How the first one comes after somebody said what is to be fetched: it is meant, however old it is.
    static let firstFetch = "external data source, at first"
    /// Whether it is, or seems to be, a spreadsheet.
    public var isSpreadsheet: Bool { ["csv", "xlsx"].contains(format) }
    /// Whether nothing is applied before somebody has seen what it would change.
    public let wantsPreview: Bool

    /// How the dates of a spreadsheet were read; nil when it has none.
    public let dateOrder: DateOrder?

    /// What its columns mean, as it was chosen when it was put in line; empty when their headers decide.
    let mapping: String
    /// Why an import waits that somebody wanted to look at, when nothing about it is unusual.
    static let previewReason = "waits for somebody to look at what it changes"

    /// Whether it waits for a reason of its own, and not only because somebody wanted to look at it.
    public var isUnusual: Bool { state == .paused && pauseReason != Self.previewReason }

    let key: Int64
    let sourceKey: Int64
    let applicationKey: Int64
    let replacesEverything: Bool
}

/// How many of one kind a file has, and what it changes.
public struct ImportCount: Sendable, Equatable {
    /// What is counted.
    public enum Kind: String, Sendable, CaseIterable {
        case resourceType = "resource types"
        /// Accounts of one type.
        case account = "accounts"
        /// Other resources of one type.
        case resource = "resources"
        case entitlement = "entitlements"
        case grant = "grants"
    }

    /// What is counted.
    public let kind: Kind
    /// Of accounts and resources, the name of their type; empty for the others.
    public let name: String
    /// How many the file has.
    public var total: Int64
    /// How many are new.
    public var added: Int64
    /// How many are different.
    public var changed: Int64
    /// How many are gone.
    public var removed: Int64

    /// The sum of several counts.
    public static func sum(of counts: [ImportCount]) -> ImportCount {
        counts.reduce(into: ImportCount(kind: .grant, name: "", total: 0, added: 0, changed: 0, removed: 0)) {
            sum, count in
            sum.total += count.total
            sum.added += count.added
            sum.changed += count.changed
            sum.removed += count.removed
        }
    }

    /// Whether anything is different.
    public var isChange: Bool { added + changed + removed > 0 }
}
