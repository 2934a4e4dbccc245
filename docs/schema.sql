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
, icon_at INTEGER) STRICT;

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
, external_source_id INTEGER REFERENCES external_sources(id), object_key TEXT NOT NULL DEFAULT '', schedule TEXT NOT NULL DEFAULT '', next_check_at INTEGER, checked_at INTEGER, check_error TEXT NOT NULL DEFAULT '', failures INTEGER NOT NULL DEFAULT 0, object_state TEXT NOT NULL DEFAULT '', feed_revision INTEGER NOT NULL DEFAULT 0) STRICT;

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
, mapping TEXT NOT NULL DEFAULT '', date_order TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0) STRICT;

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
    grants_held INTEGER NOT NULL DEFAULT 0, edited_description TEXT, edited_account_type INTEGER, owner_is_set INTEGER NOT NULL DEFAULT 0, owner_id INTEGER REFERENCES people(id),
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
    record TEXT NOT NULL, owner_email TEXT NOT NULL DEFAULT '', owner_id INTEGER, used_by INTEGER NOT NULL DEFAULT 1,
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
    grants INTEGER NOT NULL DEFAULT 0, edited_description TEXT, edited_slug TEXT,
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

CREATE VIRTUAL TABLE search USING fts5(
    scope, name, email, login, external_id,
    tokenize = "unicode61 remove_diacritics 2", prefix = '2 3', detail = column
);

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

CREATE TABLE import_problems (
    import_id INTEGER NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    row INTEGER NOT NULL,
    column_name TEXT,
    text TEXT NOT NULL,
    is_error INTEGER NOT NULL,
    PRIMARY KEY (import_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX resources_by_grants_held ON resources(application_id, grants_held, id);

CREATE INDEX resources_by_grants_on ON resources(application_id, grants_on, id);

CREATE INDEX entitlements_by_grants ON entitlements(application_id, grants, id);

CREATE INDEX accounts_by_last_login
    ON resource_versions(application_id, coalesce(last_login, 0), resource_id)
    WHERE until IS NULL AND shown = 1 AND kind = 0;

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

CREATE INDEX accounts_by_use ON resource_versions(application_id, used_by, sort_key, resource_id)
    WHERE until IS NULL AND shown = 1 AND kind = 0;

CREATE TABLE icons (
    application_id INTEGER PRIMARY KEY REFERENCES applications(id),
    form TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

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
