import GRDB

/// The tables of the catalog, as steps that each database takes once.
///
/// A step that was released is never changed; a new one follows it.
///
/// What a file says holds from one revision to another: `since` is the first at which it held, `until` the first at which it no longer
/// did, and NULL while it holds. So the state of any day is a question about the revision of that day, and nothing is ever deleted.
/// Each data source says things for itself. Where several say the same, `shown` marks the one that people see.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: applications") { try $0.execute(sql: applications) }
        migrator.registerMigration("2: objects") { try $0.execute(sql: objects) }
        migrator.registerMigration("3: grants") { try $0.execute(sql: grants) }
        migrator.registerMigration("4: search") { try $0.execute(sql: search) }
        migrator.registerMigration("5: edits and owners") { try $0.execute(sql: edits) }
        migrator.registerMigration("6: reports of spreadsheets") { try $0.execute(sql: reports) }
        migrator.registerMigration("7: other orders") { try $0.execute(sql: orders) }
        migrator.registerMigration("8: former ids") { try $0.execute(sql: formerIDs) }
        migrator.registerMigration("9: what was set by hand") { try $0.execute(sql: editLog) }
        migrator.registerMigration("10: who uses accounts") { try $0.execute(sql: accountUse) }
        migrator.registerMigration("11: icons") { try $0.execute(sql: icons) }
        migrator.registerMigration("12: attempts") { try $0.execute(sql: attempts) }
        migrator.registerMigration("13: external data sources") { try $0.execute(sql: externalSources) }
        return migrator
    }

    private static let applications = """
        CREATE TABLE applications (
            id INTEGER PRIMARY KEY,
            public_id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            description TEXT NOT NULL DEFAULT '',
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            deleted_at INTEGER,
            accounts INTEGER NOT NULL DEFAULT 0,
            resources INTEGER NOT NULL DEFAULT 0,
            groups INTEGER NOT NULL DEFAULT 0,
            secrets INTEGER NOT NULL DEFAULT 0,
            entitlements INTEGER NOT NULL DEFAULT 0,
            grants INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX applications_by_name ON applications(lower(name), id) WHERE deleted_at IS NULL;

        CREATE TABLE data_sources (
            id INTEGER PRIMARY KEY,
            public_id TEXT NOT NULL UNIQUE,
            application_id INTEGER NOT NULL REFERENCES applications(id),
            kind TEXT NOT NULL CHECK (kind IN ('file', 'bucket', 'service')),
            name TEXT NOT NULL,
            file_name TEXT NOT NULL DEFAULT '',
            checks_anomalies INTEGER NOT NULL DEFAULT 1,
            mapping TEXT NOT NULL DEFAULT '',
            created_at INTEGER NOT NULL,
            removed_at INTEGER
        ) STRICT;
        CREATE INDEX data_sources_by_application ON data_sources(application_id);

        CREATE TABLE imports (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            public_id TEXT NOT NULL UNIQUE,
            data_source_id INTEGER NOT NULL REFERENCES data_sources(id),
            state TEXT NOT NULL,
            stage TEXT NOT NULL DEFAULT '',
            actor TEXT NOT NULL,
            transport TEXT NOT NULL,
            file_name TEXT NOT NULL,
            size INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            format TEXT NOT NULL DEFAULT '',
            sync_id TEXT NOT NULL DEFAULT '',
            sync_type TEXT NOT NULL DEFAULT '',
            sync_ended_at INTEGER,
            wants_preview INTEGER NOT NULL DEFAULT 0,
            replaces_everything INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER,
            rows_read INTEGER NOT NULL DEFAULT 0,
            rows_total INTEGER,
            revision INTEGER,
            pause_reason TEXT NOT NULL DEFAULT '',
            error TEXT NOT NULL DEFAULT '',
            warnings INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX imports_by_source ON imports(data_source_id, id);
        CREATE INDEX imports_in_progress ON imports(state) WHERE state IN ('waiting', 'running', 'applying');

        CREATE TABLE import_counts (
            import_id INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            name TEXT NOT NULL DEFAULT '',
            total INTEGER NOT NULL DEFAULT 0,
            added INTEGER NOT NULL DEFAULT 0,
            changed INTEGER NOT NULL DEFAULT 0,
            removed INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (import_id, kind, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE import_warnings (
            import_id INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (import_id, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE revisions (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            application_id INTEGER NOT NULL REFERENCES applications(id),
            import_id INTEGER REFERENCES imports(id)
        ) STRICT;
        CREATE INDEX revisions_by_time ON revisions(at);
        CREATE INDEX revisions_by_application ON revisions(application_id, id);
        """

    private static let objects = """
        CREATE TABLE resource_types (
            id INTEGER PRIMARY KEY,
            public_id TEXT NOT NULL UNIQUE,
            application_id INTEGER NOT NULL REFERENCES applications(id),
            external_id TEXT NOT NULL,
            name TEXT NOT NULL,
            traits INTEGER NOT NULL DEFAULT 0,
            resources INTEGER NOT NULL DEFAULT 0,
            UNIQUE (application_id, external_id)
        ) STRICT;

        CREATE TABLE resource_type_versions (
            resource_type_id INTEGER NOT NULL REFERENCES resource_types(id),
            data_source_id INTEGER NOT NULL REFERENCES data_sources(id),
            since INTEGER NOT NULL,
            until INTEGER,
            hash BLOB NOT NULL,
            record TEXT NOT NULL,
            PRIMARY KEY (resource_type_id, data_source_id, since)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE resources (
            id INTEGER PRIMARY KEY,
            public_id TEXT NOT NULL UNIQUE,
            application_id INTEGER NOT NULL REFERENCES applications(id),
            resource_type_id INTEGER NOT NULL REFERENCES resource_types(id),
            external_id TEXT NOT NULL,
            edited_name TEXT,
            grants_on INTEGER NOT NULL DEFAULT 0,
            grants_held INTEGER NOT NULL DEFAULT 0,
            UNIQUE (resource_type_id, external_id)
        ) STRICT;

        CREATE TABLE resource_versions (
            id INTEGER PRIMARY KEY,
            resource_id INTEGER NOT NULL REFERENCES resources(id),
            data_source_id INTEGER NOT NULL REFERENCES data_sources(id),
            since INTEGER NOT NULL,
            until INTEGER,
            shown INTEGER NOT NULL,
            application_id INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            resource_type_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            sort_key TEXT NOT NULL,
            description TEXT NOT NULL,
            parent_id INTEGER,
            email TEXT NOT NULL,
            login TEXT NOT NULL,
            status INTEGER NOT NULL,
            status_details TEXT NOT NULL,
            account_type INTEGER NOT NULL,
            last_login INTEGER,
            created_at INTEGER,
            hash BLOB NOT NULL,
            record TEXT NOT NULL,
            UNIQUE (resource_id, data_source_id, since)
        ) STRICT;
        CREATE INDEX resources_now ON resource_versions(application_id, kind, sort_key, resource_id)
            WHERE until IS NULL AND shown = 1;
        CREATE INDEX resources_by_type_now ON resource_versions(resource_type_id, sort_key, resource_id)
            WHERE until IS NULL AND shown = 1;
        CREATE INDEX resources_ever ON resource_versions(application_id, kind, sort_key, resource_id, since);
        CREATE INDEX resources_opened ON resource_versions(application_id, since);
        CREATE INDEX resources_closed ON resource_versions(application_id, until) WHERE until IS NOT NULL;
        CREATE INDEX resources_below ON resource_versions(parent_id, sort_key, resource_id)
            WHERE until IS NULL AND shown = 1 AND parent_id IS NOT NULL;
        CREATE INDEX accounts_by_email ON resource_versions(lower(email))
            WHERE until IS NULL AND shown = 1 AND kind = 0 AND email <> '';

        CREATE TABLE people (
            id INTEGER PRIMARY KEY,
            public_id TEXT NOT NULL UNIQUE,
            email TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            sort_key TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX people_by_name ON people(sort_key, id);

        CREATE TABLE entitlements (
            id INTEGER PRIMARY KEY,
            public_id TEXT NOT NULL UNIQUE,
            application_id INTEGER NOT NULL REFERENCES applications(id),
            external_id TEXT NOT NULL,
            edited_name TEXT,
            grants INTEGER NOT NULL DEFAULT 0,
            UNIQUE (application_id, external_id)
        ) STRICT;
        CREATE INDEX entitlements_of_application ON entitlements(application_id);

        CREATE TABLE entitlement_versions (
            id INTEGER PRIMARY KEY,
            entitlement_id INTEGER NOT NULL REFERENCES entitlements(id),
            data_source_id INTEGER NOT NULL REFERENCES data_sources(id),
            since INTEGER NOT NULL,
            until INTEGER,
            shown INTEGER NOT NULL,
            application_id INTEGER NOT NULL,
            resource_id INTEGER NOT NULL,
            resource_type_id INTEGER NOT NULL,
            slug TEXT NOT NULL,
            name TEXT NOT NULL,
            sort_key TEXT NOT NULL,
            description TEXT NOT NULL,
            purpose INTEGER NOT NULL,
            hash BLOB NOT NULL,
            record TEXT NOT NULL,
            UNIQUE (entitlement_id, data_source_id, since)
        ) STRICT;
        CREATE INDEX entitlements_now ON entitlement_versions(application_id, sort_key, entitlement_id)
            WHERE until IS NULL AND shown = 1;
        CREATE INDEX entitlements_ever ON entitlement_versions(application_id, sort_key, entitlement_id, since);
        CREATE INDEX entitlements_on ON entitlement_versions(resource_id, sort_key, entitlement_id);
        CREATE INDEX entitlements_opened ON entitlement_versions(application_id, since);
        CREATE INDEX entitlements_closed ON entitlement_versions(application_id, until) WHERE until IS NOT NULL;
        """

    /// `flags` are those of ``GrantFlags``.
    private static let grants = """
        CREATE TABLE grants (
            entitlement_id INTEGER NOT NULL,
            principal_id INTEGER NOT NULL,
            data_source_id INTEGER NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER,
            flags INTEGER NOT NULL,
            PRIMARY KEY (entitlement_id, principal_id, data_source_id, since)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX grants_by_principal ON grants(principal_id, entitlement_id, data_source_id, since);
        CREATE INDEX grants_opened ON grants(since) WHERE flags & 32 = 0;
        CREATE INDEX grants_closed ON grants(until) WHERE until IS NOT NULL;

        CREATE TABLE expansions (
            entitlement_id INTEGER NOT NULL,
            source_id INTEGER NOT NULL,
            via_id INTEGER NOT NULL,
            data_source_id INTEGER NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER,
            is_shallow INTEGER NOT NULL,
            PRIMARY KEY (entitlement_id, source_id, via_id, data_source_id, since)
        ) STRICT, WITHOUT ROWID;
        """

    private static let search = """
        CREATE VIRTUAL TABLE search USING fts5(
            scope, name, email, login, external_id,
            tokenize = "unicode61 remove_diacritics 2", prefix = '2 3', detail = column
        );
        """

    /// What people set by hand stands beside what the sources say, so that it survives imports and can be taken back.
    ///
    /// `owner_email` is whom the source names, `owner_id` who it is in the end.
    private static let edits = """
        ALTER TABLE resources ADD COLUMN edited_description TEXT;
        ALTER TABLE resources ADD COLUMN edited_account_type INTEGER;
        ALTER TABLE resources ADD COLUMN owner_is_set INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE resources ADD COLUMN owner_id INTEGER REFERENCES people(id);
        ALTER TABLE entitlements ADD COLUMN edited_description TEXT;
        ALTER TABLE entitlements ADD COLUMN edited_slug TEXT;
        ALTER TABLE resource_versions ADD COLUMN owner_email TEXT NOT NULL DEFAULT '';
        ALTER TABLE resource_versions ADD COLUMN owner_id INTEGER;
        UPDATE resource_versions SET owner_id = (
            SELECT person.id FROM people AS person WHERE person.email = lower(resource_versions.email))
        WHERE kind = 0 AND email <> '';
        DROP INDEX accounts_by_email;
        CREATE INDEX accounts_by_owner ON resource_versions(owner_id, application_id, sort_key)
            WHERE until IS NULL AND shown = 1 AND owner_id IS NOT NULL;
        CREATE INDEX accounts_without_owner ON resource_versions(application_id, sort_key, resource_id)
            WHERE until IS NULL AND shown = 1 AND kind = 0 AND owner_id IS NULL;
        CREATE INDEX accounts_by_status ON resource_versions(application_id, status, sort_key, resource_id)
            WHERE until IS NULL AND shown = 1 AND kind = 0;
        CREATE INDEX unowned_by_email ON resource_versions(lower(email))
            WHERE kind = 0 AND until IS NULL AND owner_id IS NULL AND email <> '';
        CREATE INDEX unowned_by_login ON resource_versions(lower(login))
            WHERE kind = 0 AND until IS NULL AND owner_id IS NULL AND login <> '';
        """

    /// Ids under which something was known before its connector gave it another one.
    private static let formerIDs = """
        CREATE TABLE former_resource_ids (
            resource_type_id INTEGER NOT NULL REFERENCES resource_types(id),
            external_id TEXT NOT NULL,
            resource_id INTEGER NOT NULL REFERENCES resources(id),
            PRIMARY KEY (resource_type_id, external_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE former_entitlement_ids (
            application_id INTEGER NOT NULL REFERENCES applications(id),
            external_id TEXT NOT NULL,
            entitlement_id INTEGER NOT NULL REFERENCES entitlements(id),
            PRIMARY KEY (application_id, external_id)
        ) STRICT, WITHOUT ROWID;
        """

    /// `used_by` is who uses an account in the end: what somebody set, else what the source says, else a person.
    private static let accountUse = """
        ALTER TABLE resource_versions ADD COLUMN used_by INTEGER NOT NULL DEFAULT 1;
        UPDATE resource_versions SET used_by = coalesce(
            (SELECT edited_account_type FROM resources WHERE id = resource_id), nullif(account_type, 0), 1)
        WHERE kind = 0;
        CREATE INDEX accounts_by_use ON resource_versions(application_id, used_by, sort_key, resource_id)
            WHERE until IS NULL AND shown = 1 AND kind = 0;
        """

    /// How often an import was begun without coming to an end: one that ends the program must not be begun for ever.
    private static let attempts = """
        ALTER TABLE imports ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
        """

    private static let icons = """
        CREATE TABLE icons (
            application_id INTEGER PRIMARY KEY REFERENCES applications(id),
            form TEXT NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;
        ALTER TABLE applications ADD COLUMN icon_at INTEGER;
        """

    /// Who set what, field by field, as people saw it before and after.
    private static let editLog = """
        CREATE TABLE edits (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            object TEXT NOT NULL CHECK (object IN ('resource', 'entitlement')),
            object_id INTEGER NOT NULL,
            field TEXT NOT NULL,
            before TEXT NOT NULL,
            after TEXT NOT NULL
        ) STRICT;
        CREATE INDEX edits_of_object ON edits(object, object_id, id);
        """

    private static let orders = """
        CREATE INDEX resources_by_grants_held ON resources(application_id, grants_held, id);
        CREATE INDEX resources_by_grants_on ON resources(application_id, grants_on, id);
        CREATE INDEX entitlements_by_grants ON entitlements(application_id, grants, id);
        CREATE INDEX accounts_by_last_login
            ON resource_versions(application_id, coalesce(last_login, 0), resource_id)
            WHERE until IS NULL AND shown = 1 AND kind = 0;
        """

    private static let reports = """
        ALTER TABLE imports ADD COLUMN mapping TEXT NOT NULL DEFAULT '';
        ALTER TABLE imports ADD COLUMN date_order TEXT NOT NULL DEFAULT '';
        CREATE TABLE import_problems (
            import_id INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            row INTEGER NOT NULL,
            column_name TEXT,
            text TEXT NOT NULL,
            is_error INTEGER NOT NULL,
            PRIMARY KEY (import_id, number)
        ) STRICT, WITHOUT ROWID;
        """
}
