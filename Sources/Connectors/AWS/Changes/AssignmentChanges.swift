import AWSCalls
import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import Logging

/// Gives permission sets in accounts to users and groups, and takes them away.
struct AssignmentChanges: Sendable {
    let directory: IdentityDirectory
    let organizations: Organizations
    let clock: any ClientClock
    let log: Logger

    /// How often AWS is asked how far it is, and for how long.
    private static let (pause, patience) = (Duration.seconds(1), Duration.seconds(300))

    /// Gives `principal` a permission set in an account.
    func give(_ permissionSet: String, in account: String, to principal: ResourceID) async throws -> Provisioned {
        let holding = try IdentityCenter.Holding(
            permissionSet: permissionSet, account: account, principal: .init(principal))
        guard try await !isThere(holding) else { return .alreadySo }
        let request = try await begin(creating: true, holding)
        try await finish(creating: true, request.progress)
        return .changed(bringing: [], annotations: C1_Connector_V2_RequestId.remarks(request.requestID))
    }

    /// Takes a permission set in an account from `principal`.
    func take(_ permissionSet: String, in account: String, from principal: ResourceID) async throws -> Provisioned {
        let holding = try IdentityCenter.Holding(
            permissionSet: permissionSet, account: account, principal: .init(principal))
        guard try await isThere(holding) else { return .alreadySo }
        do {
            let request = try await begin(creating: false, holding)
            try await finish(creating: false, request.progress)
            return .changed(bringing: [], annotations: C1_Connector_V2_RequestId.remarks(request.requestID))
        } catch let error as ServiceError where error.message.contains("Received a 404 status error") {
            return .alreadySo
        } catch let error as AWSError where error.isAbsent {
            return .alreadySo
        }
    }

    private func isThere(_ holding: IdentityCenter.Holding) async throws -> Bool {
        let instance = try await directory.instance()
        var place: String? = ""
        while let current = place {
            let found = try await directory.center.assignments(
                of: holding.permissionSet, in: holding.account, instance, after: current)
            let isFound = found.rows.contains {
                $0.principalType == holding.principal.principalType
                    && $0.principalID.hasSameBytes(as: holding.principal.principalID)
            }
            if isFound { return true }
            guard found.next?.hasSameBytes(as: current) != true else {
                throw ServiceError(.internal, "AWS names the page just read as the next one.")
            }
            place = found.next
        }
        return false
    }

    private func begin(
        creating: Bool, _ holding: IdentityCenter.Holding
    ) async throws -> (progress: IdentityCenter.Progress, requestID: String?) {
        let isVerified = try await verify(holding.account)
        do {
            return try await directory.center.begin(creating: creating, holding, directory.instance())
        } catch let error as AWSError where error.code == "ConflictException" {
            let hint =
                isVerified ? "" : " Allow organizations:DescribeAccount, and suspended accounts are told beforehand."
            throw ServiceError(
                .aborted,
                "account \(holding.account): something else is changed in it at the moment, or it is suspended (\(error)).\(hint)"
            )
        }
    }

    /// Looks whether an account is in use.
    ///
    /// - Returns: false when that may not be looked at.
    /// - Throws: a `ServiceError` when it isn't in use.
    private func verify(_ account: String) async throws -> Bool {
        do {
            let found = try await organizations.account(account)
            guard found.isActive else {
                throw ServiceError(
                    .failedPrecondition, "account \(account): is not active, status: \(found.condition).")
            }
            return true
        } catch let error as AWSError where error.isDenied {
            log.debug("the account's status is unknown", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Waits until AWS is done.
    private func finish(creating: Bool, _ begun: IdentityCenter.Progress) async throws {
        let deadline = clock.uptime + Self.patience
        let what = creating ? "account assignment creation" : "account assignment deletion"
        guard let request = begun.requestID else {
            return try Self.judge(begun, what) ? () : { throw Self.lost(what) }()
        }
        var progress = begun
        while try !Self.judge(progress, what) {
            guard clock.uptime < deadline else { throw Self.lost(what) }
            try await clock.sleep(for: Self.pause)
            do {
                progress = try await directory.center.progress(
                    of: request, creating: creating, directory.instance())
            } catch let error as AWSError where error.isDenied {
                log.warning("how far AWS is may not be asked; taken for done", metadata: ["error": "\(error)"])
                return
            }
        }
    }

    /// Whether it is done.
    ///
    /// - Throws: a `ServiceError` when it failed.
    private static func judge(_ progress: IdentityCenter.Progress, _ what: String) throws -> Bool {
        switch progress.status {
        case "SUCCEEDED": return true
        case "IN_PROGRESS": return false
        case "FAILED":
            throw ServiceError(.failedPrecondition, "\(what) failed: \(progress.failure ?? "no reason given")")
        default: throw ServiceError(.unknown, "\(what): AWS tells the unknown status \(progress.status).")
        }
    }

    private static func lost(_ what: String) -> ServiceError {
        ServiceError(
            .deadlineExceeded, "\(what) timed out: it may be done all the same. Look in IAM Identity Center.")
    }
}

extension AccountSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        let (account, set) = try Self.parts(of: entitlement.id)
        return try await changes.give(set, in: account, to: principal.identity)
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let (account, set) = try Self.parts(of: grant.entitlement.id)
        return try await changes.take(set, in: account, from: grant.holder)
    }

    /// Account and permission set of an entitlement's id.
    private static func parts(of id: String) throws -> (account: String, permissionSet: String) {
        let parts = id.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ServiceError(.invalidArgument, "entitlement \(id): names no account and permission set.")
        }
        return (String(parts[0]), String(parts[1]))
    }
}

extension AssignmentSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        let scope = try Scope(of: entitlement.resource)
        return try await changes.give(scope.permissionSet, in: scope.account, to: principal.identity)
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let scope = try Scope(of: grant.entitlement.resource)
        return try await changes.take(scope.permissionSet, in: scope.account, from: grant.holder)
    }
}
