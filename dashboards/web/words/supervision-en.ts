// The words of the board of overdue supervision, in English.
import type { supervisionZh } from "./supervision-zh.ts";
import type { Widen } from "./widen.ts";

export const supervisionEn = {
  about:
    "Overdue hazards by how far supervision has risen, a column a rung; it rises by itself when its time comes, unless paused. Open a card to see all of it and to act.",
  section: "Supervision",
  none: "Nothing is overdue.",
  notYet: "Not supervised yet",
  level: (n) => `level ${n}`,
  late: (n) => `${n} d late`,
  count: (n) => `${n}`,
  next: (what, when) => `next, ${what}: ${when}`,
  last: (what, when) => `last, ${when}: ${what}`,
  paused: (until) => `rising is paused until ${until}`,
  listed: "listed",
  responsible: "responsible",
  nobody: "nobody is responsible yet",
  original: (day, times) => `first ${day}, postponed ${times} ×`,
  rehearsal: "Rehearsal: what rises in the next 24 hours, and who is told",
  rehearsalNone: "Nothing rises in the next 24 hours.",
  tells: "Tells",
  when: "When",
  step: "Step",
  hazard: "Hazard",
  more: (shown, all) => `the ${shown} longest overdue of ${all}`,
} satisfies Widen<typeof supervisionZh>;
