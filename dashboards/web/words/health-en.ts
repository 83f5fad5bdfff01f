// Words of a gateway's health, in English.
import type { healthZh } from "./health-zh.ts";
import type { Widen } from "./widen.ts";

export const healthEn: Widen<typeof healthZh> = {
  title: "Gateway health",
  never: "not reported yet",
  stale: "stale",
  seen: (span) => `${span} ago`,
  delayed: (span) => `${span} on the way`,
  disk: (free, total) => `disk ${free} of ${total} free`,
  cpu: (degrees) => `processor ${degrees}`,
  noDisk: "disk unknown",
  noSensor: "no temperature sensor",
  clock: { yes: "clock synchronised", no: "clock not synchronised" },
  ahead: (ms) => `${ms} ms ahead of the cloud`,
  behind: (ms) => `${ms} ms behind the cloud`,
  line: (name, round, promised) => `${name} ${round} of ${promised} ms`,
  late: "late",
  closed: "not open",
  noLines: "protection not connected",
  nothingWaits: "nothing waits",
  waits: (n) => `${n} waiting`,
  oldest: (span) => `oldest ${span}`,
};
