import StandinKit
import WireForm

extension Org {
    /// Writes into the System Log what somebody did.
    mutating func note(_ type: String, by call: Call, targets: [JSONValue]) {
        let id = newID("evt")
        let event = JSONObject([
            ("uuid", .string(id)), ("published", .string(call.now.text)), ("eventType", .string(type)),
            ("version", "0"), ("severity", "INFO"), ("displayMessage", .string(type)),
            (
                "actor",
                [
                    "id": .string(call.caller.id), "type": call.caller.isClient ? "PublicClientApp" : "User",
                    "alternateId": .string(call.caller.name), "displayName": .string(call.caller.name),
                ]
            ),
            ("outcome", ["result": "SUCCESS"]), ("target", .array(targets)),
            ("transaction", ["type": "WEB", "id": .string(id), "detail": [:]]),
            ("debugContext", ["debugData": ["requestUri": .string(call.request.target.path)]]),
            (
                "client",
                [
                    "userAgent": ["rawUserAgent": .string(call.request.header("User-Agent") ?? "")],
                    "ipAddress": "127.0.0.1",
                ]
            ),
        ])
        log.put(event, id: id)
    }

    func target(_ user: OktaUser) -> JSONValue {
        Self.target(user.id, "User", user.login, user.fullName)
    }

    func target(_ group: OktaGroup) -> JSONValue {
        Self.target(group.id, "UserGroup", "unknown", group.name)
    }

    func target(_ app: OktaApp) -> JSONValue {
        Self.target(app.id, "AppInstance", app.label, app.label)
    }

    func roleTarget(_ label: String) -> JSONValue {
        Self.target(label, "ROLE", "unknown", label)
    }

    private static func target(_ id: String, _ type: String, _ alternate: String, _ name: String) -> JSONValue {
        [
            "id": .string(id), "type": .string(type), "alternateId": .string(alternate),
            "displayName": .string(name),
        ]
    }
}
