/* libcurl, loaded when it is first needed.
 *
 * It brings some twenty libraries with it, whose loading is a twelfth of the start of a run; only an encrypted connection,
 * a name to be looked up or a proxy needs them. libcurl's option functions are variadic, which Swift cannot call: here is a
 * typed function for each kind of value. The types and constants are libcurl's own.
 */
#ifndef FASTDISTILL_CCURL_H
#define FASTDISTILL_CCURL_H

#include <curl/curl.h>
#include <stddef.h>

/* Loads libcurl and starts it. Returns NULL, or why that failed. To be called before anything else here, by one thread. */
const char *fdcurl_load(void);

typedef size_t (*fdcurl_write_callback)(char *data, size_t size, size_t count, void *context);

CURL *fdcurl_easy_open(void);
void fdcurl_easy_close(CURL *easy);
CURLcode fdcurl_set_long(CURL *easy, CURLoption option, long value);
CURLcode fdcurl_set_offset(CURL *easy, CURLoption option, curl_off_t value);
CURLcode fdcurl_set_pointer(CURL *easy, CURLoption option, const void *value);
CURLcode fdcurl_set_write(CURL *easy, CURLoption option, fdcurl_write_callback value);
CURLcode fdcurl_set_before_request(CURL *easy, curl_prereq_callback value);
CURLcode fdcurl_set_sockets(CURL *easy, curl_opensocket_callback open, curl_closesocket_callback close, void *context);
CURLcode fdcurl_get_long(CURL *easy, CURLINFO info, long *value);

CURLM *fdcurl_multi_open(void);
void fdcurl_multi_close(CURLM *multi);
CURLMcode fdcurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode fdcurl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value);
CURLMcode fdcurl_multi_set_socket(CURLM *multi, curl_socket_callback value);
CURLMcode fdcurl_multi_set_timer(CURLM *multi, curl_multi_timer_callback value);
CURLMcode fdcurl_multi_add(CURLM *multi, CURL *easy);
CURLMcode fdcurl_multi_remove(CURLM *multi, CURL *easy);
CURLMcode fdcurl_multi_act(CURLM *multi, curl_socket_t socket, int what, int *running);
CURLMsg *fdcurl_multi_message(CURLM *multi, int *left);

/* A URL taken apart, or NULL where libcurl cannot. */
CURLU *fdcurl_url_open(const char *url);
void fdcurl_url_close(CURLU *url);

/* Adds a copy of the text to the list, which may be NULL, and returns the list. */
struct curl_slist *fdcurl_list_append(struct curl_slist *list, const char *text);
void fdcurl_list_free(struct curl_slist *list);

#endif
