import StandinKit
import WireForm

/// An Okta organisation: everything that the API shows and changes.
struct Org: Sendable {
    var settings = Settings()
    var users = Table<OktaUser>()
    /// Ids of users by their login in lower case.
    var logins: [String: String] = [:]
    var groups = Table<OktaGroup>()
    var apps = Table<OktaApp>()
    /// Standard roles of users, groups and clients.
    var roleAssignments = Table<RoleAssignment>()
    var customRoles = Table<CustomRole>()
    var resourceSets = Table<ResourceSet>()
    var apiTokens = Table<APIToken>()
    var clients: [String: OAuthClient] = [:]
    var accessTokens: [String: AccessToken] = [:]
    var devices = Table<JSONObject>()
    var log = Table<JSONObject>()
    var rendered = RenderedUsers()
    var usedOnce = UsedOnce()

    /// Goes up when all cursors end.
    var cursorGeneration = 0
    private var lastID = 0

    /// What differs from one organisation to the other.
    struct Settings: Sendable {
        var id = "00o1standin000000000"
        var companyName = "Stand-in"
        var subdomain = "standin"
        /// The type that users have.
        var userTypeID = "oty1standin000000000"
        /// Profile attributes besides Okta's own.
        var customAttributes: Set<String> = []
        /// How many users one page holds at most.
        var userPageLimit = 200
        /// For how many reads a change stays unseen.
        var staleReads = 0
        /// Whether groups tell how many users and apps they have.
        var embedsGroupStats = true
        /// Whether an app's users include those who have it by a group.
        var assignsAppsByGroup = true
    }

    /// A new id with the prefix of its kind, such as `00u`.
    mutating func newID(_ prefix: String) -> String {
        lastID += 1
        let number = String(lastID, radix: 36)
        return prefix + String(repeating: "0", count: max(0, 13 - number.utf8.count)) + number + "new0"
    }
}
