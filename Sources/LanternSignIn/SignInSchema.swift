import GRDB

/// The tables of people, sessions, tokens and of what was done, as steps that each database takes once.
enum SignInSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: people") { try $0.execute(sql: people) }
        migrator.registerMigration("2: keys of clients") {
            try $0.execute(sql: "ALTER TABLE credentials ADD COLUMN public_key BLOB")
        }
        return migrator
    }

    /// Secrets stand in none of them: passwords are kept as scrypt hashes, tokens as SHA-256.
    private static let people = """
        CREATE TABLE users (
            id INTEGER PRIMARY KEY,
            public_id TEXT NOT NULL UNIQUE,
            email TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('administrator', 'owner', 'auditor')),
            password TEXT NOT NULL DEFAULT '',
            created_at INTEGER NOT NULL,
            signed_in_at INTEGER,
            disabled_at INTEGER
        ) STRICT;

        CREATE TABLE application_owners (
            user_id INTEGER NOT NULL REFERENCES users(id),
            application_id TEXT NOT NULL,
            PRIMARY KEY (user_id, application_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX owners_of_application ON application_owners(application_id);

        CREATE TABLE sessions (
            token BLOB PRIMARY KEY,
            user_id INTEGER NOT NULL REFERENCES users(id),
            form_token TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            used_at INTEGER NOT NULL,
            address TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sessions_of_user ON sessions(user_id);

        CREATE TABLE links (
            token BLOB PRIMARY KEY,
            user_id INTEGER REFERENCES users(id),
            kind TEXT NOT NULL CHECK (kind IN ('set-up', 'password', 'sign-in')),
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE credentials (
            id INTEGER PRIMARY KEY,
            public_id TEXT NOT NULL UNIQUE,
            user_id INTEGER NOT NULL REFERENCES users(id),
            name TEXT NOT NULL,
            client_id TEXT UNIQUE,
            secret BLOB NOT NULL UNIQUE,
            scope TEXT NOT NULL CHECK (scope IN ('full', 'read')),
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            used_at INTEGER,
            revoked_at INTEGER
        ) STRICT;

        CREATE TABLE access_tokens (
            token BLOB PRIMARY KEY,
            credential_id INTEGER NOT NULL REFERENCES credentials(id),
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE failures (
            subject TEXT PRIMARY KEY,
            count INTEGER NOT NULL,
            last_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL,
            address TEXT NOT NULL
        ) STRICT;
        """
}
