#include <curl/curl.h>

/* The functions behind these take whatever they are given, which Swift can't call; each here takes what its options want. */
static inline CURLcode clibcurl_set_long(CURL *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode clibcurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode clibcurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode clibcurl_set_memory(CURL *handle, CURLoption option, void *value) {
    return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode clibcurl_set_reading(CURL *handle, curl_read_callback function) {
    return (curl_easy_setopt)(handle, CURLOPT_READFUNCTION, function);
}
static inline CURLcode clibcurl_set_progress(CURL *handle, curl_xferinfo_callback function) {
    return (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, function);
}
static inline CURLcode clibcurl_set_tracing(CURL *handle, curl_debug_callback function) {
    return (curl_easy_setopt)(handle, CURLOPT_DEBUGFUNCTION, function);
}

/* Renamed in 8.2.0, where the old name brings a warning. */
#if LIBCURL_VERSION_NUM >= 0x080200
static const CURLoption CLIBCURL_SOME_RECIPIENTS = CURLOPT_MAIL_RCPT_ALLOWFAILS;
#else
static const CURLoption CLIBCURL_SOME_RECIPIENTS = CURLOPT_MAIL_RCPT_ALLLOWFAILS;
#endif

/* Macros that Swift doesn't import. */
static const long CLIBCURL_GLOBAL = CURL_GLOBAL_DEFAULT;
static const size_t CLIBCURL_ABORT_READING = CURL_READFUNC_ABORT;
