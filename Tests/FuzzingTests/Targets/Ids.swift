import AccessModel
import WireForm

@testable import SyncEngine

extension FuzzTarget {
    static let ids = [
        FuzzTarget("sync-token", syncToken), FuzzTarget("baton-id", longest: 512, batonID),
    ]

    /// A state comes back from its token as it was.
    @Sendable private static func syncToken(_ bytes: [UInt8]) async throws {
        var state: SyncState
        do {
            state = try SyncState(token: bytes.asText)
        } catch is WireError {
            return
        } catch is ServiceError {
            return
        }
        let token = state.token
        let again = try SyncState(token: token)
        try promise(again.token.hasSameBytes(as: token), "from \(token) to \(again.token)")
        let final = try SyncState(token: state.finalToken)
        try promise(final.stack.isEmpty, "the final token plans \(final.stack)")
        _ = (state.quality?.invalid, state.quality?.dropped)
        state.quality?.add(.grantsDropped, .max)
        for step in 0..<min(state.stack.count, 20) {
            state.push(SyncAction(.listGrants))
            let ids = state.stack.map(\.id)
            try promise(Set(ids.map { ByteKey($0) }).count == ids.count, "an id stands twice in \(ids)")
            for action in state.batch(limit: 4) {
                state.update(action.id) { $0.pageToken = "p" }
                if step % 2 == 0 { state.finish(action.id) }
            }
            state.warn("a warning")
        }
    }

    /// What is an id is written the same way.
    @Sendable private static func batonID(_ bytes: [UInt8]) async throws {
        let text = bytes.asText
        try await refusing(ServiceError.self) {
            let id = try BatonID(parsing: text)
            try promise(id.text.hasSameBytes(as: text), "\(text) is written \(id.text)")
            let target = try SyncTarget(parsing: text)
            try promise(target.text.hasSameBytes(as: text), "\(text) is written \(target.text)")
        }
    }
}
