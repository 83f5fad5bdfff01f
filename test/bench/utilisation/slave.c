/* One RS-485 line on a pseudo-terminal, with eight slaves (units 1 to 8), paced by the machine's high-resolution clock in a process of its own.
 *   slave BAUD TURNAROUND_us
 * A question takes its time on the wire, then t3.5, then the turnaround; the answer leaves byte after byte at the line's pace and is handed over in lumps of 16,
 * as a UART with a FIFO does. Register n holds n. First line: the path to open. When its stdin ends: one line of JSON with every cycle, in microseconds:
 * from a question's first byte to the next one's, beside what wire, silences and turnaround alone would take. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define MOST_CYCLES 20000
#define LUMP 16

static double character_us, silence_us, turnaround_us;
static double cycles[MOST_CYCLES], ideals[MOST_CYCLES], lates[MOST_CYCLES], quiets[MOST_CYCLES];
static int count;

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Sleeps until shortly before, and looks at the clock for the rest. */
static void until(double at) {
  double left = at - now_us() - 60;
  if (left > 0) {
    struct timespec t = {(time_t)(left / 1e6), (long)((left - (double)(time_t)(left / 1e6) * 1e6) * 1e3)};
    nanosleep(&t, NULL);
  }
  while (now_us() < at) {
  }
}

static uint16_t crc16(const uint8_t *bytes, size_t length) {
  uint16_t crc = 0xffff;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (uint16_t)(crc >> 1 ^ 0xa001) : (uint16_t)(crc >> 1);
  }
  return crc;
}

static size_t answer(const uint8_t *q, uint8_t *out) {
  int first = q[2] << 8 | q[3], registers = q[4] << 8 | q[5];
  out[0] = q[0];
  out[1] = q[1];
  out[2] = (uint8_t)(2 * registers);
  for (int i = 0; i < registers; i++) {
    out[3 + 2 * i] = (uint8_t)((first + i) >> 8);
    out[4 + 2 * i] = (uint8_t)(first + i);
  }
  size_t length = (size_t)(3 + 2 * registers);
  uint16_t crc = crc16(out, length);
  out[length] = (uint8_t)crc;
  out[length + 1] = (uint8_t)(crc >> 8);
  return length + 2;
}

static void report(void) {
  printf("{\"cycles\":[");
  for (int i = 0; i < count; i++) printf("%s[%.0f,%.0f,%.0f,%.0f]", i ? "," : "", cycles[i], ideals[i], lates[i], quiets[i]);
  printf("]}\n");
  fflush(stdout);
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "slave BAUD TURNAROUND_us\n"), 2;
  double baud = atof(argv[1]);
  turnaround_us = atof(argv[2]);
  character_us = 11e6 / baud;
  silence_us = baud > 19200 ? 1750 : 3.5 * character_us;
  prctl(PR_SET_TIMERSLACK, 1000ul, 0, 0, 0);
  /* Where we may, nobody keeps us waiting: it is the master that is measured. */
  struct sched_param first = {.sched_priority = 10};
  sched_setscheduler(0, SCHED_FIFO, &first);
  int line = posix_openpt(O_RDWR | O_NOCTTY);
  if (line < 0 || grantpt(line) || unlockpt(line)) return perror("pty"), 1;
  int kept = open(ptsname(line), O_RDWR | O_NOCTTY); /* the line stays, whoever opens and closes it */
  struct termios raw;
  tcgetattr(kept, &raw);
  cfmakeraw(&raw);
  tcsetattr(kept, TCSANOW, &raw);
  printf("%s\n", ptsname(line));
  fflush(stdout);

  uint8_t in[256], out[300];
  size_t have = 0;
  double asked = 0, ideal = 0, late = 0, ended = 0;
  for (;;) {
    struct pollfd ears[2] = {{line, POLLIN, 0}, {0, POLLIN, 0}};
    poll(ears, 2, -1);
    if (ears[1].revents) {
      char end[64];
      if (read(0, end, sizeof end) <= 0) return report(), 0;
    }
    if (!(ears[0].revents & POLLIN)) continue;
    double came = now_us();
    ssize_t n = read(line, in + have, sizeof in - have);
    if (n <= 0) continue;
    if (have == 0) {
      if (asked > 0 && count < MOST_CYCLES) {
        cycles[count] = came - asked;
        ideals[count] = ideal;
        lates[count] = late;
        quiets[count++] = came - ended;
      }
      asked = came;
    }
    have += (size_t)n;
    if (have < 8) continue;
    int good = crc16(in, 8) == 0 && (in[1] == 3 || in[1] == 4) && in[0] >= 1 && in[0] <= 8;
    have = 0;
    if (!good) {
      asked = 0;
      continue;
    }
    size_t length = answer(in, out);
    double begin = asked + 8 * character_us + silence_us + turnaround_us;
    ideal = (double)(8 + length) * character_us + 2 * silence_us + turnaround_us;
    late = 0;
    for (size_t from = 0; from < length; from += LUMP) {
      size_t bytes = length - from < LUMP ? length - from : LUMP;
      double due = begin + (double)(from + bytes) * character_us;
      until(due);
      double over = now_us() - due;
      if (over > late) late = over;
      if (write(line, out + from, bytes) < 0) break;
    }
    ended = now_us();
  }
}
