// libcurl with a fixed argument list: Swift cannot call C's variadic functions, so there is one function here for
// each kind of argument that `curl_easy_setopt`, `curl_easy_getinfo` and `curl_multi_setopt` take.
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/// Takes `count` bytes; returning another number than `count` ends the transfer with `CURLE_WRITE_ERROR`.
typedef size_t (*ccurl_sink)(char *bytes, size_t size, size_t count, void *context);

CURLcode ccurl_easy_set_long(CURL *easy, CURLoption option, long value);
CURLcode ccurl_easy_set_offset(CURL *easy, CURLoption option, curl_off_t value);
CURLcode ccurl_easy_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode ccurl_easy_set_bytes(CURL *easy, CURLoption option, const void *value);
CURLcode ccurl_easy_set_pointer(CURL *easy, CURLoption option, void *value);
CURLcode ccurl_easy_set_list(CURL *easy, CURLoption option, struct curl_slist *value);
CURLcode ccurl_easy_set_sink(CURL *easy, CURLoption option, ccurl_sink value);

/// 0 when libcurl does not know.
long ccurl_easy_get_long(CURL *easy, CURLINFO info);
/// NULL when libcurl does not know.
void *ccurl_easy_get_pointer(CURL *easy, CURLINFO info);

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);

/// Takes the next finished transfer out of the queue of messages; false when there is none.
bool ccurl_multi_next_finished(CURLM *multi, CURL **easy, CURLcode *result);

/// Blocks SIGPIPE in the calling thread. With `CURLOPT_NOSIGNAL` libcurl leaves that to its caller, and OpenSSL
/// writes with plain `write`, so that a peer that hangs up would otherwise end the process.
void ccurl_block_sigpipe(void);

#endif
