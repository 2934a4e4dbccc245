import AccessModel
import BatonWire

/// Does `work`, and gives its failure the form by which callers decide whether to try again.
func telling<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
    do {
        return try await work()
    } catch let failure as LDAPFailure {
        throw failure.asServiceError
    }
}

extension ResourceID {
    /// Checks that somebody who is to hold something is an account.
    func checkedAccount() throws -> ResourceID {
        guard type.hasSameBytes(as: ResourceType.user.id) else {
            throw ServiceError(.invalidArgument, "\(self): only a \(ResourceType.user.id) can be given this here.")
        }
        return self
    }
}
