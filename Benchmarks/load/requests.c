#define _GNU_SOURCE
#include "requests.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct text { char *bytes; size_t length, room; };

static void die(const char *what) { perror(what); exit(2); }

static void append(struct text *text, const char *bytes, size_t length) {
    if (text->length + length + 1 > text->room) {
        text->room = 2 * (text->length + length + 1);
        text->bytes = realloc(text->bytes, text->room);
        if (!text->bytes) die("memory");
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = 0;
}

static void append_string(struct text *text, const char *string) { append(text, string, strlen(string)); }

char **read_lines(const char *path, size_t *count) {
    FILE *file = fopen(path, "rb");
    if (!file) die(path);
    char **lines = NULL, *line = NULL;
    size_t room = 0;
    ssize_t length;
    *count = 0;
    while ((length = getline(&line, &room, file)) > 0) {
        if (line[length - 1] == '\n') line[length - 1] = 0;
        lines = realloc(lines, (*count + 1) * sizeof *lines);
        if (!lines) die("memory");
        lines[(*count)++] = line;
        line = NULL;
        room = 0;
    }
    fclose(file);
    if (*count == 0) die(path);
    return lines;
}

/* splitmix64: another number for each number, in no order. */
static uint64_t mixed(uint64_t number) {
    number += 0x9e3779b97f4a7c15;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
    number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
    return number ^ (number >> 31);
}

/* What stands for the word between two @; false when it is none of ours. */
static bool append_word(
    struct text *out, const char *word, size_t length, const struct recipe *recipe, size_t number, const char *answer) {
    char value[128];
    unsigned long low, high;
    int used = 0;
    if (length == 2 && !strncmp(word, "ID", 2)) {
        snprintf(value, sizeof value, "%s%032zu", recipe->prefix, number);
    } else if (length == 4 && !strncmp(word, "HASH", 4)) {
        unsigned long long high_half = mixed(number), low_half = mixed(~number);
        snprintf(value, sizeof value, "%s%016llx%016llx", recipe->prefix, high_half, low_half);
    } else if (length == 8 && !strncmp(word, "CUSTOMER", 8)) {
        snprintf(value, sizeof value, "customer-%04llu", (unsigned long long)(mixed(number) % recipe->customers));
    } else if (length == 6 && !strncmp(word, "ANSWER", 6) && answer) {
        snprintf(value, sizeof value, "%s", answer);
    } else if (sscanf(word, "%lu..%lu@%n", &low, &high, &used) == 2 && used == (int)length + 1) {
        uint64_t dice = mixed(number ^ (low << 40)) % (high - low + 1);
        snprintf(value, sizeof value, "%llu", (unsigned long long)(low + dice));
    } else {
        return false;
    }
    append_string(out, value);
    return true;
}

static void expand(
    struct text *out, const char *template, const struct recipe *recipe, size_t number, const char *answer) {
    for (const char *mark; (mark = strchr(template, '@'));) {
        append(out, template, (size_t)(mark - template));
        const char *end = strchr(mark + 1, '@');
        if (end && append_word(out, mark + 1, (size_t)(end - mark - 1), recipe, number, answer)) {
            template = end + 1;
        } else {
            append(out, mark, 1);
            template = mark + 1;
        }
    }
    append_string(out, template);
}

size_t items_of(const struct recipe *recipe, size_t number) {
    if (recipe->batch_high == 0) return 1;
    return recipe->batch_low + mixed(number) % (recipe->batch_high - recipe->batch_low + 1);
}

static void append_signature(struct text *head, const char *secret, const struct text *body) {
    struct text payload = {0};
    char time_text[24], hex[65] = "";
    snprintf(time_text, sizeof time_text, "%lld", (long long)time(NULL));
    append_string(&payload, time_text);
    append(&payload, ".", 1);
    append(&payload, body->bytes, body->length);
    unsigned char digest[32];
    unsigned length = 0;
    HMAC(EVP_sha256(), secret, (int)strlen(secret), (unsigned char *)payload.bytes, payload.length, digest, &length);
    for (unsigned place = 0; place < length; place++) sprintf(hex + 2 * place, "%02x", digest[place]);
    free(payload.bytes);
    append_string(head, "Stripe-Signature: t=");
    append_string(head, time_text);
    append_string(head, ",v1=");
    append_string(head, hex);
    append_string(head, "\r\n");
}

static struct text make_body(const struct recipe *recipe, size_t first, size_t items, const char *answer) {
    struct text body = {0};
    append(&body, "", 0);
    if (recipe->line_count == 0) return body;
    if (recipe->batch_high) append(&body, "[", 1);
    for (size_t number = first; number < first + items; number++) {
        if (number > first) append(&body, ",", 1);
        expand(&body, recipe->lines[(mixed(number) >> 32) % recipe->line_count], recipe, number, answer);
    }
    if (recipe->batch_high) append(&body, "]", 1);
    return body;
}

struct request make_request(const struct recipe *recipe, size_t first, size_t items, const char *answer) {
    struct text body = make_body(recipe, first, items, answer), request = {0};
    append_string(&request, recipe->method);
    append(&request, " ", 1);
    expand(&request, recipe->path, recipe, first, answer);
    append_string(&request, " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    if (recipe->bearer) {
        append_string(&request, "Authorization: Bearer ");
        append_string(&request, recipe->bearer);
        append_string(&request, "\r\n");
    }
    if (recipe->secret) append_signature(&request, recipe->secret, &body);
    if (body.length) {
        char length[96];
        snprintf(length, sizeof length, "Content-Type: application/json; charset=utf-8\r\nContent-Length: %zu\r\n",
            body.length);
        append_string(&request, length);
    }
    append_string(&request, "\r\n");
    append(&request, body.bytes, body.length);
    free(body.bytes);
    return (struct request){request.bytes, request.length, items, first};
}
