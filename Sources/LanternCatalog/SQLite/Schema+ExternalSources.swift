extension Schema {
    /// Places that files are fetched from, and what each data source fetches from there.
    ///
    /// `next_check_at` is NULL while nothing is to be fetched. `object_state` tells the content that was fetched last from others.
    /// `feed_revision` goes up when something else is to be fetched: what a look finds that began before is dropped.
    static let externalSources = """
        CREATE TABLE external_sources (
            id INTEGER PRIMARY KEY,
            public_id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('s3', 'folder')),
            bucket TEXT NOT NULL,
            region TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            access TEXT NOT NULL CHECK (access IN ('role', 'keys', 'ambient', 'anonymous')),
            role_arn TEXT NOT NULL,
            external_id TEXT NOT NULL,
            access_key_id TEXT NOT NULL,
            sealed_secret BLOB NOT NULL,
            folder TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            tested_at INTEGER,
            test_error TEXT NOT NULL DEFAULT '',
            removed_at INTEGER
        ) STRICT;
        ALTER TABLE data_sources ADD COLUMN external_source_id INTEGER REFERENCES external_sources(id);
        ALTER TABLE data_sources ADD COLUMN object_key TEXT NOT NULL DEFAULT '';
        ALTER TABLE data_sources ADD COLUMN schedule TEXT NOT NULL DEFAULT '';
        ALTER TABLE data_sources ADD COLUMN next_check_at INTEGER;
        ALTER TABLE data_sources ADD COLUMN checked_at INTEGER;
        ALTER TABLE data_sources ADD COLUMN check_error TEXT NOT NULL DEFAULT '';
        ALTER TABLE data_sources ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE data_sources ADD COLUMN object_state TEXT NOT NULL DEFAULT '';
        ALTER TABLE data_sources ADD COLUMN feed_revision INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX data_sources_due ON data_sources(next_check_at) WHERE next_check_at IS NOT NULL;
        CREATE INDEX data_sources_by_external_source ON data_sources(external_source_id)
            WHERE external_source_id IS NOT NULL;
        CREATE TABLE checks (
            id INTEGER PRIMARY KEY,
            data_source_id INTEGER NOT NULL REFERENCES data_sources(id),
            at INTEGER NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('unchanged', 'fetched', 'error')),
            detail TEXT NOT NULL,
            import_id INTEGER REFERENCES imports(id)
        ) STRICT;
        CREATE INDEX checks_of_data_source ON checks(data_source_id, id);
        """
}
