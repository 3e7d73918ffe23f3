/* A server that answers chat requests after a fixed time: load_server DELAY_MILLISECONDS [faults]
 *
 * With "faults" 5 requests of 100 get status 500, 5 get 429, and with 1 the connection is closed.
 *
 * Prints the port it listens on. Every request gets the same completion, DELAY after its last byte has come. On SIGTERM it
 * prints a JSON object: requests, nanoseconds from the first request to the last answer, most requests in flight, and its
 * own CPU time; then it ends. One thread, epoll, HTTP/1.1 with connections that stay open. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char BODY[] =
    "{\"id\":\"load\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
    "\"message\":{\"role\":\"assistant\",\"content\":\"SELECT name FROM singer WHERE age > 30 ORDER BY name\"}}],"
    "\"usage\":{\"prompt_tokens\":180,\"completion_tokens\":16,\"total_tokens\":196}}";

static const char FAILED[] = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}";
static const char BUSY[] = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}";

typedef struct {
    int descriptor;
    char *input;
    size_t length, room;
} connection;

typedef struct {
    connection *to;
    int64_t due, number;
} answer;

static connection *connections[65536];
static answer *queue;
static size_t queue_room, queue_head, queue_count;
static volatile sig_atomic_t stop;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static void on_signal(int number) {
    (void)number;
    stop = 1;
}

static void push(connection *to, int64_t due, int64_t number) {
    if (queue_count == queue_room) {
        size_t room = queue_room ? queue_room * 2 : 1024;
        answer *grown = malloc(room * sizeof *grown);
        for (size_t i = 0; i < queue_count; i++) grown[i] = queue[(queue_head + i) % queue_room];
        free(queue);
        queue = grown;
        queue_room = room;
        queue_head = 0;
    }
    queue[(queue_head + queue_count++) % queue_room] = (answer){to, due, number};
}

/* Takes whole requests out of a connection's input. */
static int64_t take_requests(connection *from) {
    int64_t taken = 0;
    while (from->length > 0) {
        char *end = memmem(from->input, from->length, "\r\n\r\n", 4);
        if (!end) break;
        size_t head = (size_t)(end - from->input) + 4, body = 0;
        for (char *line = from->input; line < end; line++) {
            if (strncasecmp(line, "content-length:", 15) == 0) body = strtoul(line + 15, NULL, 10);
            line = memchr(line, '\n', (size_t)(end + 2 - line));
            if (!line) break;
        }
        if (from->length < head + body) break;
        from->length -= head + body;
        memmove(from->input, from->input + head + body, from->length);
        taken++;
    }
    return taken;
}

int main(int argc, char **argv) {
    int64_t delay = (argc > 1 ? atoll(argv[1]) : 0) * 1000000;
    int faults = argc > 2 && strcmp(argv[2], "faults") == 0;
    char reply[1024];
    snprintf(reply, sizeof reply, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
             sizeof BODY - 1, BODY);
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096) ||
        getsockname(listener, (struct sockaddr *)&address, &size))
        return 1;
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int poller = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    int64_t requests = 0, first = 0, last = 0, most = 0;
    while (!stop) {
        int64_t wait = queue_count ? queue[queue_head].due - now() : 1000000000ll;
        struct timespec timeout = {.tv_sec = 0, .tv_nsec = wait > 0 ? (wait < 999999999 ? wait : 999999999) : 0};
        struct epoll_event events[256];
        int count = epoll_pwait2(poller, events, 256, &timeout, NULL);
        for (int i = 0; i < count; i++) {
            int descriptor = events[i].data.fd;
            if (descriptor == listener) {
                int accepted;
                while ((accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    int on = 1;
                    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                    connection *made = calloc(1, sizeof *made);
                    made->descriptor = accepted;
                    connections[accepted] = made;
                    event = (struct epoll_event){.events = EPOLLIN, .data.fd = accepted};
                    epoll_ctl(poller, EPOLL_CTL_ADD, accepted, &event);
                }
                continue;
            }
            connection *from = connections[descriptor];
            if (from->room - from->length < 16384) {
                from->room = from->room * 2 + 16384;
                from->input = realloc(from->input, from->room);
            }
            ssize_t got = read(descriptor, from->input + from->length, from->room - from->length);
            if (got <= 0) {
                if (got < 0 && errno == EAGAIN) continue;
                /* Answers that wait for it find nobody; the memory stays, which is little. */
                epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, NULL);
                close(descriptor);
                from->descriptor = -1;
                continue;
            }
            from->length += (size_t)got;
            for (int64_t taken = take_requests(from); taken > 0; taken--) {
                int64_t time = now();
                if (!requests++) first = time;
                push(from, time + delay, requests);
                if ((int64_t)queue_count > most) most = (int64_t)queue_count;
            }
        }
        int64_t time = now();
        while (queue_count && queue[queue_head].due <= time) {
            connection *to = queue[queue_head].to;
            int64_t hundredth = faults ? queue[queue_head].number * 37 % 100 : 99;
            queue_head = (queue_head + 1) % queue_room;
            queue_count--;
            if (to->descriptor < 0) continue;
            if (hundredth == 10) {
                shutdown(to->descriptor, SHUT_RDWR);
                continue;
            }
            const char *text = hundredth < 5 ? FAILED : hundredth < 10 ? BUSY : reply;
            size_t length = strlen(text);
            if (write(to->descriptor, text, length) == (ssize_t)length) last = now();
        }
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"requests\": %lld, \"span_ns\": %lld, \"most_in_flight\": %lld, \"cpu_us\": %lld}\n", (long long)requests,
           (long long)(last - first), (long long)most,
           (long long)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
               usage.ru_stime.tv_usec);
    return 0;
}
