/* Sends requests as fast as they are answered, and says how long each took.
 *
 *   load port=N path=PATH count=ITEMS connections=N prefix=TEXT [method=POST] [body=FILE] [batch=LOW-HIGH]
 *        [customers=N] [bearer=KEY] [secret=SIGNING_SECRET] [then=PATH] [then_body=FILE]
 *
 * `requests.h` says what templates may hold. All requests are made and signed before the clock starts; with `then`,
 * each is followed by one more, made of what it was answered. Prints one line of JSON. Exit status 0 only when every
 * answer was 2xx, and of a batch accepted every item.
 */
#define _GNU_SOURCE
#include "requests.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, GIVE_UP_SECONDS = 600, SHOWN = 800 };

/* How long the requests of one kind took. */
struct times { double *milliseconds; size_t count; };

struct connection {
    int socket;
    struct request request;
    bool is_follow_up;
    size_t sent, received, expected, room;
    double started;
    char *answer;
};

static struct sockaddr_in address;
static struct recipe recipe = {.method = "POST", .prefix = "", .customers = 1};
static struct recipe follow_up = {.method = "POST", .prefix = "", .customers = 1};
static struct request *requests;
static struct times first_times, then_times;
static size_t count, connections = 1, total, begun, done, refused, reconnects;
static int poller;

static void die(const char *what) { perror(what); exit(2); }

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void watch(struct connection *connection, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(poller, operation, connection->socket, &event)) die("epoll_ctl");
}

static void dial(struct connection *connection) {
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection->socket < 0) die("socket");
    int yes = 1;
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    int result = connect(connection->socket, (struct sockaddr *)&address, sizeof address);
    if (result && errno != EINPROGRESS) die("connect");
    connection->sent = connection->received = connection->expected = 0;
    watch(connection, EPOLLOUT, EPOLL_CTL_ADD);
}

static void redial(struct connection *connection) {
    close(connection->socket);
    reconnects++;
    dial(connection);
}

static void start(struct connection *connection, struct request request, bool is_follow_up) {
    connection->request = request;
    connection->is_follow_up = is_follow_up;
    connection->sent = connection->received = connection->expected = 0;
    connection->started = now();
}

/* Takes the next request; false when there is none left. */
static bool begin(struct connection *connection) {
    if (begun == total) return false;
    start(connection, requests[begun++], false);
    return true;
}

static void write_some(struct connection *connection) {
    const struct request *request = &connection->request;
    ssize_t written =
        send(connection->socket, request->bytes + connection->sent, request->length - connection->sent, MSG_NOSIGNAL);
    if (written < 0) {
        if (errno != EAGAIN) redial(connection);
        return;
    }
    connection->sent += (size_t)written;
    if (connection->sent == request->length) watch(connection, EPOLLIN, EPOLL_CTL_MOD);
}

/* Whether the answer is whole. */
static bool is_whole(struct connection *connection) {
    connection->answer[connection->received] = 0;
    if (connection->expected == 0) {
        char *body = strstr(connection->answer, "\r\n\r\n");
        if (!body) return false;
        char *length = strcasestr(connection->answer, "\r\ncontent-length:");
        connection->expected = (size_t)(body + 4 - connection->answer)
            + (length && length < body ? strtoul(length + 17, NULL, 10) : 0);
    }
    return connection->received >= connection->expected;
}

/* 2xx; and a batch says of each of its items that it was accepted. */
static bool is_good(const struct connection *connection) {
    if (connection->answer[9] != '2') return false;
    if (recipe.batch_high == 0) return true;
    char accepted[40];
    int length = snprintf(accepted, sizeof accepted, "\"accepted\":%zu,", connection->request.items);
    return memmem(connection->answer, connection->received, accepted, (size_t)length) != NULL;
}

/* The id in an answer, made an end to where it stands; empty when there is none. */
static const char *id_in(char *answer) {
    char *start = strstr(answer, "\"id\":\"");
    char *end = start ? strchr(start + 6, '"') : NULL;
    if (!end) return "";
    *end = 0;
    return start + 6;
}

static void judge(struct connection *connection) {
    struct times *times = connection->is_follow_up ? &then_times : &first_times;
    times->milliseconds[times->count++] = now() - connection->started;
    if (is_good(connection)) return;
    if (refused++ > 0) return;
    const char *rejection = strstr(connection->answer, "\"rejected\"");
    fprintf(stderr, "%.*s\n", SHOWN, rejection ? rejection : connection->answer);
}

static void finish(struct connection *connection) {
    judge(connection);
    bool closes = strcasestr(connection->answer, "\r\nconnection: close");
    bool is_followed = follow_up.path && !connection->is_follow_up && connection->answer[9] == '2';
    if (is_followed) {
        start(connection, make_request(&follow_up, connection->request.first, 1, id_in(connection->answer)), true);
    } else {
        done++;
        if (connection->is_follow_up) free(connection->request.bytes);
        if (!begin(connection)) {
            close(connection->socket);
            connection->socket = -1;
            return;
        }
    }
    if (closes) redial(connection);
    else watch(connection, EPOLLOUT, EPOLL_CTL_MOD);
}

