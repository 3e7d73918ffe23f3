#define _GNU_SOURCE
#include "CCurl.h"

#include <dlfcn.h>

/* Every function of libcurl that is called. */
#define FUNCTIONS(EACH)                                                                                            \
    EACH(global_init)                                                                                              \
    EACH(easy_init)                                                                                                \
    EACH(easy_cleanup)                                                                                             \
    EACH(easy_setopt)                                                                                              \
    EACH(easy_getinfo)                                                                                             \
    EACH(multi_init)                                                                                               \
    EACH(multi_cleanup)                                                                                            \
    EACH(multi_setopt)                                                                                             \
    EACH(multi_add_handle)                                                                                         \
    EACH(multi_remove_handle)                                                                                      \
    EACH(multi_socket_action)                                                                                      \
    EACH(multi_info_read)                                                                                          \
    EACH(url)                                                                                                      \
    EACH(url_set)                                                                                                  \
    EACH(url_cleanup)                                                                                              \
    EACH(slist_append)                                                                                             \
    EACH(slist_free_all)

#define MEMBER(name) __typeof__(&curl_##name) name;
static struct {
    FUNCTIONS(MEMBER)
} library;

const char *fdcurl_load(void) {
    void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return dlerror();
#define FIND(name)                                                   \
    *(void **)&library.name = dlsym(handle, "curl_" #name);          \
    if (!library.name) return "it has no function curl_" #name;
    FUNCTIONS(FIND)
    return library.global_init(CURL_GLOBAL_ALL) == CURLE_OK ? NULL : "it cannot be started";
}

CURL *fdcurl_easy_open(void) { return library.easy_init(); }

void fdcurl_easy_close(CURL *easy) { library.easy_cleanup(easy); }

CURLcode fdcurl_set_long(CURL *easy, CURLoption option, long value) { return library.easy_setopt(easy, option, value); }

CURLcode fdcurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return library.easy_setopt(easy, option, value);
}

CURLcode fdcurl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return library.easy_setopt(easy, option, value);
}

CURLcode fdcurl_set_write(CURL *easy, CURLoption option, fdcurl_write_callback value) {
    return library.easy_setopt(easy, option, value);
}

CURLcode fdcurl_set_before_request(CURL *easy, curl_prereq_callback value) {
    return library.easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
}

CURLcode fdcurl_set_sockets(CURL *easy, curl_opensocket_callback open, curl_closesocket_callback close, void *context) {
    CURLcode code = library.easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open);
    if (code == CURLE_OK) code = library.easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
    if (code == CURLE_OK) code = library.easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close);
    return code == CURLE_OK ? library.easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, context) : code;
}

CURLcode fdcurl_get_long(CURL *easy, CURLINFO info, long *value) { return library.easy_getinfo(easy, info, value); }

CURLM *fdcurl_multi_open(void) { return library.multi_init(); }

void fdcurl_multi_close(CURLM *multi) { library.multi_cleanup(multi); }

CURLMcode fdcurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return library.multi_setopt(multi, option, value);
}

CURLMcode fdcurl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return library.multi_setopt(multi, option, value);
}

CURLMcode fdcurl_multi_set_socket(CURLM *multi, curl_socket_callback value) {
    return library.multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}

CURLMcode fdcurl_multi_set_timer(CURLM *multi, curl_multi_timer_callback value) {
    return library.multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}

CURLMcode fdcurl_multi_add(CURLM *multi, CURL *easy) { return library.multi_add_handle(multi, easy); }

CURLMcode fdcurl_multi_remove(CURLM *multi, CURL *easy) { return library.multi_remove_handle(multi, easy); }

CURLMcode fdcurl_multi_act(CURLM *multi, curl_socket_t socket, int what, int *running) {
    return library.multi_socket_action(multi, socket, what, running);
}

CURLMsg *fdcurl_multi_message(CURLM *multi, int *left) { return library.multi_info_read(multi, left); }

CURLU *fdcurl_url_open(const char *text) {
    CURLU *url = library.url();
    if (library.url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK) return url;
    library.url_cleanup(url);
    return NULL;
}

void fdcurl_url_close(CURLU *url) { library.url_cleanup(url); }

struct curl_slist *fdcurl_list_append(struct curl_slist *list, const char *text) {
    return library.slist_append(list, text);
}

void fdcurl_list_free(struct curl_slist *list) { library.slist_free_all(list); }
