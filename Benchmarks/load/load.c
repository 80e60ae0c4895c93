/* Sends signed webhooks as fast as they are answered, and says how long each took.
 *
 *   load PORT PATH SECRET TEMPLATE COUNT CONNECTIONS PREFIX
 *
 * TEMPLATE is a file with an event; every `@ID@` in it becomes an event id of its own. All requests are made and signed
 * before the clock starts. Prints one line of JSON. Exit status 0 only when every answer was 200.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_LIMIT = 16384, EVENTS = 256, GIVE_UP_SECONDS = 120 };

struct request { char *bytes; size_t length; };

struct connection {
    int socket;
    const struct request *request;
    size_t sent, received;
    double started;
    char answer[ANSWER_LIMIT];
};

static struct sockaddr_in address;
static struct request *requests;
static double *milliseconds;
static size_t count, begun, done, refused, reconnects;
static int poller;

static void die(const char *what) { perror(what); exit(2); }

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) die(path);
    char *text = calloc(1, 1 << 20);
    if (!text || fread(text, 1, (1 << 20) - 1, file) == 0) die(path);
    fclose(file);
    return text;
}

static char *with_id(const char *template, const char *id) {
    char *body = calloc(1, strlen(template) + 16 * strlen(id) + 1), *end = body;
    if (!body) die("memory");
    for (const char *at; (at = strstr(template, "@ID@")); template = at + 4) {
        memcpy(end, template, (size_t)(at - template));
        end = stpcpy(end + (at - template), id);
    }
    strcpy(end, template);
    return body;
}

static struct request signed_request(const char *path, const char *secret, char *body) {
    size_t length = strlen(body);
    char time_text[24], hex[65] = "", *payload = malloc(length + 32), *bytes = malloc(length + 1024);
    if (!payload || !bytes) die("memory");
    snprintf(time_text, sizeof time_text, "%lld", (long long)time(NULL));
    int payload_length = sprintf(payload, "%s.%s", time_text, body);
    unsigned char digest[32];
    unsigned digest_length = 0;
    HMAC(EVP_sha256(), secret, (int)strlen(secret), (unsigned char *)payload, (size_t)payload_length, digest,
        &digest_length);
    for (unsigned place = 0; place < digest_length; place++) sprintf(hex + 2 * place, "%02x", digest[place]);
    int total = sprintf(bytes,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=utf-8\r\n"
        "Stripe-Signature: t=%s,v1=%s\r\nContent-Length: %zu\r\n\r\n%s", path, time_text, hex, length, body);
    free(payload);
    free(body);
    return (struct request){bytes, (size_t)total};
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
    connection->sent = connection->received = 0;
    watch(connection, EPOLLOUT, EPOLL_CTL_ADD);
}

static void redial(struct connection *connection) {
    close(connection->socket);
    reconnects++;
    dial(connection);
}

/* Takes the next request; false when there is none left. */
static bool begin(struct connection *connection) {
    if (begun == count) return false;
    connection->request = &requests[begun++];
    connection->sent = connection->received = 0;
    connection->started = now();
    return true;
}

static void write_some(struct connection *connection) {
    const struct request *request = connection->request;
    ssize_t written =
        send(connection->socket, request->bytes + connection->sent, request->length - connection->sent, MSG_NOSIGNAL);
    if (written < 0) {
        if (errno != EAGAIN) redial(connection);
        return;
    }
    connection->sent += (size_t)written;
    if (connection->sent == request->length) watch(connection, EPOLLIN, EPOLL_CTL_MOD);
}

/* The length of a whole answer, or 0 while there is more to come. */
static size_t whole_answer(struct connection *connection) {
    connection->answer[connection->received] = 0;
    char *body = strstr(connection->answer, "\r\n\r\n");
    if (!body) return 0;
    char *length = strcasestr(connection->answer, "\r\ncontent-length:");
    size_t total = (size_t)(body + 4 - connection->answer) + (length ? strtoul(length + 17, NULL, 10) : 0);
    return connection->received >= total ? total : 0;
}

static void finish(struct connection *connection, bool is_closed) {
    milliseconds[done++] = now() - connection->started;
    if (strncmp(connection->answer + 9, "200", 3) != 0) refused++;
    bool closes = is_closed || strcasestr(connection->answer, "\r\nconnection: close");
    if (!begin(connection)) {
        close(connection->socket);
        connection->socket = -1;
    } else if (closes) {
        redial(connection);
    } else {
        watch(connection, EPOLLOUT, EPOLL_CTL_MOD);
    }
}

static void read_some(struct connection *connection) {
    ssize_t got = recv(connection->socket, connection->answer + connection->received,
        ANSWER_LIMIT - 1 - connection->received, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        redial(connection);
        return;
    }
    connection->received += (size_t)got;
    if (whole_answer(connection)) finish(connection, false);
}

static int by_size(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

static double percentile(double part) { return milliseconds[(size_t)((double)(done - 1) * part)]; }

int main(int argc, char **argv) {
    if (argc != 8) {
        fprintf(stderr, "load PORT PATH SECRET TEMPLATE COUNT CONNECTIONS PREFIX\n");
        return 2;
    }
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char *template = read_file(argv[4]);
    count = strtoul(argv[5], NULL, 10);
    size_t connections = strtoul(argv[6], NULL, 10);
    requests = calloc(count, sizeof *requests);
    milliseconds = calloc(count, sizeof *milliseconds);
    struct connection *all = calloc(connections, sizeof *all);
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (!requests || !milliseconds || !all || poller < 0 || count < connections) die("setting up");
    for (size_t number = 0; number < count; number++) {
        char id[64];
        snprintf(id, sizeof id, "%s%07zu", argv[7], number);
        requests[number] = signed_request(argv[2], argv[3], with_id(template, id));
    }

    double start = now();
    for (size_t number = 0; number < connections; number++) {
        begin(&all[number]);
        dial(&all[number]);
    }
    struct epoll_event events[EVENTS];
    while (done < count) {
        int ready = epoll_wait(poller, events, EVENTS, 1000);
        for (int place = 0; place < ready; place++) {
            struct connection *connection = events[place].data.ptr;
            if (connection->socket < 0) continue;
            if (connection->sent < connection->request->length) write_some(connection);
            else read_some(connection);
        }
        if (now() - start > GIVE_UP_SECONDS * 1e3) {
            fprintf(stderr, "gave up after %d s with %zu of %zu answered\n", GIVE_UP_SECONDS, done, count);
            return 2;
        }
    }
    double seconds = (now() - start) / 1e3;
    qsort(milliseconds, done, sizeof *milliseconds, by_size);
    printf("{\"requests\": %zu, \"refused\": %zu, \"reconnects\": %zu, \"seconds\": %.4f, \"rate\": %.1f, "
           "\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f}\n",
        done, refused, reconnects, seconds, (double)done / seconds, percentile(0.5), percentile(0.99), percentile(1));
    return refused ? 1 : 0;
}
