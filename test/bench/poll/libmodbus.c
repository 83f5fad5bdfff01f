/* The yardstick: a client on libmodbus, one thread and one connection a slave, one question in flight, as that library works.
 *   libmodbus SECONDS REGISTERS PORT...      one line of JSON: reads, wrong, seconds, cpu_us */
#include <modbus/modbus.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double seconds;
static int registers;
struct work {
  int port;
  unsigned long reads, wrong;
  pthread_t thread;
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *poll_slave(void *given) {
  struct work *work = given;
  uint16_t words[125];
  modbus_t *line = modbus_new_tcp("127.0.0.1", work->port);
  if (!line || modbus_connect(line)) return NULL;
  modbus_set_slave(line, 1);
  for (double end = now() + seconds; now() < end;) {
    int first = (int)(work->reads % 100);
    if (modbus_read_input_registers(line, first, registers, words) != registers || words[registers - 1] != first + registers - 1) work->wrong++;
    else work->reads++;
  }
  modbus_close(line);
  modbus_free(line);
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  seconds = atof(argv[1]);
  registers = atoi(argv[2]);
  struct work work[64] = {0};
  int count = argc - 3;
  double begun = now();
  for (int i = 0; i < count; i++) {
    work[i].port = atoi(argv[i + 3]);
    pthread_create(&work[i].thread, NULL, poll_slave, &work[i]);
  }
  unsigned long reads = 0, wrong = 0;
  for (int i = 0; i < count; i++) {
    pthread_join(work[i].thread, NULL);
    reads += work[i].reads;
    wrong += work[i].wrong;
  }
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
  printf("{\"reads\":%lu,\"wrong\":%lu,\"seconds\":%.4f,\"cpu_us\":%.0f}\n", reads, wrong, now() - begun, cpu);
  return 0;
}
