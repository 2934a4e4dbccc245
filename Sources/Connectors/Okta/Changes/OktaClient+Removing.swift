import ConnectorHTTP
import ConnectorKit

extension OktaClient {
    /// Removes what is at `path`; that it isn't there is no error.
    func remove(_ path: RequestPath, needs scope: OktaScope) async throws -> Provisioned {
        do {
            try await change(.delete, path, needs: scope)
            return .changed
        } catch let refusal as OktaRefusal where refusal.isAbsence {
            return .alreadySo
        }
    }
}
