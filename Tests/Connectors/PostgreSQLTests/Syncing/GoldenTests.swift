import AccessModel
import BatonWire
import BuiltConnectors
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing

/// The server that the reference's file was made from, synced with the same settings: the file tells them, as it holds the schemas public
/// and finance, columns and a large object, and one of two databases.
@Suite(
    .enabled(if: TestServer.isAvailable, TestServer.absence),
    .enabled(if: GoldenFiles.areAvailable, GoldenFiles.absence),
    .serialized, .timeLimit(.minutes(10)))
struct `the reference's file` {
    private let golden: NamedContents
    private let ours: NamedContents

    init() throws {
        let server = try TestServer()
        try server.psql(try String(contentsOfFile: GoldenFiles.source("postgresql.sql"), encoding: .utf8))
        let program = try BuiltConnector.postgresql(
            "--schemas=public,finance", "--include-columns", "--include-large-objects")
        let ending = try program(dsn: server.dsn(database: "shop"))
        try #require(ending.status == 0, "\(ending.errors)")
        ours = try NamedContents(FileContents(of: program.file))
        golden = try NamedContents(GoldenFiles.contents("postgres-v1"))
    }

    @Test func `has the same resource types`() {
        #expect(ours.types == golden.types)
        #expect(golden.types.count == 10)
    }

    @Test func `has the same resources, with names, parents, children and traits`() {
        #expect(ours.resources == golden.resources)
        #expect(golden.resources.count == 40)
    }

    @Test func `has the same entitlements`() {
        #expect(ours.entitlements == golden.entitlements)
        #expect(golden.entitlements.count == 165)
    }

    /// Every grant is there with the same id and without sources.
    ///
    /// What is there beyond is the owners' option to grant, which the server
    /// itself tells of, and what follows from nested memberships.
    @Test func `has the same grants but for those that it lacks`() {
        #expect(golden.grants.count == 474)
        #expect(golden.grants.isSubset(of: ours.grants))
        let schemas: [(name: String, owners: [String])] = [
            ("finance", ["writers", "admins", "bob", "carol"]), ("public", ["pg_database_owner"]),
        ]
        let ownersOfSchemas = schemas.flatMap { schema in
            schema.owners.flatMap { owner in
                ["usage:grant", "create:grant"].map {
                    "grant:entitlement:<schema shop - \(schema.name)>:\($0):<role \(owner)> sources []"
                }
            }
        }
        let ownersOfTheDatabase = ["admins", "carol"].map {
            "grant:entitlement:<database shop>:create:grant:<role \($0)> sources []"
        }
        // Members of writers are in readers, and those of admins in both.
        let nested = [
            ("readers", "writers", "bob"), ("readers", "writers", "admins"), ("readers", "writers", "carol"),
            ("writers", "admins", "carol"),
        ].map { outer, inner, role in
            "entitlement:<role \(outer)>:member:role:<role \(role)> sources [\(sources(of: outer, inner, role))]"
        }
        #expect(ours.grants.subtracting(golden.grants) == Set(ownersOfSchemas + ownersOfTheDatabase + nested))
    }

    /// The entitlements of the inner role by which `role` is in the outer one.
    private func sources(of outer: String, _ inner: String, _ role: String) -> String {
        let slugs = role == "bob" ? "admin" : "member"
        return "entitlement:<role \(inner)>:\(slugs)"
    }
}

/// What a file holds, with names in place of the numbers that another server would give.
///
/// A fresh cluster of the same version in fact gives the same numbers, but another minor version need not.
private struct NamedContents {
    let types: Set<String>
    let resources: Set<String>
    let entitlements: Set<String>
    let grants: Set<String>

    init(_ contents: FileContents) throws {
        let names = Names(Array(contents.resources.values))
        types = Set(
            contents.types.values.map { "\($0.id) \($0.displayName) \($0.traits) \($0.annotations.map(\.typeURL))" })
        resources = Set(
            try contents.resources.values.map { resource in
                // Status and the like stand on the resource, too, in files of newer connectors; the trait has them in all.
                let annotations = resource.annotations.map { "\($0.typeURL) \(Array($0.value))" }
                let id = try names.shown(resource.identity.value)
                let parent = try resource.parent.map { try names.shown($0.value) } ?? "-"
                return "\(resource.identity.type) \(id) in \(parent): \(resource.displayName) \(annotations)"
            })
        entitlements = Set(
            try contents.entitlements.values.map { entitlement in
                let id = try names.shown(entitlement.id)
                let types = entitlement.grantableTo.map { "\($0.id) \($0.displayName) \($0.traits)" }
                let words = [entitlement.displayName, entitlement.description_p, entitlement.slug]
                return "\(id) \(words) \(entitlement.purpose) \(types) \(entitlement.annotations.count)"
            })
        grants = Set(
            try contents.grants.values.map { grant in
                let sources = try grant.sources.sources.keys.sorted().map { try names.shown($0) }
                #expect(grant.id.contains(grant.entitlement.id) && grant.id.hasSuffix(grant.holder.value))
                return "\(try names.shown(grant.id)) sources [\(sources.joined(separator: ", "))]"
            })
    }

    /// The names behind ids.
    private struct Names {
        /// Longer ids first: that of a column holds the number of its table.
        private let names: [(id: String, name: String)]

        init(_ resources: [Resource]) {
            let byID = Dictionary(resources.map { ($0.identity.value, $0) }, uniquingKeysWith: { first, _ in first })
            func path(_ resource: Resource) -> String {
                guard let parent = resource.parent.flatMap({ byID[$0.value] }), resource.identity.type != "schema"
                else { return resource.displayName }
                return "\(path(parent)).\(resource.displayName)"
            }
            names = resources.map { ($0.identity.value, "<\($0.identity.type) \(path($0))>") }
                .sorted { $0.id.utf8.count > $1.id.utf8.count }
        }

        func shown(_ id: String) throws -> String {
            var rest = id
            var shown = ""
            while !rest.isEmpty {
                if let known = names.first(where: {
                    rest.hasPrefix($0.id) && !(rest.dropFirst($0.id.count).first?.isNumber ?? false)
                }) {
                    shown += known.name
                    rest = String(rest.dropFirst(known.id.count))
                } else {
                    shown.append(rest.removeFirst())
                }
            }
            // No number may be left that another server would have chosen otherwise.
            try #require(!shown.contains { $0.isNumber } || shown.contains("424242"), "\(shown)")
            return shown
        }
    }
}
