import AccessModel
import Synchronization

/// Where lists stand whose pages are asked for one by one.
///
/// A server forgets where a list stood when the connection ends, and a sync may go on in another process. So a page token names the
/// place, and what is needed to go on there is kept here for as long as this process and its connection live. Who asks for a place that
/// isn't known any more gets the list from its beginning: rows that come twice are stored once, and none is missed.
final class Cursors<Value: Sendable>: Sendable {
    private struct State {
        var places: [ByteKey: Value] = [:]
        /// The oldest first.
        var order: [ByteKey] = []
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: how many lists may be open at a time.
    init(limit: Int) {
        self.limit = limit
    }

    /// Remembers a place, and forgets the oldest when there are too many.
    func keep(_ value: Value, at token: ListToken) {
        state.withLock { state in
            state.places[token.key] = value
            state.order.append(token.key)
            guard state.order.count > limit else { return }
            state.places[state.order.removeFirst()] = nil
        }
    }

    /// Hands out what was remembered of a place, and forgets it.
    func take(_ token: ListToken) -> Value? {
        state.withLock { state in
            state.order.removeAll { $0 == token.key }
            return state.places.removeValue(forKey: token.key)
        }
    }

    /// Forgets all places.
    func removeAll() {
        state.withLock { $0 = State() }
    }
}

/// A place in a list, as a page token says it: `begun.page.number`, of which the last is made up anew for each place.
struct ListToken: Sendable {
    /// How often the list was begun.
    let begun: Int
    /// How many pages came before.
    let page: Int
    private let number: UInt64

    /// How often a list is begun at most.
    private static let mostBeginnings = 100

    /// The first place of a list.
    private init() {
        self.init(begun: 1, page: 0, number: 0)
    }

    private init(begun: Int, page: Int, number: UInt64 = .random(in: 1...(.max))) {
        self.begun = begun
        self.page = page
        self.number = number
    }

    /// Reads a token; an empty one is the first place.
    ///
    /// - Throws: a `ServiceError` when it is none.
    init(parsing text: String) throws {
        guard !text.isEmpty else {
            self.init()
            return
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let begun = Int(parts[0]), let page = Int(parts[1]),
            let number = UInt64(parts[2], radix: 36), begun > 0, page > 0, number > 0
        else { throw ServiceError(.invalidArgument, "page token corrupt: \"\(text.prefix(80))\"") }
        self.init(begun: begun, page: page, number: number)
    }

    /// Whether it is where the list begins.
    var isStart: Bool { page == 0 }

    var text: String { "\(begun).\(page).\(String(number, radix: 36))" }

    fileprivate var key: ByteKey { ByteKey(text) }

    /// The place after one more page.
    ///
    /// - Parameter isFresh: whether that page was the first after the list had to begin anew.
    /// - Throws: a `ServiceError` when it began so often that it will not end.
    func next(isFresh: Bool) throws -> ListToken {
        guard isFresh, !isStart else { return ListToken(begun: begun, page: page < Int.max ? page + 1 : page) }
        guard begun < Self.mostBeginnings else {
            throw ServiceError(
                .failedPrecondition,
                "a list was begun \(begun) times, because the server closed the connection before its end each time. Look for its idle and size limits."
            )
        }
        return ListToken(begun: begun + 1, page: 1)
    }
}
