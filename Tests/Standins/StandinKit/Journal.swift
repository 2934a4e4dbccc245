import Synchronization
package import WireForm

/// What was asked of a stand-in, in its order: tests count calls here.
package final class Journal: Sendable {
    /// One request and how it was answered.
    package struct Entry: Sendable {
        package let number: Int
        package let method: String
        package let path: String
        package let query: [RequestTarget.QueryItem]
        /// The body without what must stay secret; empty when there was none.
        package let body: String
        package let status: Int
        /// What went wrong on purpose.
        package let faults: [String]
    }

    private let entries = Mutex<[Entry]>([])

    package init() {}

    /// Everything so far.
    package var all: [Entry] { entries.withLock { $0 } }

    /// The requests that a pattern means, such as `GET /api/v1/users*`.
    package func entries(_ pattern: String) -> [Entry] {
        let pattern = RequestPattern(pattern)
        return all.filter { pattern.matches($0.method, $0.path) }
    }

    /// How many requests a pattern means.
    package func count(_ pattern: String) -> Int { entries(pattern).count }

    /// Forgets what was.
    package func clear() { entries.withLock { $0 = [] } }

    package func note(_ request: StandinRequest, body: String, status: Int, faults: [String]) {
        entries.withLock {
            $0.append(
                Entry(
                    number: $0.count + 1, method: request.method, path: request.target.path,
                    query: request.target.query, body: body, status: status, faults: faults))
        }
    }
}

extension Journal.Entry {
    package var json: JSONValue {
        [
            "number": JSONValue(number), "method": .string(method), "path": .string(path),
            "query": .array(query.map { ["name": .string($0.name), "value": .string($0.value)] }),
            "body": .string(body), "status": JSONValue(status), "faults": .array(faults.map { .string($0) }),
        ]
    }
}

extension JSONValue {
    /// The value with stars in place of what a member with one of these names holds, at any depth.
    package func hiding(_ secrets: Set<String>) -> JSONValue {
        switch self {
        case .array(let elements): .array(elements.map { $0.hiding(secrets) })
        case .object(let members):
            .object(
                members.map { member in
                    let isSecret = secrets.contains(member.name) && !member.value.isObject
                    return (member.name, isSecret ? "***" : member.value.hiding(secrets))
                })
        default: self
        }
    }
}
