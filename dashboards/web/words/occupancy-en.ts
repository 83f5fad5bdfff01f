// The words of occupancy, in English.
import type { occupancyZh } from "./occupancy-zh.ts";
import type { Widen } from "./widen.ts";

export const occupancyEn = {
  about: "Told from stays: who is inside, and how many places each hour took. Hatched where nothing is known; that is no 0.",
  compound: "Compound",
  own: "own area",
  within: (name) => `within ${name}`,
  taken: "Taken",
  free: (n) => `${n} free`,
  ofCapacity: (taken, capacity) => `${taken} / ${capacity}`,
  noCapacity: "how many places there are is not known: its gateway has not said",
  unknown: "not known now: the gateway is away",
  day: "Last 24 hours",
  legend: "Solid: the last 24 hours. Dashed: the day before. Level line: places.",
  week: "Mean of each hour of the week, of four weeks",
  weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
  hour: (h) => `${h}`,
  cell: (day, hour, mean) => `${day} ${hour}–${hour + 1}: ${mean} on average`,
  blank: (day, hour) => `${day} ${hour}–${hour + 1}: nothing known`,
  dayLabel: (name, least, most, gaps) =>
    `${name}, last 24 hours: least ${least}, most ${most}${gaps > 0 ? `, ${gaps} ${gaps === 1 ? "gap" : "gaps"}` : ""}`,
  weekLabel: (name, when) => `${name}, mean of each hour of the week; fullest: ${when}`,
  nothing: "nothing known",
  capacity: "places",
  before: "day before",
  most: (mean) => `${mean} places`,
  none: "There is no lot yet. It appears by itself once a gateway is connected and has told its lots.",
  share: "Lots, now",
} satisfies Widen<typeof occupancyZh>;
