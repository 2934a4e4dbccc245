import AccessModel
import ConnectorHTTP
import ConnectorKit
import WireForm

/// Takes users from one state of Okta's life cycle to another.
struct UserLifecycle: Sendable {
    let okta: OktaClient

    /// Lets a user sign in; whoever may already stays as they are.
    ///
    /// - Returns: what was done, for people.
    func enable(_ id: String) async throws -> String {
        let status = try await status(of: id)
        switch status.raw {
        case "STAGED": try await step("activate", id, [QueryParameter("sendEmail", "false")])
        case "SUSPENDED": try await step("unsuspend", id)
        case "DEPROVISIONED":
            throw ServiceError(
                .failedPrecondition, "user/\(id): deactivated users can't be enabled. Activate the user in Okta.")
        case _ where status.isEnabled: return "The user is enabled already (\(status.raw))."
        default: throw unexpected(status, id)
        }
        return "The user was enabled."
    }

    /// Keeps a user from signing in; whoever can't already stays as they are.
    ///
    /// - Returns: what was done, for people.
    func disable(_ id: String) async throws -> String {
        let status = try await status(of: id)
        switch status.raw {
        case "STAGED", "SUSPENDED", "DEPROVISIONED": return "The user is disabled already (\(status.raw))."
        case _ where status.isEnabled: try await step("suspend", id)
        default: throw unexpected(status, id)
        }
        return "The user was suspended."
    }

    /// Deactivates a user for good, and waits until Okta says so.
    ///
    /// - Returns: false when it was so already.
    func deactivate(_ id: String) async throws -> Bool {
        guard try await status(of: id).raw != "DEPROVISIONED" else { return false }
        try await step("deactivate", id, [QueryParameter("sendEmail", "false")])
        for attempt in 0..<4 {
            if attempt > 0 { try await Task.sleep(for: .milliseconds(500)) }
            guard let user = try await okta.user(id, isFresh: true) else { return true }
            if user.text("status") == "DEPROVISIONED" { return true }
        }
        throw ServiceError(.unavailable, "user/\(id): Okta is still deactivating the user. Try again.")
    }

    /// Deletes a user, which takes two steps: the first deactivates.
    func delete(_ id: String) async throws -> Provisioned {
        guard try await okta.user(id, isFresh: true) != nil else { return .alreadySo }
        _ = try await deactivate(id)
        for _ in 0..<2 {
            _ = try await okta.remove("/api/v1/users/\(id)", needs: .usersManage)
            guard let left = try await okta.user(id, isFresh: true) else { return .changed }
            guard left.text("status") == "DEPROVISIONED" else { break }
        }
        throw ServiceError(.unavailable, "user/\(id): Okta still has the user after deleting it. Try again.")
    }

    /// Lets a staged user in, without a message to them.
    func activate(_ id: String) async throws {
        try await step("activate", id, [QueryParameter("sendEmail", "false")])
    }

    private func step(_ name: String, _ id: String, _ query: [QueryParameter] = []) async throws {
        try await okta.change(.post, "/api/v1/users/\(id)/lifecycle/\(name)", query: query, needs: .usersManage)
    }

    private func status(of id: String) async throws -> UserStatus {
        guard let user = try await okta.user(id, isFresh: true) else {
            throw ServiceError(.notFound, "user/\(id): there is no such user. Sync again.")
        }
        return UserStatus(raw: user.text("status"))
    }

    private func unexpected(_ status: UserStatus, _ id: String) -> ServiceError {
        ServiceError(.failedPrecondition, "user/\(id): its status is \(status.raw), from which Okta offers no way.")
    }
}
