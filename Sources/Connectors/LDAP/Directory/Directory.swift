import AccessModel
import ConnectorKit
import Logging
import Synchronization

/// How much is asked for at a time.
struct ListSizes: Sendable {
    /// Entries in a page of a search.
    var entries = 500
    /// Members of a group that are handed out together.
    var members = 1000
    /// Values of an attribute; nil leaves it to the server.
    var values: Int?
}

/// The directory behind the server: what syncers ask for, over connections that are kept and opened again.
final class Directory: Sendable {
    /// Entries in a page of a server that allows no more: as many as the ecosystem's connector asks for.
    private static let smallPage = 50

    /// How much is asked for at a time.
    let sizes: ListSizes
    let settings: ConnectionSettings
    let log: Logger
    /// What somebody wants added to every search.
    private let filter: LDAPFilter?
    /// For what isn't paged.
    private let direct: LDAPConnection
    /// One connection for each list that is being paged: many servers know of only one a connection.
    private let lists = Cursors<OpenList>(limit: 4)
    private let facts = Mutex<ServerFacts?>(nil)
    private let toldReferences = Mutex<Set<ByteKey>>([])

    /// Connections that no list uses at the moment.
    private let free = Mutex<[LDAPConnection]>([])

    /// A list that is being paged.
    private struct OpenList {
        let connection: LDAPConnection
        let search: LDAPSearch
        let size: Int
        var cookie: [UInt8]

        /// The next page; nil when the server has forgotten where it was.
        func next<Row: Sendable>(_ read: @Sendable (LDAPEntry) throws -> Row?) async throws -> LDAPPage<Row>? {
            do {
                return try await connection.page(of: search, after: cookie, size: size, read: read)
            } catch let failure as LDAPFailure where failure.result == .unwilling {
                return nil
            }
        }
    }

    init(_ settings: ConnectionSettings, filter: LDAPFilter?, sizes: ListSizes, log: Logger) {
        self.sizes = sizes
        self.settings = settings
        self.filter = filter
        self.log = log
        direct = LDAPConnection(settings)
    }

    /// What the server says of itself.
    func serverFacts() async throws -> ServerFacts {
        if let known = facts.withLock({ $0 }) { return known }
        let found = try await direct.all(ServerFacts.search) { ServerFacts($0) }.rows.first
        guard let found else {
            throw ServiceError(
                .permissionDenied,
                "\(settings.address.url): the root entry can't be read. Let \(settings.bindDN) read the entry with the empty name."
            )
        }
        facts.withLock { $0 = found }
        return found
    }

    /// Forgets what was read during a sync, and closes connections.
    func forget() async {
        lists.removeAll()
        free.withLock { $0 = [] }
        facts.withLock { $0 = nil }
        await direct.close()
    }

    // MARK: Single entries

    /// The entry of a name if the filter finds it; nil otherwise.
    ///
    /// - Parameter isFiltered: whether what somebody wants added to every search counts.
    func entry(
        _ name: String, _ filter: LDAPFilter = .any, attributes: [String], isFiltered: Bool = true
    ) async throws -> LDAPEntry? {
        try await entries(
            LDAPSearch(base: name, scope: .base, filter: filter, attributes: attributes), isFiltered: isFiltered
        ).first
    }

    /// All entries that a search finds, which must not be many; none when its base isn't there.
    func entries(_ search: LDAPSearch, isFiltered: Bool = true) async throws -> [LDAPEntry] {
        do {
            let page = try await direct.all(isFiltered ? filtered(search) : search) { $0 }
            tell(page.references)
            return page.rows
        } catch let failure as LDAPFailure where failure.result == .noSuchObject {
            return []
        }
    }

    private func filtered(_ search: LDAPSearch) -> LDAPSearch {
        LDAPSearch(
            base: search.base, scope: search.scope, filter: search.filter.and(filter), attributes: search.attributes)
    }

    // MARK: Lists

