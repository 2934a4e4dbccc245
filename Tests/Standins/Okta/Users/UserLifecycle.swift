import StandinKit
import WireForm

extension Org {
    /// `POST …/lifecycle/activate`: for users that are staged or deprovisioned.
    mutating func activateUser(_ call: Call) throws -> Reply {
        let sendsEmail = try call.flag("sendEmail", default: true)
        let user = try user(call)
        guard [.staged, .deprovisioned].contains(user.status) else { throw OktaError.alreadyActive }
        change(user.id, call.now) {
            $0.status = $0.statusWhenActivated
            $0.activated = call.now
        }
        note("user.lifecycle.activate", by: call, targets: [target(user)])
        return activation(of: user, sendsEmail: sendsEmail, call)
    }

    /// `POST …/lifecycle/reactivate`: for users who did not finish.
    mutating func reactivateUser(_ call: Call) throws -> Reply {
        let sendsEmail = try call.flag("sendEmail", default: false)
        let user = try user(call)
        guard [.provisioned, .recovery].contains(user.status) else { throw OktaError.wrongStatus }
        change(user.id, call.now) { $0.activated = call.now }
        note("user.lifecycle.reactivate", by: call, targets: [target(user)])
        return activation(of: user, sendsEmail: sendsEmail, call)
    }

    private mutating func activation(of user: OktaUser, sendsEmail: Bool, _ call: Call) -> Reply {
        if sendsEmail || users[user.id]?.status == .active { return .emptyObject }
        let token = newID("XE6")
        return Reply([
            "activationUrl": .string("\(call.origin)/welcome/\(token)"), "activationToken": .string(token),
        ])
    }

    /// `POST …/lifecycle/deactivate`: for all users but those that are deprovisioned.
    mutating func deactivateUser(_ call: Call) throws -> Reply {
        _ = try call.flag("sendEmail", default: false)
        let user = try user(call)
        guard user.status != .deprovisioned else { throw OktaError.notFound(user.id, "User") }
        deprovision(user, call)
        return .emptyObject
    }

    private mutating func deprovision(_ user: OktaUser, _ call: Call) {
        change(user.id, call.now) { $0.status = .deprovisioned }
        releaseAccess(of: user.id)
        note("user.lifecycle.deactivate", by: call, targets: [target(user)])
    }

    /// `POST …/lifecycle/suspend`: for users that are active.
    mutating func suspendUser(_ call: Call) throws -> Reply {
        let user = try user(call)
        guard user.status == .active else {
            throw OktaError.validation(user.id, "Cannot suspend a user that is not active")
        }
        change(user.id, call.now) { $0.status = .suspended }
        note("user.lifecycle.suspend", by: call, targets: [target(user)])
        return .emptyObject
    }

    /// `POST …/lifecycle/unsuspend`.
    mutating func unsuspendUser(_ call: Call) throws -> Reply {
        let user = try user(call)
        guard user.status == .suspended else {
            throw OktaError.validation(user.id, "Cannot unsuspend a user that is not suspended")
        }
        change(user.id, call.now) { $0.status = .active }
        note("user.lifecycle.unsuspend", by: call, targets: [target(user)])
        return .emptyObject
    }

    /// `POST …/lifecycle/unlock`.
    mutating func unlockUser(_ call: Call) throws -> Reply {
        let user = try user(call)
        guard user.status == .lockedOut else { throw OktaError.unlockForbidden }
        change(user.id, call.now) { $0.status = .active }
        note("user.account.unlock", by: call, targets: [target(user)])
        return .emptyObject
    }

    /// `DELETE /api/v1/users/{id}`: the first one deactivates, the second one deletes.
    mutating func deleteUser(_ call: Call) throws -> Reply {
        _ = try call.flag("sendEmail", default: false)
        let user = try user(call)
        if user.status == .deprovisioned {
            forget(user)
            note("user.lifecycle.delete.initiated", by: call, targets: [target(user)])
        } else {
            deprovision(user, call)
        }
        return .noContent
    }
}
