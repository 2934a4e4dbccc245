/// Something that people have access to, as the company knows it: one or several data sources feed it.
public struct Application: Sendable {
    /// Its id, a KSUID.
    public let id: String
    /// What people call it.
    public let name: String
    /// What it is for.
    public let description: String
    /// When it was made, in seconds since 1970.
    public let createdAt: Int64
    /// When it was last changed by a person, in seconds since 1970.
    public let updatedAt: Int64
    /// When it was deleted, in seconds since 1970; nil while it is there.
    public let deletedAt: Int64?
    /// When its picture was set, in seconds since 1970; nil when it has none.
    public let iconAt: Int64?
    /// How its data arrives, each way once.
    public let sourceKinds: [DataSource.Kind]
    /// How much is in it now.
    public let counts: ApplicationCounts
    /// The newest import that was applied, and how the data sources stand.
    public let status: DataStatus

    let key: Int64
}

/// How much an application holds now; each number is exact.
public struct ApplicationCounts: Sendable, Equatable {
    /// Accounts.
    public var accounts: Int64 = 0
    /// Resources of every kind but accounts.
    public var resources: Int64 = 0
    /// Groups.
    public var groups: Int64 = 0
    /// Secrets.
    public var secrets: Int64 = 0
    /// Entitlements.
    public var entitlements: Int64 = 0
    /// Grants, direct or inherited.
    public var grants: Int64 = 0
}

/// How current the data of an application or data source is.
public struct DataStatus: Sendable {
    /// What a person is shown first.
    public enum Summary: String, Sendable {
        /// There is no data source.
        case notConnected = "Not connected"
        /// No file came yet.
        case waiting = "Waiting for data"
        case syncing = "Syncing"
        case connected = "Connected"
        /// An import waits for a decision.
        case paused = "Paused"
        case error = "Error"
    }

    /// What a person is shown first.
    public let summary: Summary
    /// When data was last applied, in seconds since 1970.
    public let lastAppliedAt: Int64?
}

/// Where an application's data comes from.
public struct DataSource: Sendable {
    /// How the data arrives.
    public enum Kind: String, Sendable {
        /// People upload it.
        case file
        /// It is fetched from an external data source.
        case bucket
        /// A connector brings it.
        case service
    }

    /// Its id, a KSUID.
    public let id: String
    /// The id of the application it feeds.
    public let applicationID: String
    /// How the data arrives.
    public let kind: Kind
    /// What people call it.
    public let name: String
    /// The name of the newest file.
    public let fileName: String
    /// Whether an import that takes away half of what is there waits for a decision.
    public let checksAnomalies: Bool
    /// How the columns of a spreadsheet are understood, as JSON; empty when they are recognised by their names.
    public let mapping: String
    /// When it was made, in seconds since 1970.
    public let createdAt: Int64
    /// How current its data is.
    public let status: DataStatus
    /// The newest import that was applied.
    public let lastApplied: ImportRun?
    /// The newest import.
    public let newest: ImportRun?
    /// What it fetches, and when; nil for one whose files are brought.
    public let feed: Feed?

    let key: Int64
}
