#include <sqlite3.h>

/* sqlite3_db_config has a variable number of arguments, which Swift can't call. Nothing in a foreign schema may run. */
static inline int csqlite_distrust_schema(sqlite3 *db) {
    const int settings[][2] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1}, {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    };
    for (int i = 0; i < 4; i++) {
        int status = sqlite3_db_config(db, settings[i][0], settings[i][1], (int *)0);
        if (status != SQLITE_OK) return status;
    }
    return SQLITE_OK;
}

/* SQLITE_TRANSIENT and SQLITE_STATIC are casts that Swift can't import. An empty value is not NULL. */
static inline int csqlite_bind_text(sqlite3_stmt *s, int i, const void *p, sqlite3_uint64 n) {
    return sqlite3_bind_text64(s, i, p ? p : "", n, SQLITE_TRANSIENT, SQLITE_UTF8);
}
static inline int csqlite_bind_blob(sqlite3_stmt *s, int i, const void *p, sqlite3_uint64 n) {
    return sqlite3_bind_blob64(s, i, p ? p : "", n, SQLITE_TRANSIENT);
}
static inline int csqlite_bind_static_text(sqlite3_stmt *s, int i, const void *p, sqlite3_uint64 n) {
    return sqlite3_bind_text64(s, i, p ? p : "", n, SQLITE_STATIC, SQLITE_UTF8);
}
static inline int csqlite_bind_static_blob(sqlite3_stmt *s, int i, const void *p, sqlite3_uint64 n) {
    return sqlite3_bind_blob64(s, i, p ? p : "", n, SQLITE_STATIC);
}
