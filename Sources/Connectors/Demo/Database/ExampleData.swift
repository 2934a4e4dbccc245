/// The schema of the built-in directory, and the people, groups, roles and projects every demo starts with.
enum ExampleData {
    /// The tables with their columns, by which we know a file of ours.
    static let tables = [
        "users": ["id", "name", "email"],
        "groups": ["id", "name", "admins", "members"],
        "roles": ["id", "name", "direct_assignments", "group_assignments"],
        "projects": ["id", "name", "owner", "group_assignments"],
        "passwords": ["id", "password", "user_id"],
        "disabled_users": ["id"],
        "events": [
            "id", "occurred_at", "kind", "resource_type", "resource_id", "slug", "principal_type", "principal_id",
        ],
        "tickets": ["id", "created_at", "schema", "content"],
    ]

    /// The tables that are listed.
    static let listedTables = ["users", "groups", "roles", "projects"]

    /// Tables of ours that the ecosystem's databases lack; made when they are first needed.
    static let additions = """
        CREATE TABLE IF NOT EXISTS disabled_users (id TEXT PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS events (
          id INTEGER PRIMARY KEY AUTOINCREMENT, occurred_at INTEGER, kind TEXT, resource_type TEXT, resource_id TEXT,
          slug TEXT, principal_type TEXT, principal_id TEXT);
        CREATE TABLE IF NOT EXISTS tickets (
          id INTEGER PRIMARY KEY AUTOINCREMENT, created_at INTEGER, schema TEXT, content TEXT);
        """

    static let schema = """
        DROP TABLE IF EXISTS disabled_users;
        DROP TABLE IF EXISTS events;
        DROP TABLE IF EXISTS tickets;
        DROP TABLE IF EXISTS users;
        DROP TABLE IF EXISTS groups;
        DROP TABLE IF EXISTS roles;
        DROP TABLE IF EXISTS projects;
        DROP TABLE IF EXISTS passwords;
        CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT UNIQUE, email TEXT);
        CREATE TABLE groups (id TEXT PRIMARY KEY, name TEXT, admins TEXT, members TEXT);
        CREATE TABLE roles (id TEXT PRIMARY KEY, name TEXT, direct_assignments TEXT, group_assignments TEXT);
        CREATE TABLE projects (id TEXT PRIMARY KEY, name TEXT, owner TEXT, group_assignments TEXT);
        CREATE TABLE passwords (id TEXT PRIMARY KEY, password TEXT, user_id TEXT);
        """

    /// Lists of ids are joined by commas; a password shares the id of its user.
    static let rows = """
        INSERT INTO users VALUES
          ('2IC0Wn5oRQqVVn3COFl1O1zSzV6', 'Alice', 'alice@example.com'),
          ('2IC0WoNfqUPT7mgO4FOaViIxBrR', 'Bob', 'bob@example.com'),
          ('2IC0Wo34fcTerFEgWmyffXmfrW8', 'Carol', 'carol@example.com'),
          ('2IC0Wn7DaxV1xqDpdg7jJRiPtCp', 'Dan', 'dan@example.com'),
          ('2IC0WoaHVvl2GIQppXQH0flK1yJ', 'Frank', 'frank@example.com');
        INSERT INTO groups VALUES
          ('2IC0WmAPkihbFdZhEPsch5N5WNO', 'Engineers', '2IC0Wo34fcTerFEgWmyffXmfrW8',
           '2IC0Wn5oRQqVVn3COFl1O1zSzV6,2IC0WoNfqUPT7mgO4FOaViIxBrR'),
          ('2IC0WjepYDBsRp6b7cqrumGsVGt', 'Sales', '2IC0WoaHVvl2GIQppXQH0flK1yJ', '2IC0Wn7DaxV1xqDpdg7jJRiPtCp');
        INSERT INTO roles VALUES
          ('2IC0WmaHecJdzo5jYnQiTh2BVlB', 'Editor', '2IC0WoaHVvl2GIQppXQH0flK1yJ', '2IC0WmAPkihbFdZhEPsch5N5WNO'),
          ('2IC0WkRTFmsXH4P9TjiQnd29XMT', 'Reader', '', '2IC0WmAPkihbFdZhEPsch5N5WNO,2IC0WjepYDBsRp6b7cqrumGsVGt');
        INSERT INTO projects VALUES
          ('2IC0WqENS0dCRHiJ0YvPAidl0D5', 'Product X', '2IC0WoNfqUPT7mgO4FOaViIxBrR',
           '2IC0WmAPkihbFdZhEPsch5N5WNO,2IC0WjepYDBsRp6b7cqrumGsVGt'),
          ('2IC11NXgAkNrKRk9nukbPRRKMhI', 'Sales', '2IC0WoaHVvl2GIQppXQH0flK1yJ', '2IC0WjepYDBsRp6b7cqrumGsVGt');
        INSERT INTO passwords SELECT id, 'password', id FROM users;
        """
}
