/* The limit: one thread that inserts rows through SQLite's C API, in batches, each batch durable.
 *
 *   limit webhooks DATABASE COUNT PREFIX BODY    the rows and indexes of the inbox, in tables that `bursar init` made
 *   limit usage DATABASE COUNT PREFIX ORDER      what is least to keep of a usage event, in a table of its own; the ids
 *                                                come `ordered` or `random`
 *
 * Prints one line of JSON.
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 128 };

static const char *const WEBHOOK =
    "INSERT INTO inbox (event_id, endpoint, type, stripe_account, livemode, created, body, state, reason, attempts,"
    " next_attempt_at, received_at) VALUES (?1, 'connect', 'payment_intent.succeeded', 'acct_1', 0, ?2, ?3, 'received',"
    " NULL, 0, ?2, ?2) ON CONFLICT (event_id) DO NOTHING";

/* Once for each id, but not priced, not posted, and in no total. */
static const char *const USAGE_TABLE =
    "CREATE TABLE usage (event_id TEXT PRIMARY KEY, customer TEXT NOT NULL, model TEXT NOT NULL, time BIGINT NOT NULL,"
    " input_tokens BIGINT NOT NULL, output_tokens BIGINT NOT NULL, cost_micros BIGINT NOT NULL,"
    " price_micros BIGINT NOT NULL)";
static const char *const USAGE =
    "INSERT INTO usage VALUES (?1, 'customer-0001', 'small-model', ?2, 1200, 350, 4100, 4920)"
    " ON CONFLICT (event_id) DO NOTHING";

static sqlite3 *database;
static int is_random;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void check(int code, int expected, const char *what) {
    if (code == expected) return;
    fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(database));
    exit(2);
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK, sql); }

/* splitmix64: another number for each number, in no order. */
static uint64_t mixed(uint64_t number) {
    number += 0x9e3779b97f4a7c15;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
    number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
    return number ^ (number >> 31);
}

/* As long in order as in none. */
static int write_id(char *id, size_t room, const char *prefix, long number) {
    if (!is_random) return snprintf(id, room, "%s%032ld", prefix, number);
    unsigned long long high_half = mixed((uint64_t)number), low_half = mixed(~(uint64_t)number);
    return snprintf(id, room, "%s%016llx%016llx", prefix, high_half, low_half);
}

/* Binds a body where there is one. */
static void insert_all(sqlite3_stmt *insert, long count, const char *prefix, const char *body, size_t length) {
    for (long number = 0; number < count; number++) {
        char id[96];
        int id_length = write_id(id, sizeof id, prefix, number);
        if (number % BATCH == 0) run("BEGIN IMMEDIATE");
        sqlite3_bind_text(insert, 1, id, id_length, SQLITE_TRANSIENT);
        sqlite3_bind_int64(insert, 2, 1795180262000 + number);
        if (length) sqlite3_bind_blob(insert, 3, body, (int)length, SQLITE_STATIC);
        check(sqlite3_step(insert), SQLITE_DONE, "insert");
        sqlite3_reset(insert);
        if (number % BATCH == BATCH - 1 || number == count - 1) run("COMMIT");
    }
}

int main(int argc, char **argv) {
    static char body[1 << 16];
    size_t length = 0;
    int is_usage = argc == 6 && !strcmp(argv[1], "usage");
    if (!is_usage && !(argc == 6 && !strcmp(argv[1], "webhooks"))) {
        fprintf(stderr, "limit usage DATABASE COUNT PREFIX ORDER, or limit webhooks DATABASE COUNT PREFIX BODY\n");
        return 2;
    }
    is_random = is_usage && !strcmp(argv[5], "random");
    if (!is_usage) {
        FILE *file = fopen(argv[5], "rb");
        length = file ? fread(body, 1, sizeof body, file) : 0;
        if (length == 0) return 2;
    }
    long count = strtol(argv[3], NULL, 10);
    sqlite3_stmt *insert = NULL;
    check(sqlite3_open(argv[2], &database), SQLITE_OK, argv[2]);
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("PRAGMA wal_autocheckpoint = 250");
    if (is_usage) run(USAGE_TABLE);
    check(sqlite3_prepare_v2(database, is_usage ? USAGE : WEBHOOK, -1, &insert, NULL), SQLITE_OK, "prepare");

    double start = now();
    insert_all(insert, count, argv[4], body, length);
    double seconds = now() - start;
    sqlite3_finalize(insert);
    sqlite3_close(database);
    printf("{\"requests\": %ld, \"seconds\": %.4f, \"rate\": %.1f}\n", count, seconds, (double)count / seconds);
    return 0;
}