    /// One page of what a search finds, and the token of the next; nil after the last.
    ///
    /// - Parameter read: makes a row of an entry; nil leaves it out.
    func page<Row: Sendable>(
        of search: LDAPSearch, after token: String, size: Int? = nil, read: @Sendable (LDAPEntry) throws -> Row?
    ) async throws -> (rows: [Row], next: String?) {
        let place = try ListToken(parsing: token)
        if let list = lists.take(place), let page = try await list.next(read) {
            return try keep(page, of: list, at: place.next(isFresh: false))
        }
        if !place.isStart { log.debug("the list of \(search.base) begins anew: its connection is gone") }
        let wanted = min(size ?? sizes.entries, sizes.entries)
        let (list, page) = try await begin(filtered(search), wanted, read)
        return try keep(page, of: list, at: place.next(isFresh: true))
    }

    /// Whether a search finds anything.
    func finds(_ search: LDAPSearch) async throws -> Bool {
        let (list, page) = try await begin(filtered(search), 1) { $0.name }
        free.withLock { $0.append(list.connection) }
        return !page.rows.isEmpty
    }

    /// All that a search finds, page by page.
    func forEach(
        _ search: LDAPSearch, isFiltered: Bool = true, _ body: @Sendable (LDAPEntry) throws -> Void
    ) async throws {
        let read: @Sendable (LDAPEntry) throws -> Never? = { entry in
            try body(entry)
            return nil
        }
        var (list, page) = try await begin(isFiltered ? filtered(search) : search, sizes.entries, read)
        while !page.cookie.isEmpty {
            tell(page.references)
            list.cookie = page.cookie
            guard let next = try await list.next(read) else {
                throw ServiceError(
                    .unavailable, "\(settings.address.url): searching \(search.base): the list broke off.")
            }
            page = next
        }
        tell(page.references)
        free.withLock { $0.append(list.connection) }
    }

    private func begin<Row: Sendable>(
        _ search: LDAPSearch, _ size: Int, _ read: @Sendable (LDAPEntry) throws -> Row?
    ) async throws -> (OpenList, LDAPPage<Row>) {
        let connection = free.withLock { $0.popLast() } ?? LDAPConnection(settings)
        let list = OpenList(connection: connection, search: search, size: size, cookie: [])
        do {
            return (list, try await connection.firstPage(of: search, size: size, read: read))
        } catch let failure as LDAPFailure where failure.result == .adminLimitExceeded && size > Self.smallPage {
            let list = OpenList(connection: connection, search: search, size: Self.smallPage, cookie: [])
            return (list, try await connection.firstPage(of: search, size: Self.smallPage, read: read))
        }
    }

    private func keep<Row: Sendable>(
        _ page: LDAPPage<Row>, of list: OpenList, at place: ListToken
    ) throws -> (rows: [Row], next: String?) {
        tell(page.references)
        guard !page.cookie.isEmpty else {
            free.withLock { $0.append(list.connection) }
            return (page.rows, nil)
        }
        var list = list
        list.cookie = page.cookie
        lists.keep(list, at: place)
        return (page.rows, place.text)
    }

    /// Says once that a part of what was searched is on another server.
    private func tell(_ references: [String]) {
        for reference in references {
            let isNew = toldReferences.withLock { $0.insert(ByteKey(reference)).inserted }
            guard isNew else { continue }
            // Partitions that every domain has, none of which holds accounts or groups.
            let own = ["/DC=ForestDnsZones,", "/DC=DomainDnsZones,", "/CN=Configuration,", "/CN=Schema,"]
            let isOwn = own.contains { reference.contains($0) }
            log.log(
                level: isOwn ? .debug : .warning,
                "a part of the directory is on another server and left out: \(reference). Sync that server too.")
        }
    }

    // MARK: Changes

    /// Makes an entry.
    func add(_ name: String, _ attributes: [LDAPChange]) async throws { try await direct.add(name, attributes) }

    /// Changes an entry, wholly or not at all.
    func modify(_ name: String, _ changes: [LDAPChange]) async throws { try await direct.modify(name, changes) }

    /// Deletes an entry.
    func delete(_ name: String) async throws { try await direct.delete(name) }

    /// Lets the server store a password in its own way.
    func setPassword(of name: String, to password: Secret) async throws {
        try await direct.setPassword(of: name, to: password)
    }
}
