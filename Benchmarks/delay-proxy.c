/* Forwards TCP connections on loopback, holds every byte back for a while in each direction, and counts round trips.
 *
 * usage: delay-proxy DELAY_MS FIRST_LISTEN_PORT FIRST_SERVER_PORT COUNT REPORT_FILE
 *
 * Port FIRST_LISTEN_PORT + i leads to FIRST_SERVER_PORT + i. A round trip is counted each time that a server answers
 * after its client said something: what a client pipelines counts once. The TCP handshake is the kernel's and is not
 * delayed. SIGUSR1 writes "connections N", "round_trips N" and "peak N" into REPORT_FILE and starts counting anew.
 * One thread.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 16384, EVENTS = 256 };

struct end;

/* Bytes on their way, or the end of the stream where `size` is 0. The delay is the same for all, so that chunks fall
 * due in the order in which they came, and one list holds those of all connections. */
struct chunk {
    struct chunk *next;
    struct end *to;
    int64_t due;
    size_t size, sent;
    char bytes[CHUNK];
};

struct pair;

struct end {
    struct pair *pair;
    int socket;
    /* What is due and does not fit into the socket yet. */
    struct chunk *stuck, **stuck_tail;
    int reads, writes_over;
    /* What epoll watches it for; 0 where it is not in the set, since even then it would tell of a hang-up. */
    uint32_t watched;
};

struct pair {
    struct end client, server;
    int client_spoke_last, in_flight, broken;
    struct pair *next_ended;
};

static struct chunk *queue, **queue_tail = &queue, *spare;
static int epoll, live, peak;
static long connections, round_trips;
static volatile sig_atomic_t wants_report;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static struct end *other(struct end *end) {
    return end == &end->pair->client ? &end->pair->server : &end->pair->client;
}

static void watch(struct end *end) {
    struct epoll_event event = {.data.ptr = end};
    event.events = (end->reads ? EPOLLIN : 0) | (end->stuck ? EPOLLOUT : 0);
    if (event.events == end->watched) return;
    int change = !event.events ? EPOLL_CTL_DEL : end->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(epoll, change, end->socket, &event) != 0) fail("epoll_ctl");
    end->watched = event.events;
}

static void drop(struct chunk *chunk) {
    chunk->to->pair->in_flight--;
    chunk->next = spare;
    spare = chunk;
}

/* Pairs that are over are freed between two rounds of events only, since a round may still name them. */
static struct pair *ended;

static void end_if_over(struct pair *pair) {
    int is_over = pair->client.writes_over && pair->server.writes_over;
    if ((!is_over && !pair->broken) || pair->in_flight > 0 || pair->client.socket < 0) return;
    close(pair->client.socket);
    close(pair->server.socket);
    pair->client.socket = pair->server.socket = -1;
    live--;
    pair->next_ended = ended;
    ended = pair;
}

static void break_pair(struct pair *pair) {
    pair->broken = 1;
    struct end *ends[] = {&pair->client, &pair->server};
    for (int i = 0; i < 2; i++) {
        struct chunk *next;
        for (struct chunk *c = ends[i]->stuck; c; c = next) {
            next = c->next;
            drop(c);
        }
        ends[i]->stuck = NULL;
        ends[i]->stuck_tail = &ends[i]->stuck;
        ends[i]->reads = 0;
        if (ends[i]->socket < 0) continue;
        watch(ends[i]);
        shutdown(ends[i]->socket, SHUT_RDWR);
    }
    end_if_over(pair);
}

/* Writes what is due; keeps what does not fit. */
static void deliver(struct end *to) {
    while (to->stuck && !to->pair->broken) {
        struct chunk *chunk = to->stuck;
        if (chunk->size == 0) {
            shutdown(to->socket, SHUT_WR);
            to->writes_over = 1;
        } else {
            ssize_t n = send(to->socket, chunk->bytes + chunk->sent, chunk->size - chunk->sent, MSG_NOSIGNAL);
            if (n < 0 && (errno == EAGAIN || errno == EINTR)) break;
            if (n < 0) return break_pair(to->pair);
            chunk->sent += (size_t)n;
            if (chunk->sent < chunk->size) continue;
        }
        to->stuck = chunk->next;
        if (!to->stuck) to->stuck_tail = &to->stuck;
        drop(chunk);
    }
    if (to->pair->broken) return;
    watch(to);
    end_if_over(to->pair);
}

