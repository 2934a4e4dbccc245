import AccessModel
import SwiftProtobuf
import WireForm

/// Something that happened, as Okta's system log tells it.
struct LogEntry: Sendable {
    /// Who did it, or whom or what it happened to.
    struct Party: Sendable {
        let id: String
        let type: String
        let name: String
        /// For people their login, which mostly is an e-mail address.
        let address: String

        init(_ json: JSONValue) {
            id = json.text("id")
            type = json.text("type")
            name = json.text("displayName")
            address = json.text("alternateId")
        }
    }

    let id: String
    let type: String
    let time: Google_Protobuf_Timestamp
    let actor: Party
    private let targets: [Party]

    /// An entry; nil when it lacks what every entry has.
    init?(_ json: JSONValue) {
        guard let time = json.time("published") else { return nil }
        id = json.text("uuid")
        type = json.text("eventType")
        guard !id.isEmpty, !type.isEmpty else { return nil }
        self.time = time
        actor = Party(json["actor"] ?? .null)
        targets = (json["target"]?.elements ?? []).map(Party.init)
    }

    /// The first target of a kind.
    func target(_ kind: String) -> Party? { targets.first { $0.type.hasSameBytes(as: kind) && !$0.id.isEmpty } }

    /// The user it happened to.
    var user: Resource? {
        target("User").map { .user(ResourceID(OktaTypes.user, $0.id), name: $0.name, email: $0.address) }
    }
}
