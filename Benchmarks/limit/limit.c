/* The limit: one thread that inserts the same rows through SQLite's C API, in batches, each batch durable.
 *
 *   limit DATABASE BODY COUNT PREFIX
 *
 * DATABASE has the tables that `bursar init` made, so rows and indexes are those of the inbox. Prints one line of JSON.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 128 };

static const char *const INSERT =
    "INSERT INTO inbox (event_id, endpoint, type, stripe_account, livemode, created, body, state, reason, attempts,"
    " next_attempt_at, received_at) VALUES (?1, 'connect', 'payment_intent.succeeded', 'acct_1', 0, ?2, ?3, 'received',"
    " NULL, 0, ?2, ?2) ON CONFLICT (event_id) DO NOTHING";

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void run(sqlite3 *database, const char *sql) {
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(database));
        exit(2);
    }
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "limit DATABASE BODY COUNT PREFIX\n");
        return 2;
    }
    static char body[1 << 16];
    FILE *file = fopen(argv[2], "rb");
    size_t length = file ? fread(body, 1, sizeof body, file) : 0;
    long count = strtol(argv[3], NULL, 10);
    sqlite3 *database = NULL;
    sqlite3_stmt *insert = NULL;
    if (length == 0 || sqlite3_open(argv[1], &database) != SQLITE_OK) return 2;
    run(database, "PRAGMA journal_mode = WAL");
    run(database, "PRAGMA synchronous = FULL");
    run(database, "PRAGMA wal_autocheckpoint = 250");
    if (sqlite3_prepare_v2(database, INSERT, -1, &insert, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(database));
        return 2;
    }

    double start = now();
    for (long number = 0; number < count; number++) {
        char id[64];
        int id_length = snprintf(id, sizeof id, "%s%07ld", argv[4], number);
        if (number % BATCH == 0) run(database, "BEGIN IMMEDIATE");
        sqlite3_bind_text(insert, 1, id, id_length, SQLITE_TRANSIENT);
        sqlite3_bind_int64(insert, 2, 1795180262000 + number);
        sqlite3_bind_blob(insert, 3, body, (int)length, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) {
            fprintf(stderr, "%s\n", sqlite3_errmsg(database));
            return 2;
        }
        sqlite3_reset(insert);
        if (number % BATCH == BATCH - 1 || number == count - 1) run(database, "COMMIT");
    }
    double seconds = now() - start;
    sqlite3_finalize(insert);
    sqlite3_close(database);
    printf("{\"requests\": %ld, \"seconds\": %.4f, \"rate\": %.1f}\n", count, seconds, (double)count / seconds);
    return 0;
}
