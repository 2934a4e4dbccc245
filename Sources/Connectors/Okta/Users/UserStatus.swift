import BatonWire

/// Where a user is in Okta's life cycle.
struct UserStatus: Sendable {
    /// As Okta says it.
    let raw: String

    /// Whether the account can be used.
    var resourceStatus: C1_Connector_V2_Status.ResourceStatus {
        if Self.enabled.contains(raw) { return .enabled }
        return Self.disabled.contains(raw) ? .disabled : .unspecified
    }

    /// Whether there is nothing to enable.
    var isEnabled: Bool { Self.enabled.contains(raw) }

    private static let enabled: Set = [
        "ACTIVE", "PROVISIONED", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT",
    ]
    private static let disabled: Set = ["STAGED", "SUSPENDED", "DEPROVISIONED"]
}
