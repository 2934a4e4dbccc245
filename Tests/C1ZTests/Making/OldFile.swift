import AccessModel
import BatonWire
import SwiftProtobuf

/// Databases with the tables of the first version.
enum OldFile {
    static let schema = """
        CREATE TABLE v1_resource_types (id integer primary key, external_id text not null, data blob not null,
            sync_id text not null, discovered_at datetime not null);
        CREATE UNIQUE INDEX idx_resource_types_external_sync_v1 ON v1_resource_types (external_id, sync_id);
        CREATE TABLE v1_resources (id integer primary key, resource_type_id text not null, external_id text not null,
            parent_resource_type_id text, parent_resource_id text, data blob not null, sync_id text not null,
            discovered_at datetime not null);
        CREATE UNIQUE INDEX idx_resources_parent_resource_id_v1 ON v1_resources (external_id, sync_id);
        CREATE TABLE v1_entitlements (id integer primary key, resource_type_id text not null, resource_id text not null,
            external_id text not null, data blob not null, sync_id text not null, discovered_at datetime not null);
        CREATE UNIQUE INDEX idx_entitlements_external_sync_v1 ON v1_entitlements (external_id, sync_id);
        CREATE TABLE v1_grants (id integer primary key, resource_type_id text not null, resource_id text not null,
            entitlement_id text not null, principal_resource_type_id text not null, principal_resource_id text not null,
            external_id text not null, data blob not null, sync_id text not null, discovered_at datetime not null);
        CREATE INDEX idx_grants_entitlement_id_v1 ON v1_grants (entitlement_id);
        CREATE UNIQUE INDEX idx_grants_external_sync_v1 ON v1_grants (external_id, sync_id);
        CREATE TABLE v1_assets (id integer primary key, external_id text not null, content_type text not null,
            data blob not null, sync_id text not null, discovered_at datetime not null);
        CREATE TABLE v1_sync_runs (id integer primary key, sync_id text not null, started_at datetime not null,
            ended_at datetime, sync_token text not null);
        CREATE UNIQUE INDEX idx_sync_runs_sync_id_v1 ON v1_sync_runs (sync_id);
        """

    /// A finished sync.
    static func run(_ id: String, ended: String? = "'2022-12-01 10:00:05.5'") -> String {
        "INSERT INTO v1_sync_runs (sync_id, started_at, ended_at, sync_token) "
            + "VALUES ('\(id)', '2022-12-01 10:00:00', \(ended ?? "NULL"), '');"
    }

    /// The row of a grant, its message as given.
    static func row(_ grant: Grant, stored: Grant? = nil, in sync: String, extra: String = "", values: String = "")
        -> String
    {
        let object = grant.entitlement.resource.id
        let data = (stored ?? grant).serializedInOrder().map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        return """
            INSERT INTO v1_grants (resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
                principal_resource_id, external_id, data, sync_id, discovered_at\(extra))
            VALUES ('\(object.resourceType)', '\(object.resource)', '\(grant.entitlement.id)',
                '\(grant.principal.id.resourceType)', '\(grant.principal.id.resource)', '\(grant.id)', X'\(data)',
                '\(sync)', '2022-12-01 10:00:01'\(values));
            """
    }
}