static void read_some(struct connection *connection) {
    if (connection->room - connection->received < 1 << 14) {
        connection->room = 2 * connection->room + (1 << 15);
        connection->answer = realloc(connection->answer, connection->room);
        if (!connection->answer) die("memory");
    }
    ssize_t got = recv(connection->socket, connection->answer + connection->received,
        connection->room - 1 - connection->received, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        redial(connection);
        return;
    }
    connection->received += (size_t)got;
    if (is_whole(connection)) finish(connection);
}

static int by_size(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

static void print_times(struct times *times) {
    qsort(times->milliseconds, times->count, sizeof *times->milliseconds, by_size);
    double *last = times->milliseconds + times->count - 1;
    printf("\"p50_ms\": %.4f, \"p99_ms\": %.4f, \"max_ms\": %.4f", times->milliseconds[(times->count - 1) / 2],
        times->milliseconds[(size_t)((double)(times->count - 1) * 0.99)], *last);
}

static void set(const char *name, char *value) {
    if (!strcmp(name, "port")) address.sin_port = htons((uint16_t)atoi(value));
    else if (!strcmp(name, "path")) recipe.path = value;
    else if (!strcmp(name, "method")) recipe.method = value;
    else if (!strcmp(name, "count")) count = strtoul(value, NULL, 10);
    else if (!strcmp(name, "connections")) connections = strtoul(value, NULL, 10);
    else if (!strcmp(name, "customers")) recipe.customers = strtoul(value, NULL, 10);
    else if (!strcmp(name, "prefix")) recipe.prefix = value;
    else if (!strcmp(name, "bearer")) recipe.bearer = follow_up.bearer = value;
    else if (!strcmp(name, "secret")) recipe.secret = value;
    else if (!strcmp(name, "body")) recipe.lines = read_lines(value, &recipe.line_count);
    else if (!strcmp(name, "batch")) sscanf(value, "%zu-%zu", &recipe.batch_low, &recipe.batch_high);
    else if (!strcmp(name, "then")) follow_up.path = value;
    else if (!strcmp(name, "then_body")) follow_up.lines = read_lines(value, &follow_up.line_count);
    else { fprintf(stderr, "load does not know %s\n", name); exit(2); }
}

static void make_all(void) {
    requests = calloc(count + 1, sizeof *requests);
    first_times.milliseconds = calloc(count + 1, sizeof(double));
    then_times.milliseconds = calloc(count + 1, sizeof(double));
    if (!requests || !first_times.milliseconds || !then_times.milliseconds) die("memory");
    for (size_t made = 0; made < count; total++) {
        size_t items = items_of(&recipe, total);
        if (items > count - made) items = count - made;
        requests[total] = make_request(&recipe, made, items, NULL);
        made += items;
    }
}

static void send_all(void) {
    struct connection *all = calloc(connections, sizeof *all);
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (!all || poller < 0) die("setting up");
    double start = now();
    for (size_t number = 0; number < connections; number++) {
        if (begin(&all[number])) dial(&all[number]);
    }
    struct epoll_event events[EVENTS];
    while (done < total) {
        int ready = epoll_wait(poller, events, EVENTS, 1000);
        for (int place = 0; place < ready; place++) {
            struct connection *connection = events[place].data.ptr;
            if (connection->socket < 0) continue;
            if (connection->sent < connection->request.length) write_some(connection);
            else read_some(connection);
        }
        if (now() - start > GIVE_UP_SECONDS * 1e3) {
            fprintf(stderr, "gave up after %d s with %zu of %zu answered\n", GIVE_UP_SECONDS, done, total);
            exit(2);
        }
    }
}

int main(int argc, char **argv) {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int place = 1; place < argc; place++) {
        char *value = strchr(argv[place], '=');
        if (!value) die(argv[place]);
        *value = 0;
        set(argv[place], value + 1);
    }
    if (!recipe.path || !count || !connections || !recipe.customers) {
        fprintf(stderr, "load needs port, path, count and connections\n");
        return 2;
    }
    make_all();
    double start = now();
    send_all();
    double seconds = (now() - start) / 1e3;
    printf("{\"requests\": %zu, \"items\": %zu, \"refused\": %zu, \"reconnects\": %zu, \"seconds\": %.4f, "
           "\"rate\": %.1f, ", total, count, refused, reconnects, seconds, (double)count / seconds);
    print_times(&first_times);
    if (then_times.count) {
        printf(", \"then\": {");
        print_times(&then_times);
        printf("}");
    }
    printf("}\n");
    return refused ? 1 : 0;
}
