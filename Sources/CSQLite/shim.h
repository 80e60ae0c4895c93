#ifndef BURSAR_CSQLITE_H
#define BURSAR_CSQLITE_H

#include <sqlite3.h>

// What Swift cannot say: SQLITE_TRANSIENT is a cast of -1 to a function pointer, and the functions that configure are
// variadic.

/// Binds a copy of `bytes`, so that the caller's memory need not outlive the call.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, bytes, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Binds a copy of `bytes`, so that the caller's memory need not outlive the call.
static inline int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// After a failed sync the log may not be on disk: closing must not copy it into the database.
static inline int csqlite_skip_checkpoint_on_close(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

/// A statement keeps its plan whatever is bound to it. Without this, each new value of a parameter that is compared
/// with what some partial index is of (`kind = $1` beside `WHERE kind = 'suspense'`) has the statement prepared again.
static inline int csqlite_keep_plans(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_QPSG, 1, (int *)0);
}

/// SQLite no longer counts its memory, which took a lock at every allocation. Only before anything else is asked of it.
static inline int csqlite_stop_counting_memory(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

#endif
