/* Modbus TCP slaves for the polling benchmark: so light that they are not what is measured, and precise to some ten microseconds.
 *   slaves COUNT LEAST_us MOST_us SEED
 * Each slave listens on a port of its own and answers FC03 and FC04; register n holds n. With a latency it serves one question at a time, as devices do:
 * the next is taken up when the last was answered. Without one it answers whatever has come at once.
 * One line of JSON with the ports when ready; then on stdin "reset" and "stats"; ends with its stdin. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MOST_SLAVES 64
#define MOST_CONNECTIONS 256
#define ROOM 65536

struct slave {
  int listener;
  uint64_t reads, intended_us, actual_us, first_ns, last_ns;
  uint64_t chance;
};
struct connection {
  int fd, slave;
  size_t have;
  uint8_t in[ROOM];
  /* The question that is being thought about: when it came, and when its answer is due. */
  uint64_t came_ns, due_ns;
};

static struct slave slaves[MOST_SLAVES];
static struct connection *connections[MOST_CONNECTIONS];
static int count, least_us, most_us, epoll_fd, timer_fd;

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t latency_us(struct slave *one) {
  one->chance = one->chance * 6364136223846793005u + 1442695040888963407u;
  return (uint64_t)least_us + (one->chance >> 33) % (uint64_t)(most_us - least_us + 1);
}

/* Bytes of the first whole question, 0 while it is not whole, -1 if it is none. */
static int question(const struct connection *c, size_t from) {
  if (c->have - from < 12) return 0;
  const uint8_t *q = c->in + from;
  int length = q[4] << 8 | q[5];
  if (q[2] || q[3] || length != 6 || (q[7] != 3 && q[7] != 4)) return -1;
  int registers = q[10] << 8 | q[11];
  return registers < 1 || registers > 125 ? -1 : 12;
}

static size_t answer(const uint8_t *q, uint8_t *out) {
  int first = q[8] << 8 | q[9], registers = q[10] << 8 | q[11];
  memcpy(out, q, 4);
  out[4] = 0;
  out[5] = (uint8_t)(3 + 2 * registers);
  out[6] = q[6];
  out[7] = q[7];
  out[8] = (uint8_t)(2 * registers);
  for (int i = 0; i < registers; i++) {
    out[9 + 2 * i] = (uint8_t)((first + i) >> 8);
    out[10 + 2 * i] = (uint8_t)(first + i);
  }
  return (size_t)(9 + 2 * registers);
}

static void drop(int at) {
  close(connections[at]->fd);
  free(connections[at]);
  connections[at] = NULL;
}

static void send_all(int at, const uint8_t *bytes, size_t length) {
  struct connection *c = connections[at];
  size_t sent = 0;
  while (sent < length) {
    ssize_t n = send(c->fd, bytes + sent, length - sent, MSG_NOSIGNAL);
    if (n > 0) sent += (size_t)n;
    else if (errno != EAGAIN && errno != EINTR) return;
  }
}

static void forget(struct connection *c, size_t bytes) {
  memmove(c->in, c->in + bytes, c->have - bytes);
  c->have -= bytes;
}

static void wake_at_the_earliest(void) {
  uint64_t due = 0;
  for (int i = 0; i < MOST_CONNECTIONS; i++)
    if (connections[i] && connections[i]->due_ns && (!due || connections[i]->due_ns < due)) due = connections[i]->due_ns;
  struct itimerspec at = {{0, 0}, {(time_t)(due / 1000000000u), (long)(due % 1000000000u)}};
  timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
}

/* Answers at once whatever is whole, in one write; or begins to think about the first. */
static void serve(int at) {
  static uint8_t out[ROOM * 32];
  struct connection *c = connections[at];
  struct slave *s = &slaves[c->slave];
  size_t from = 0, length = 0;
  int bytes = 0;
  uint64_t now = now_ns();
  if (!s->first_ns && c->have) s->first_ns = now;
  if (most_us > 0) {
    if (c->due_ns || (bytes = question(c, 0)) == 0) return;
    if (bytes < 0) return drop(at);
    uint64_t thinks = latency_us(s);
    s->intended_us += thinks;
    c->came_ns = now;
    c->due_ns = now + thinks * 1000;
    return;
  }
  while ((bytes = question(c, from)) > 0) {
    length += answer(c->in + from, out + length);
    from += (size_t)bytes;
    s->reads += 1;
  }
  if (length) send_all(at, out, length);
  s->last_ns = now;
  if (bytes < 0) drop(at);
  else if (from) forget(c, from);
}

