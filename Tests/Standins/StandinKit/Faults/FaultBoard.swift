import Synchronization

/// The faults that are set, and how often each has happened.
package final class FaultBoard: Sendable {
    private struct Armed {
        let fault: Fault
        var seen = 0
        var happened = 0

        /// Counts a request that is meant; whether the fault happens to it.
        mutating func strikes() -> Bool {
            seen += 1
            let place = seen - fault.skip
            guard place > 0, place % fault.every == 0, fault.times.map({ happened < $0 }) ?? true else { return false }
            happened += 1
            return true
        }
    }

    private let armed: Mutex<[Armed]>

    package init(_ faults: [Fault] = []) {
        armed = Mutex(faults.map { Armed(fault: $0) })
    }

    /// The faults that are set.
    package var all: [Fault] { armed.withLock { $0.map(\.fault) } }

    /// Sets faults besides those that are set.
    package func add(_ faults: Fault...) { add(faults) }

    /// Sets faults besides those that are set.
    package func add(_ faults: [Fault]) {
        armed.withLock { $0 += faults.map { Armed(fault: $0) } }
    }

    /// From now on everything goes well.
    package func clear() { armed.withLock { $0 = [] } }

    /// Takes back the faults with this id.
    package func remove(id: String) {
        armed.withLock { $0.removeAll { $0.fault.id == id } }
    }

    /// What goes wrong with a request.
    package func strike(_ request: StandinRequest) -> [Fault.Effect] {
        armed.withLock { armed in
            guard !armed.isEmpty else { return [] }
            let query = request.target.replacingQuery(request.target.query)
            var effects: [Fault.Effect] = []
            for place in armed.indices {
                let fault = armed[place].fault
                guard fault.pattern.matches(request.method, request.target.path),
                    fault.query.map({ query.contains($0) }) ?? true
                else { continue }
                if armed[place].strikes() { effects.append(fault.effect) }
            }
            return effects
        }
    }
}
