import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The actions that were invoked: those under way, and what came of the last ones.
///
/// Their work is done by whoever runs ``serve()``, so that it ends with its owner.
actor ActionRuns {
    /// What is known of one run.
    struct Run: Sendable {
        let id: String
        let name: String
        fileprivate(set) var status: C1_Connector_V2_BatonActionStatus
        fileprivate(set) var response: Profile
    }

    /// How many runs are remembered; then the oldest settled ones are forgotten.
    private static let capacity = 1000
    /// How long an action may take.
    private static let limit = Duration.seconds(3600)

    private var runs: [String: Run] = [:]
    private var order: [String] = []
    private var waiting: [String: [AsyncStream<Never>.Continuation]] = [:]
    private let jobs: AsyncStream<@Sendable () async -> Void>
    private let queue: AsyncStream<@Sendable () async -> Void>.Continuation

    init() {
        (jobs, queue) = AsyncStream.makeStream()
    }

    /// Does the work of actions until the task is cancelled, and with it what is under way then.
    func serve() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs { group.addTask { await job() } }
            group.cancelAll()
        }
    }

    /// Begins an action and returns its id.
    func begin(_ action: Action, with arguments: ActionArguments) -> String {
        forgetOldest()
        let id = KSUID(at: Int64(Date().timeIntervalSince1970)).description
        runs[id] = Run(id: id, name: action.schema.name, status: .pending, response: Profile())
        order.append(id)
        queue.yield {
            await self.set(.running, of: id)
            do {
                let expiry = ServiceError(.deadlineExceeded, "action handler timed out")
                let response = try await withTimeLimit(Self.limit, orThrow: expiry) {
                    try await action.perform(arguments)
                }
                await self.settle(id, .complete, response)
            } catch {
                await self.settle(id, .failed, Profile(["error": .text("\(error)")]))
            }
        }
        return id
    }

    /// The run with this id; nil when it is unknown or forgotten.
    func run(_ id: String) -> Run? { runs[id] }

    /// The run as it is when it settles, or after `wait` at the latest.
    func run(_ id: String, waiting wait: Duration) async -> Run? {
        guard let run = runs[id], !run.isSettled else { return runs[id] }
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        waiting[id, default: []].append(continuation)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in stream {} }
            // A sleep only ends early by cancellation, and then there is nothing left to wait for.
            group.addTask { try? await Task.sleep(for: wait) }
            await group.next()
            group.cancelAll()
        }
        return runs[id]
    }

    private func set(_ status: C1_Connector_V2_BatonActionStatus, of id: String) {
        runs[id]?.status = status
    }

    private func settle(_ id: String, _ status: C1_Connector_V2_BatonActionStatus, _ response: Profile) {
        runs[id]?.response = response
        runs[id]?.status = status
        for continuation in waiting.removeValue(forKey: id) ?? [] { continuation.finish() }
    }

    private func forgetOldest() {
        guard order.count >= Self.capacity, let oldest = order.firstIndex(where: { runs[$0]?.isSettled ?? true }) else {
            return
        }
        runs[order.remove(at: oldest)] = nil
    }
}

extension ActionRuns.Run {
    /// Whether it is over.
    var isSettled: Bool { status == .complete || status == .failed }
}
