import StandinKit
import WireForm

/// An app and who is assigned to it.
struct OktaApp: Sendable {
    let id: String
    var name: String
    var label: String
    var status: String
    var signOnMode: String
    var created: Timestamp
    var lastUpdated: Timestamp
    /// What else the app says of itself, such as `settings`.
    var details: JSONObject
    var users = Table<User>()
    var groups = Table<Group>()

    /// A user of an app.
    struct User: Sendable {
        let id: String
        var scope: Scope
        var userName: String?
        var profile: JSONObject
        var status = "ACTIVE"
        var created: Timestamp
        var lastUpdated: Timestamp
        /// The group that brings the app, when it isn't assigned to the user itself.
        var groupID: String?

        enum Scope: String, Sendable {
            case user = "USER"
            case group = "GROUP"
        }
    }

    /// A group that brings an app to its members.
    struct Group: Sendable {
        let id: String
        var priority: Int
        var profile: JSONObject
        var lastUpdated: Timestamp
    }
}
