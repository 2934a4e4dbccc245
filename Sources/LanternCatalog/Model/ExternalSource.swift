/// A place from which data sources of applications are fetched: a bucket, or a folder of the server's machine (platform.md §7).
public struct ExternalSource: Sendable {
    /// What kind of place.
    public enum Kind: String, Sendable, CaseIterable {
        /// A bucket that speaks S3.
        case s3
        case folder
    }

    /// As whom a bucket is asked.
    public enum Access: String, Sendable, CaseIterable {
        /// A role that is taken on with the server's own credentials and an external ID.
        case role
        /// An access key and its secret.
        case keys
        /// The server's own credentials.
        case ambient
        /// As nobody.
        case anonymous
    }

    /// What somebody sets about it.
    public struct Settings: Sendable, Equatable {
        /// What kind of place it is.
        public var kind: Kind
        /// The bucket.
        public var bucket = ""
        /// Its region; empty when it is to be found out.
        public var region = ""
        /// Another service than AWS, `http://…` or `https://…`; empty for AWS.
        public var endpoint = ""
        /// As whom it is asked.
        public var access = Access.role
        /// The role to take on; empty while it isn't known yet.
        public var roleARN = ""
        /// The access key.
        public var accessKeyID = ""
        /// The folder.
        public var folder = ""

        /// Settings in which nothing is set.
        public init(_ kind: Kind) { self.kind = kind }
    }

    /// Its id, a KSUID.
    public let id: String
    /// What people call it.
    public let name: String
    /// What somebody set about it.
    public let settings: Settings
    /// What the role's trust policy asks for, so that the role can't be taken on for somebody else's sake.
    public let externalID: String
    /// The access key's secret, sealed; empty when there is none.
    public let sealedSecret: [UInt8]
    /// When it was made, in seconds since 1970.
    public let createdAt: Int64
    /// When it was last tested, in seconds since 1970.
    public let testedAt: Int64?
    /// What was wrong with it then; empty when nothing was.
    public let testError: String
    /// How many data sources are fetched from it.
    public let dataSources: Int64

    /// Where it is, for a person.
    public var place: String { settings.kind == .s3 ? "s3://\(settings.bucket)" : settings.folder }
}
