import AccessModel
public import LanternCatalog
import NIOCore
import WireForm

/// A form in which a list is taken along.
public enum ListFormat: String, Sendable, CaseIterable {
    /// What spreadsheet programs read (RFC 4180).
    case csv
    /// An array of objects, whose values are texts.
    case json

    var type: String { self == .csv ? "text/csv; charset=utf-8" : "application/json" }
}

/// A whole list, in the columns of the file that its page offers.
public struct ListExport: Sendable {
    /// A list of what is in an application.
    public enum Table: String, Sendable, CaseIterable {
        case accounts, groups, resources, entitlements, grants, secrets
    }

    private let parts: @Sendable (ListFormat, (ByteBuffer) throws -> Void) async throws -> Void

    private init<Row>(_ columns: [Column<Row>], fetch: @escaping @Sendable (PageRequest) async throws -> Page<Row>) {
        parts = { format, take in
            let file = ListFile(format: format, columns: columns.filter(\.isUsual), fetch: fetch)
            for try await part in file { try take(part) }
        }
    }

    /// A list of an application as it was at a moment.
    public init(_ table: Table, of application: String, at moment: Moment, in catalog: any Catalog) {
        let now = SQLiteCatalog.systemTime()
        switch table {
        case .accounts: self.init(.account, Columns.accounts(now: now), application, moment, catalog)
        case .groups: self.init(.group, Columns.resources(now: now), application, moment, catalog)
        case .secrets:
            var query = ResourceQuery(of: application)
            query.kind = .secret
            query.moment = moment
            self.init(Columns.secrets(now: now)) { [query] in try await catalog.secrets(query, $0) }
        case .resources: self.init(nil, Columns.resources(now: now), application, moment, catalog)
        case .entitlements:
            var query = EntitlementQuery(of: application)
            query.moment = moment
            self.init(Columns.entitlements(now: now)) { [query] in try await catalog.entitlements(query, $0) }
        case .grants:
            var query = GrantQuery(.application(application))
            query.moment = moment
            self.init(Columns.grants(now: now)) { [query] in try await catalog.grants(query, $0) }
        }
    }

    private init(
        _ kind: ResourceKind?, _ columns: [Column<ListedResource>], _ application: String, _ moment: Moment,
        _ catalog: any Catalog
    ) {
        var query = ResourceQuery(of: application)
        query.kind = kind
        query.moment = moment
        self.init(columns) { [query] in try await catalog.resources(query, $0) }
    }

    /// The people who have accounts, in whichever application.
    public init(peopleIn catalog: any Catalog) {
        self.init(Columns.people(now: SQLiteCatalog.systemTime())) { try await catalog.people($0) }
    }

    /// Makes the file, and hands its parts out one after the other; none is larger than a page of the list.
    ///
    /// - Parameter take: called with bytes that are gone afterwards.
    public func write(_ format: ListFormat, to take: (UnsafeRawBufferPointer) throws -> Void) async throws {
        try await parts(format) { part in try part.withUnsafeReadableBytes(take) }
    }
}

extension Catalog {
    /// The moment that somebody names: the end of a day (UTC), a time, or now when they name none.
    ///
    /// - Throws: `CatalogError` when it is neither.
    public func moment(asOf text: String) async throws -> Moment {
        guard !text.isEmpty else { return .now }
        let full = text.utf8.count == 10 ? text + "T23:59:59Z" : text
        guard let time = CivilTime(rfc3339: full)?.unixSeconds else {
            throw CatalogError(
                .invalidArgument,
                "at: must be a day such as 2026-11-24, or a time such as 2026-11-24T12:00:00Z.")
        }
        return .revision(try await revision(at: time)?.number ?? 0)
    }
}