static void ring(void) {
  uint8_t out[300];
  uint64_t rings, now = now_ns();
  if (read(timer_fd, &rings, sizeof rings) < 0) return;
  for (int at = 0; at < MOST_CONNECTIONS; at++) {
    struct connection *c = connections[at];
    if (!c || !c->due_ns || c->due_ns > now) continue;
    struct slave *s = &slaves[c->slave];
    send_all(at, out, answer(c->in, out));
    s->last_ns = now_ns();
    s->actual_us += (s->last_ns - c->came_ns) / 1000;
    s->reads += 1;
    c->due_ns = 0;
    forget(c, 12);
    serve(at);
  }
}

static void take(int which) {
  int fd = accept4(slaves[which].listener, NULL, NULL, SOCK_NONBLOCK), at = 0, yes = 1;
  if (fd < 0) return;
  while (at < MOST_CONNECTIONS && connections[at]) at++;
  if (at == MOST_CONNECTIONS || !(connections[at] = calloc(1, sizeof(struct connection)))) {
    close(fd);
    return;
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  connections[at]->fd = fd;
  connections[at]->slave = which;
  struct epoll_event e = {EPOLLIN, {.u32 = 1000u + (uint32_t)at}};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e);
}

static void hear(int at) {
  struct connection *c = connections[at];
  if (!c) return;
  ssize_t n = recv(c->fd, c->in + c->have, ROOM - c->have, 0);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return drop(at);
  if (n > 0) c->have += (size_t)n;
  serve(at);
}

static void order(void) {
  char line[256];
  ssize_t n = read(0, line, sizeof line - 1);
  if (n <= 0) exit(0);
  line[n] = 0;
  if (strstr(line, "reset"))
    for (int i = 0; i < count; i++) slaves[i].reads = slaves[i].intended_us = slaves[i].actual_us = slaves[i].first_ns = slaves[i].last_ns = 0;
  printf("[");
  for (int i = 0; i < count; i++)
    printf("%s{\"reads\":%llu,\"intended_us\":%llu,\"actual_us\":%llu,\"span_us\":%llu}", i ? "," : "", (unsigned long long)slaves[i].reads,
           (unsigned long long)slaves[i].intended_us, (unsigned long long)slaves[i].actual_us,
           (unsigned long long)((slaves[i].last_ns - slaves[i].first_ns) / 1000));
  printf("]\n");
  fflush(stdout);
}

int main(int argc, char **argv) {
  if (argc != 5) return fprintf(stderr, "slaves COUNT LEAST_us MOST_us SEED\n"), 2;
  count = atoi(argv[1]);
  least_us = atoi(argv[2]);
  most_us = atoi(argv[3]);
  if (count < 1 || count > MOST_SLAVES || least_us > most_us) return 2;
  prctl(PR_SET_TIMERSLACK, 1000ul, 0, 0, 0);
  epoll_fd = epoll_create1(0);
  timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct epoll_event timer = {EPOLLIN, {.u32 = 2000000}}, orders = {EPOLLIN, {.u32 = 2000001}};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, timer_fd, &timer);
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, 0, &orders);
  printf("{\"ports\":[");
  for (int i = 0; i < count; i++) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof a;
    slaves[i].chance = strtoull(argv[4], NULL, 10) * 977u + (uint64_t)i * 7919u + 1u;
    slaves[i].listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(slaves[i].listener, (struct sockaddr *)&a, sizeof a) || listen(slaves[i].listener, 16)) return perror("listen"), 1;
    getsockname(slaves[i].listener, (struct sockaddr *)&a, &size);
    struct epoll_event e = {EPOLLIN, {.u32 = (uint32_t)i}};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, slaves[i].listener, &e);
    printf("%s%d", i ? "," : "", ntohs(a.sin_port));
  }
  printf("]}\n");
  fflush(stdout);
  for (;;) {
    struct epoll_event events[64];
    int n = epoll_wait(epoll_fd, events, 64, -1);
    for (int i = 0; i < n; i++) {
      uint32_t what = events[i].data.u32;
      if (what == 2000000) ring();
      else if (what == 2000001) order();
      else if (what >= 1000) hear((int)(what - 1000));
      else take((int)what);
    }
    if (most_us > 0) wake_at_the_earliest();
  }
}
