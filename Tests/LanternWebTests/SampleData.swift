import AccessModel
import Foundation
import LanternCatalog
import Logging
import Testing

@testable import LanternWeb

/// An application with one account in one group, and the ids of all that.
struct SampleData: Sendable {
    let application: String
    let source: String
    let run: String
    let account: String
    let entitlement: String

    /// A path with the ids put in.
    func fill(_ path: String) -> String {
        path.replacing("APP", with: application).replacing("ACCOUNT", with: account)
            .replacing("ENTITLEMENT", with: entitlement).replacing("IMPORT", with: run).replacing(
                "SOURCE", with: source)
    }

    /// A path with those of a feed put in, too.
    func fill(_ path: String, _ feed: (external: String, source: String)) -> String {
        fill(path.replacing("EXTERNAL", with: feed.external).replacing("FETCHED", with: feed.source))
    }
}

extension TestServer {
    /// The folder within which folders may be external data sources.
    var shared: URL { url.appending(path: "shared") }

    /// A folder as an external data source, from which an application fetches `people.csv`; nothing has been fetched yet.
    func sampleFeed(for application: String) async throws -> (external: String, source: String) {
        var settings = ExternalSource.Settings(.folder)
        settings.folder = shared.path
        let external = try await catalog.addExternalSource(named: "Shared", settings) { _ in [] }
        let source = try await catalog.addDataSource(
            to: application, fetching: "people.csv", from: external.id, .hourly, named: "Fetched")
        return (external.id, source.id)
    }

    /// Imports a sheet with one person, who is called `name` and in a group called `group`.
    func sampleData(name: String = "Ann Example", group: String = "Sales") async throws -> SampleData {
        func cell(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
        let application = try await catalog.createApplication(named: "Test")
        let source = try await catalog.addDataSource(to: application.id, kind: .file, named: String(name.prefix(200)))
        let path = url.appending(path: "people.csv")
        let sheet =
            "User ID,Full Name,Email Address,User Status,Groups\nu1,\(cell(name)),ann@example.com,Active,\(cell(group))\n"
        try Data(sheet.utf8).write(to: path)
        let file = try Upload.copying(path.path, into: catalog.folder)
        let run = try await catalog.enqueue(file, for: source.id, ImportOrder(by: "test", through: "upload"))
        await ImportQueue(ImportRunner(catalog, log: .init(label: "test"))).workOff()
        let ended = try await catalog.importRun(run.id)
        #expect(ended.state == .done, "\(ended.error)")
        var accounts = ResourceQuery(of: application.id)
        accounts.kind = .account
        let account = try #require(try await catalog.resources(accounts, PageRequest()).rows.first)
        let entitlement = try #require(
            try await catalog.entitlements(EntitlementQuery(of: application.id), PageRequest()).rows.first)
        return SampleData(
            application: application.id, source: source.id, run: run.id, account: account.id,
            entitlement: entitlement.id)
    }
}
