import AccessModel
import CommandLineKit
import FileViews
import LanternCatalog
import LanternWeb

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `lantern export`.
struct Exporting: Sendable {
    /// The words for what can be exported.
    static let tables = ListExport.Table.allCases.map(\.rawValue) + [people]
    private static let people = "people"

    private let folder: DataFolder
    private let application: String
    private let format: ListFormat
    private let path: String
    private let day: String

    init(_ flags: ParsedFlags) throws {
        folder = try DataFolder(used: flags.string("data-dir"))
        application = flags.string("app")
        guard let format = ListFormat(rawValue: flags.string("format")) else {
            throw UsageError("--format: must be csv or json")
        }
        self.format = format
        path = flags.string("out")
        day = flags.string("at")
    }

    func run(_ table: String) async throws {
        let catalog = try SQLiteCatalog(in: folder, tables: .upToDate)
        defer { try? catalog.close() }
        let list = try await list(table, in: catalog)
        guard path.isEmpty else {
            let file = try ReplacementFile(path, permissions: 0o600)
            try await write(list, to: file.output)
            return try file.commit()
        }
        do {
            try await write(list, to: Output(to: STDOUT_FILENO, named: "standard output"))
        } catch is ReaderLeft {
            // Whoever reads, such as `head`, has seen enough.
        }
    }

    private func list(_ table: String, in catalog: SQLiteCatalog) async throws -> ListExport {
        if table == Self.people {
            guard application.isEmpty, day.isEmpty else {
                throw UsageError("people are those of all applications, as they are now: leave out --app and --at")
            }
            return ListExport(peopleIn: catalog)
        }
        guard let table = ListExport.Table(rawValue: table) else {
            throw UsageError("there is no table \"\(table)\": name one of \(Self.tables.joined(separator: ", "))")
        }
        guard !application.isEmpty else { throw UsageError("--app: name the application") }
        let moment = try await catalog.moment(asOf: day)
        return ListExport(table, of: try await id(in: catalog), at: moment, in: catalog)
    }

    /// The id of the application.
    private func id(in catalog: SQLiteCatalog) async throws -> String {
        guard let found = try await catalog.application(called: application) else {
            throw CatalogError(
                .notFound, "application \(application): is not there. Correct --app, or name it by its id.")
        }
        return found.id
    }

    private func write(_ list: ListExport, to output: Output) async throws {
        try await list.write(format) { bytes in
            output.raw(bytes)
            try output.settle()
        }
        try output.flush()
    }
}