static void receive(struct end *from, int64_t delay) {
    struct chunk *chunk = spare ? spare : malloc(sizeof *chunk);
    if (!chunk) fail("malloc");
    if (chunk == spare) spare = chunk->next;
    ssize_t n = recv(from->socket, chunk->bytes, CHUNK, 0);
    if (n < 0) {
        chunk->next = spare;
        spare = chunk;
        if (errno != EAGAIN && errno != EINTR) break_pair(from->pair);
        return;
    }
    if (n == 0) {
        from->reads = 0;
        watch(from);
    } else if (from == &from->pair->client) {
        from->pair->client_spoke_last = 1;
    } else if (from->pair->client_spoke_last) {
        from->pair->client_spoke_last = 0;
        round_trips++;
    }
    chunk->next = NULL;
    chunk->to = other(from);
    chunk->due = now_ns() + delay;
    chunk->size = (size_t)n;
    chunk->sent = 0;
    from->pair->in_flight++;
    *queue_tail = chunk;
    queue_tail = &chunk->next;
}

static void adopt(struct end *end, struct pair *pair, int socket) {
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *end = (struct end){.pair = pair, .socket = socket, .reads = 1};
    end->stuck_tail = &end->stuck;
    if (fcntl(socket, F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
    watch(end);
}

static struct sockaddr_in loopback(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static void take_connection(int listener, int server_port) {
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0) return;
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = loopback(server_port);
    /* On loopback this takes microseconds, or fails at once. */
    if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof address) != 0) {
        if (server >= 0) close(server);
        close(client);
        return;
    }
    struct pair *pair = calloc(1, sizeof *pair);
    if (!pair) fail("calloc");
    adopt(&pair->client, pair, client);
    adopt(&pair->server, pair, server);
    connections++;
    if (++live > peak) peak = live;
}

static void report(const char *path) {
    char unfinished[4096];
    snprintf(unfinished, sizeof unfinished, "%s.unfinished", path);
    FILE *file = fopen(unfinished, "w");
    if (!file) fail(unfinished);
    fprintf(file, "connections %ld\nround_trips %ld\npeak %d\n", connections, round_trips, peak);
    if (fclose(file) != 0 || rename(unfinished, path) != 0) fail(path);
    connections = round_trips = 0;
    peak = live;
}

static void on_signal(int signal) {
    (void)signal;
    wants_report = 1;
}

int main(int count, char **values) {
    if (count != 6) {
        fprintf(stderr, "usage: %s DELAY_MS FIRST_LISTEN_PORT FIRST_SERVER_PORT COUNT REPORT_FILE\n", values[0]);
        return 2;
    }
    int64_t delay = (int64_t)(atof(values[1]) * 1e6);
    int listen_port = atoi(values[2]), server_port = atoi(values[3]), ports = atoi(values[4]);
    if (ports < 1 || ports > 64) return 2;
    signal(SIGUSR1, on_signal);
    signal(SIGPIPE, SIG_IGN);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    int listeners[64];
    for (int i = 0; i < ports; i++) {
        int on = 1;
        listeners[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        setsockopt(listeners[i], SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        struct sockaddr_in address = loopback(listen_port + i);
        if (bind(listeners[i], (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
        if (listen(listeners[i], 1024) != 0) fail("listen");
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &listeners[i]};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, listeners[i], &event) != 0) fail("epoll_ctl");
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        if (wants_report) {
            wants_report = 0;
            report(values[5]);
        }
        struct timespec wait = {0};
        if (queue) {
            int64_t left = queue->due - now_ns();
            if (left > 0) wait = (struct timespec){.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
        }
        struct epoll_event events[EVENTS];
        int ready = epoll_pwait2(epoll, events, EVENTS, queue ? &wait : NULL, NULL);
        for (int i = 0; i < ready; i++) {
            void *what = events[i].data.ptr;
            if (what >= (void *)listeners && what < (void *)(listeners + ports)) {
                int index = (int)((int *)what - listeners);
                take_connection(listeners[index], server_port + index);
                continue;
            }
            struct end *end = what;
            if (end->pair->broken || end->socket < 0) continue;
            if (events[i].events & EPOLLOUT) deliver(end);
            if (end->pair->broken || end->socket < 0) continue;
            if (end->reads && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) receive(end, delay);
            else if (events[i].events & EPOLLERR) break_pair(end->pair);
        }
        int64_t time = now_ns();
        while (queue && queue->due <= time) {
            struct chunk *chunk = queue;
            queue = chunk->next;
            if (!queue) queue_tail = &queue;
            struct end *to = chunk->to;
            chunk->next = NULL;
            if (to->pair->broken) {
                drop(chunk);
                end_if_over(to->pair);
                continue;
            }
            *to->stuck_tail = chunk;
            to->stuck_tail = &chunk->next;
            deliver(to);
        }
        while (ended) {
            struct pair *pair = ended;
            ended = pair->next_ended;
            free(pair);
        }
    }
}
