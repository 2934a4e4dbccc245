/// The tables and indexes of version 1, with the names the ecosystem gave them (c1z-v1 §2.1).
enum TableDefinitions {
    /// Creates what is missing.
    ///
    /// Index names are as the reference has them, even where they name other columns.
    static let tables = """
        CREATE TABLE IF NOT EXISTS v1_resource_types (
            id integer primary key,
            external_id text not null,
            data blob not null,
            sync_id text not null,
            discovered_at datetime not null
        );
        CREATE TABLE IF NOT EXISTS v1_resources (
            id integer primary key,
            resource_type_id text not null,
            external_id text not null,
            parent_resource_type_id text,
            parent_resource_id text,
            data blob not null,
            sync_id text not null,
            discovered_at datetime not null
        );
        CREATE TABLE IF NOT EXISTS v1_entitlements (
            id integer primary key,
            resource_type_id text not null,
            resource_id text not null,
            external_id text not null,
            data blob not null,
            sync_id text not null,
            discovered_at datetime not null
        );
        CREATE TABLE IF NOT EXISTS v1_sync_runs (
            id integer primary key,
            sync_id text not null,
            started_at datetime not null,
            ended_at datetime,
            sync_token text not null,
            sync_type text not null default 'full',
            parent_sync_id text not null default '',
            linked_sync_id text not null default '',
            supports_diff integer not null default 0,
            grants_backfilled integer not null default 0,
            stats text,
            ingest_invariant_generation text not null default '',
            ingest_invariant_coverage text not null default '',
            ingest_invariant_mode text not null default ''
        );
        CREATE TABLE IF NOT EXISTS v1_grants (
            id integer primary key,
            resource_type_id text not null,
            resource_id text not null,
            entitlement_id text not null,
            principal_resource_type_id text not null,
            principal_resource_id text not null,
            external_id text not null,
            expansion blob,
            needs_expansion integer not null default 0,
            data blob not null,
            sync_id text not null,
            discovered_at datetime not null
        );
        CREATE TABLE IF NOT EXISTS v1_assets (
            id integer primary key,
            external_id text not null,
            content_type text not null,
            data blob not null,
            sync_id text not null,
            discovered_at datetime not null
        );
        CREATE TABLE IF NOT EXISTS v1_connector_sessions (
            id integer primary key,
            sync_id text not null,
            key text not null,
            value blob not null
        );
        """

    /// The columns that the tables have had from the beginning.
    static let firstColumns: [(table: String, columns: [String])] = [
        ("v1_resource_types", ["id", "external_id", "data", "sync_id", "discovered_at"]),
        (
            "v1_resources",
            [
                "id", "resource_type_id", "external_id", "parent_resource_type_id", "parent_resource_id", "data",
                "sync_id", "discovered_at",
            ]
        ),
        (
            "v1_entitlements",
            ["id", "resource_type_id", "resource_id", "external_id", "data", "sync_id", "discovered_at"]
        ),
        ("v1_sync_runs", ["id", "sync_id", "started_at", "ended_at", "sync_token"]),
        (
            "v1_grants",
            [
                "id", "resource_type_id", "resource_id", "entitlement_id", "principal_resource_type_id",
                "principal_resource_id", "external_id", "data", "sync_id", "discovered_at",
            ]
        ),
        ("v1_assets", ["id", "external_id", "content_type", "data", "sync_id", "discovered_at"]),
        ("v1_connector_sessions", ["id", "sync_id", "key", "value"]),
    ]

    /// Columns that older files lack, with the value their rows then have.
    static let addedColumns: [(table: String, column: String, definition: String)] = [
        ("v1_sync_runs", "sync_type", "text not null default 'full'"),
        ("v1_sync_runs", "parent_sync_id", "text not null default ''"),
        ("v1_sync_runs", "linked_sync_id", "text not null default ''"),
        ("v1_sync_runs", "supports_diff", "integer not null default 0"),
        ("v1_sync_runs", "grants_backfilled", "integer not null default 0"),
        ("v1_sync_runs", "stats", "text"),
        ("v1_sync_runs", "ingest_invariant_generation", "text not null default ''"),
        ("v1_sync_runs", "ingest_invariant_coverage", "text not null default ''"),
        ("v1_sync_runs", "ingest_invariant_mode", "text not null default ''"),
        ("v1_grants", "expansion", "blob"),
        ("v1_grants", "needs_expansion", "integer not null default 0"),
    ]

    /// Indexes that upserts and look-ups need all the time.
    static let keyIndexes = """
        CREATE UNIQUE INDEX IF NOT EXISTS idx_resource_types_external_sync_v1 ON v1_resource_types (external_id, sync_id);
        CREATE INDEX IF NOT EXISTS idx_resources_resource_type_id_v1 ON v1_resources (resource_type_id);
        CREATE INDEX IF NOT EXISTS idx_resources_external_sync_v1 ON v1_resources (parent_resource_type_id, parent_resource_id);
        CREATE UNIQUE INDEX IF NOT EXISTS idx_resources_parent_resource_id_v1 ON v1_resources (external_id, sync_id);
        CREATE INDEX IF NOT EXISTS idx_entitlements_resource_id_v1 ON v1_entitlements (resource_type_id, resource_id);
        CREATE UNIQUE INDEX IF NOT EXISTS idx_entitlements_external_sync_v1 ON v1_entitlements (external_id, sync_id);
        CREATE UNIQUE INDEX IF NOT EXISTS idx_sync_runs_sync_id_v1 ON v1_sync_runs (sync_id);
        CREATE UNIQUE INDEX IF NOT EXISTS idx_grants_external_sync_v1 ON v1_grants (external_id, sync_id);
        CREATE INDEX IF NOT EXISTS idx_grants_sync_expansion_v1 ON v1_grants (sync_id) WHERE expansion IS NOT NULL;
        CREATE INDEX IF NOT EXISTS idx_grants_sync_needs_expansion_v1 ON v1_grants (sync_id) WHERE needs_expansion = 1;
        CREATE UNIQUE INDEX IF NOT EXISTS idx_assets_external_sync_v1 ON v1_assets (external_id, sync_id);
        CREATE UNIQUE INDEX IF NOT EXISTS idx_session_store_sync_key_v1 ON v1_connector_sessions (sync_id, key);
        """

    /// Indexes of grants that only readers and the expander need: cheapest built when all grants are there.
    static let grantIndexes: [(name: String, columns: String)] = [
        ("idx_grants_resource_type_id_resource_id_v1", "resource_type_id, resource_id"),
        ("idx_grants_principal_id_v1", "principal_resource_type_id, principal_resource_id"),
        (
            "idx_grants_entitlement_id_principal_id_v1",
            "entitlement_id, principal_resource_type_id, principal_resource_id"
        ),
        ("idx_grants_entitlement_sync_grant_v1", "entitlement_id, sync_id, id"),
    ]
}
