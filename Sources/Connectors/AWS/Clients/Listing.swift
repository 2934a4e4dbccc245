import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit

/// Some rows of a list, and where a service says it goes on.
struct Listing<Row: Sendable>: Sendable {
    let rows: [Row]
    /// Nil after the last page.
    let next: String?

    init(rows: [Row], next: String?) {
        self.rows = rows
        self.next = next.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension Listing {
    /// All rows of a list that is paged.
    ///
    /// - Throws: ``AWSError`` when a page names itself as the next one.
    static func all(_ page: (String) async throws -> Listing) async throws -> [Row] {
        var rows: [Row] = []
        var place: String? = ""
        while let current = place {
            try Task.checkCancellation()
            let found = try await page(current)
            rows += found.rows
            if let next = found.next, next.hasSameBytes(as: current) {
                throw AWSError(.internal, "AWS names the page just read as the next one.")
            }
            place = found.next
        }
        return rows
    }
}

extension PageRequest {
    /// The list that this page belongs to, and the service's own place in it.
    func stack(of type: ResourceType) throws -> PageStack {
        var stack = try PageStack(token: token)
        if stack.current == nil { stack.push(.init(type: type.id)) }
        return stack
    }
}

extension PageStack {
    /// The service's own place in the list that is paged now; empty at its beginning.
    var place: String { current?.token ?? "" }

    /// The token of the next page.
    ///
    /// - Throws: a `ServiceError` when the page just read is named as the next one.
    mutating func following(_ next: String?) throws -> String {
        if let next, !next.isEmpty, next.hasSameBytes(as: place) {
            throw ServiceError(.internal, "pagination does not advance: AWS names the page just read as the next one.")
        }
        return try self.next(next)
    }
}

extension Sequence where Self: Sendable, Element: Sendable {
    /// What `transform` makes of each, in their order, with a few under way at a time.
    func mapped<Result: Sendable>(
        atOnce limit: Int = 8, _ transform: @escaping @Sendable (Element) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var results: [(Int, Result)] = []
            var underway = 0
            for (index, element) in enumerated() {
                if underway == limit, let done = try await group.next() {
                    results.append(done)
                    underway -= 1
                }
                group.addTask { (index, try await transform(element)) }
                underway += 1
            }
            while let done = try await group.next() { results.append(done) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
