import AccessModel
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SQLiteCatalog {
    /// The external data sources, by name.
    public func externalSources() async throws -> [ExternalSource] {
        try await pool.read { db in
            try Row.fetchAll(
                db, sql: Self.selectExternalSources + " WHERE removed_at IS NULL ORDER BY folded(name), id"
            ).map(ExternalSource.init)
        }
    }

    /// The external data source with an id.
    public func externalSource(_ id: String) async throws -> ExternalSource {
        try await pool.read { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: Self.selectExternalSources + " WHERE public_id = ? AND removed_at IS NULL", arguments: [id]
                )
            else { throw CatalogError.noExternalSource(id) }
            return ExternalSource(row)
        }
    }

    /// Adds an external data source, which gets an external ID of its own.
    ///
    /// - Parameter seal: seals the access key's secret for the id that it gets; returns nothing when there is none.
    public func addExternalSource(
        named name: String, _ settings: ExternalSource.Settings, seal: (_ id: String) throws -> [UInt8]
    ) async throws -> ExternalSource {
        let name = try Self.checked(name: name)
        let (id, externalID) = (KSUID(at: now()).description, KSUID(at: now()).description)
        let sealedSecret = try seal(id)
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO external_sources (public_id, name, kind, bucket, region, endpoint, access, role_arn,
                        external_id, access_key_id, sealed_secret, folder, created_at)
                    VALUES (:id, :name, :kind, :bucket, :region, :endpoint, :access, :role, :external, :key, :secret,
                        :folder, :time)
                    """,
                arguments: Self.arguments(id, name, settings, sealedSecret) + ["external": externalID, "time": time])
        }
        return try await externalSource(id)
    }

    /// Changes an external data source; what is fetched from it is looked at anew.
    ///
    /// - Parameter sealedSecret: nil to keep the secret that is there.
    public func updateExternalSource(
        _ id: String, named name: String, _ settings: ExternalSource.Settings, sealedSecret: [UInt8]?
    ) async throws {
        let name = try Self.checked(name: name)
        let isElsewhere = try await externalSource(id).settings != settings || sealedSecret != nil
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: """
                    UPDATE external_sources SET name = :name, kind = :kind, bucket = :bucket, region = :region,
                        endpoint = :endpoint, access = :access, role_arn = :role, access_key_id = :key,
                        sealed_secret = coalesce(:secret, sealed_secret), folder = :folder,
                        tested_at = NULL, test_error = ''
                    WHERE public_id = :id AND removed_at IS NULL
                    """, arguments: Self.arguments(id, name, settings, sealedSecret))
            guard db.changesCount == 1 else { throw CatalogError.noExternalSource(id) }
            guard isElsewhere else { return }
            try db.execute(
                sql: """
                    UPDATE data_sources SET object_state = '', failures = 0, check_error = '',
                        feed_revision = feed_revision + 1, next_check_at = iif(next_check_at IS NULL, NULL, ?)
                    WHERE external_source_id = (SELECT id FROM external_sources WHERE public_id = ?)
                    """, arguments: [time, id])
        }
    }

    /// Removes an external data source that nothing is fetched from any more.
    public func removeExternalSource(_ id: String) async throws {
        let source = try await externalSource(id)
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: """
                    UPDATE external_sources SET removed_at = ?, sealed_secret = x''
                    WHERE public_id = ? AND removed_at IS NULL AND NOT EXISTS (
                        SELECT 1 FROM data_sources AS source
                            JOIN applications AS application ON application.id = source.application_id
                        WHERE source.external_source_id = external_sources.id AND source.removed_at IS NULL
                            AND application.deleted_at IS NULL)
                    """, arguments: [time, id])
            guard db.changesCount == 1 else {
                throw CatalogError(
                    .failedPrecondition,
                    "\(source.name): data sources of applications are fetched from it. Remove those first.")
            }
        }
    }

    /// Notes how the test of an external data source ended.
    ///
    /// - Parameter error: empty when nothing was wrong.
    public func noteTest(ofExternalSource id: String, error: String) async throws {
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: "UPDATE external_sources SET tested_at = ?, test_error = ? WHERE public_id = ?",
                arguments: [time, error, id])
        }
    }

    /// The data sources that are fetched from an external data source, by application.
    public func dataSources(fetchedFrom externalSource: String) async throws -> [DataSource] {
        try await dataSources(
            where: """
                source.external_source_id = (SELECT id FROM external_sources WHERE public_id = ?)
                    AND application.deleted_at IS NULL
                ORDER BY folded(application.name), source.id
                """, [externalSource])
    }

    private static func arguments(
        _ id: String, _ name: String, _ settings: ExternalSource.Settings, _ sealedSecret: [UInt8]?
    ) -> StatementArguments {
        [
            "id": id, "name": name, "kind": settings.kind.rawValue, "bucket": settings.bucket,
            "region": settings.region, "endpoint": settings.endpoint, "access": settings.access.rawValue,
            "role": settings.roleARN, "key": settings.accessKeyID, "secret": sealedSecret.map { Data($0) },
            "folder": settings.folder,
        ]
    }

    private static let selectExternalSources = """
        SELECT *, (
            SELECT count(*) FROM data_sources AS source
                JOIN applications AS application ON application.id = source.application_id
            WHERE source.external_source_id = external_sources.id AND source.removed_at IS NULL
                AND application.deleted_at IS NULL) AS data_sources
        FROM external_sources
        """
}

extension ExternalSource {
    fileprivate init(_ row: Row) {
        var settings = Settings(Kind(rawValue: row["kind"]) ?? .s3)
        settings.bucket = row["bucket"]
        settings.region = row["region"]
        settings.endpoint = row["endpoint"]
        settings.access = Access(rawValue: row["access"]) ?? .role
        settings.roleARN = row["role_arn"]
        settings.accessKeyID = row["access_key_id"]
        settings.folder = row["folder"]
        self.settings = settings
        id = row["public_id"]
        name = row["name"]
        externalID = row["external_id"]
        sealedSecret = Array(row["sealed_secret"] as Data)
        createdAt = row["created_at"]
        testedAt = row["tested_at"]
        testError = row["test_error"]
        dataSources = row["data_sources"]
    }
}
