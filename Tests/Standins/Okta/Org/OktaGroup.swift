import StandinKit
import WireForm

/// A group and who is in it.
struct OktaGroup: Sendable {
    let id: String
    var type: Kind
    var profile: JSONObject
    var created: Timestamp
    var lastUpdated: Timestamp
    var lastMembershipUpdated: Timestamp
    /// The app that an `APP_GROUP` comes from.
    var sourceApp: String?
    var members = Table<Member>()

    enum Kind: String, Sendable {
        case okta = "OKTA_GROUP"
        case app = "APP_GROUP"
        case builtIn = "BUILT_IN"
    }

    struct Member: Sendable {
        let userID: String
    }

    var name: String { profile["name"]?.string ?? "" }
}
