/* What migrating costs with nothing but libpq: the same SQL as pgfleet sends, to many databases at a time.
 *
 *     floor WIDTH ADDRESSES MESSAGES [hold]
 *
 * ADDRESSES holds a connection string on each line; MESSAGES the texts that each database gets, one after the other, each
 * as one simple query, separated by lines `-- next message`. WIDTH databases are at work at a time. With `hold` a
 * connection stays open until the last database is done. One thread, one poll; prints
 *     SECONDS CPU_SECONDS PEAK_KB ERRORS
 * where an undefined table, which the first look meets on a new database, is no error. */
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct slot {
    PGconn *connection;
    int message; /* the one under way; -1 while connecting */
    short events;
};

static char **messages;
static int message_count, errors;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static char *contents(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    size_t size = 0, room = 1 << 16;
    char *text = malloc(room);
    for (size_t count; text && (count = fread(text + size, 1, room - size - 1, file)) > 0;) {
        size += count;
        if (size + 1 == room) text = realloc(text, room *= 2);
    }
    if (!text) fail("malloc");
    fclose(file);
    text[size] = 0;
    return text;
}

/* Cuts a text at each separator; the parts stay in its memory. */
static char **split(char *text, const char *separator, int *count) {
    char **parts = malloc(sizeof *parts);
    *count = 0;
    while (text && *text) {
        char *end = strstr(text, separator);
        if (end) *end = 0;
        if (*text) {
            parts = realloc(parts, (*count + 2) * sizeof *parts);
            if (!parts) fail("realloc");
            parts[(*count)++] = text;
        }
        text = end ? end + strlen(separator) : NULL;
    }
    return parts;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void open_connection(struct slot *slot, const char *address) {
    slot->connection = PQconnectStart(address);
    if (!slot->connection || PQstatus(slot->connection) == CONNECTION_BAD) {
        fprintf(stderr, "%s\n", PQerrorMessage(slot->connection));
        exit(1);
    }
    slot->message = -1;
    slot->events = POLLOUT;
}

/* Sends what is next; false when there is nothing left. */
static int send_next(struct slot *slot) {
    if (++slot->message == message_count) return 0;
    if (!PQsendQuery(slot->connection, messages[slot->message])) errors++;
    slot->events = PQflush(slot->connection) == 1 ? POLLIN | POLLOUT : POLLIN;
    return 1;
}

/* Goes on as far as it can without waiting; false when the database is done. */
static int advance(struct slot *slot) {
    if (slot->message < 0) {
        switch (PQconnectPoll(slot->connection)) {
        case PGRES_POLLING_READING: slot->events = POLLIN; return 1;
        case PGRES_POLLING_WRITING: slot->events = POLLOUT; return 1;
        case PGRES_POLLING_OK: PQsetnonblocking(slot->connection, 1); return send_next(slot);
        default:
            fprintf(stderr, "%s", PQerrorMessage(slot->connection));
            exit(1);
        }
    }
    if (!PQconsumeInput(slot->connection)) errors++;
    slot->events = PQflush(slot->connection) == 1 ? POLLIN | POLLOUT : POLLIN;
    while (!PQisBusy(slot->connection)) {
        PGresult *result = PQgetResult(slot->connection);
        if (!result) return send_next(slot);
        if (PQresultStatus(result) == PGRES_FATAL_ERROR) {
            const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
            if (!state || strcmp(state, "42P01")) {
                if (!errors++) fprintf(stderr, "%s", PQresultErrorMessage(result));
            }
        }
        PQclear(result);
    }
    return 1;
}

static void quiet(void *context, const char *message) { (void)context, (void)message; }

int main(int count, char **arguments) {
    if (count < 4) return fprintf(stderr, "floor WIDTH ADDRESSES MESSAGES [hold]\n"), 2;
    int width = atoi(arguments[1]), holds = count > 4, address_count;
    char **addresses = split(contents(arguments[2]), "\n", &address_count);
    messages = split(contents(arguments[3]), "-- next message\n", &message_count);
    if (width < 1) return 2;
    struct slot *slots = calloc(width, sizeof *slots);
    struct pollfd *waits = calloc(width, sizeof *waits);
    PGconn **held = calloc(address_count + 1, sizeof *held);
    if (!slots || !waits || !held) fail("calloc");
    double began = now();
    int used = 0, next = 0, held_count = 0;
    for (;;) {
        while (used < width && next < address_count) {
            open_connection(&slots[used], addresses[next++]);
            PQsetNoticeProcessor(slots[used++].connection, quiet, NULL);
        }
        if (!used) break;
        for (int i = 0; i < used; i++) waits[i] = (struct pollfd){PQsocket(slots[i].connection), slots[i].events, 0};
        if (poll(waits, used, -1) < 0 && errno != EINTR) fail("poll");
        /* From the end, since the last one takes the place of one that is done. */
        for (int i = used - 1; i >= 0; i--) {
            if (!waits[i].revents || advance(&slots[i])) continue;
            if (holds) held[held_count++] = slots[i].connection;
            else PQfinish(slots[i].connection);
            slots[i] = slots[--used];
            waits[i] = waits[used];
        }
    }
    double ended = now();
    while (held_count) PQfinish(held[--held_count]);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    printf("%.3f %.3f %ld %d\n", ended - began, cpu, usage.ru_maxrss, errors);
    return errors != 0;
}
