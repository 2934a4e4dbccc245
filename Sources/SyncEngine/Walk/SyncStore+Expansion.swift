import C1Z
import Logging

extension SyncStore {
    /// How often a long expansion says that it goes on, in seconds.
    private static let remarkInterval: Int64 = 10

    /// Derives grants, then takes the action off the stack.
    func expand(_ action: SyncAction) throws {
        try writing { try $0.markDiffable() }
        if options.expandsGrants, state.needsExpansion {
            try runExpansion()
        } else {
            log.debug("skipping grant expansion, no grants to expand")
        }
        try finish(action)
    }

    private func runExpansion() throws {
        let before = progress.grants
        var lastRemark = now
        let id = try syncID
        try writing { writer in
            let pass = ExpansionPass(writer: writer, sync: id, environment: options.writing.environment, log: log)
            try pass.run { step in try self.afterStep(step, before: before, &lastRemark) }
        }
    }

    private func afterStep(_ step: GrantExpansion.Step, before: Int, _ lastRemark: inout Int64) throws {
        try Task.checkCancellation()
        try commitWhenDue()
        if now - lastRemark >= Self.remarkInterval {
            lastRemark = now
            log.info("Expanding grants", metadata: ["actions_remaining": .stringConvertible(step.remaining)])
        }
        tell { $0.grants = before + step.derived }
    }
}
