// The vendor document's event as other firmware writes it: other times, other members, other words, and what each may do.
import { type Members, type PushedPlate, timeval, vendorTime } from "../world/vendor-push.ts";

const now = (): Members => timeval(Date.now());
/** Changes the plate's own time to now, and then as told. */
const timed =
  (change: (time: Members) => Members) =>
  (plate: PushedPlate): void => {
    plate.timeStamp = { Timeval: change(now()) };
  };
const fresh = timed((time) => time);
const and =
  (change: (plate: PushedPlate) => void) =>
  (plate: PushedPlate): void => {
    fresh(plate);
    change(plate);
  };
const without =
  (...names: readonly string[]) =>
  (time: Members): Members =>
    Object.fromEntries(Object.entries(time).filter(([name]) => !names.includes(name)));
const dec = ["decyear", "decmon", "decday", "dechour", "decmin", "decsec"];

export type Outcome = "opens" | "stays" | "offline visit" | "offline record" | "unreadable";
interface Variant {
  readonly what: string;
  readonly change: (plate: PushedPlate) => void;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly lane?: "east-in";
}
const row = (what: string, change: Variant["change"], outcome: Outcome, reason: string, lane?: "east-in"): Variant => ({
  what,
  change,
  outcome,
  reason,
  ...(lane === undefined ? {} : { lane }),
});

export const variants: readonly Variant[] = [
  row("now", fresh, "opens", "opened"),
  row("verbatim, of 2023", () => undefined, "stays", "stale-read"),
  row("verbatim, stored", (plate) => (plate.isoffline = 1), "offline record", "offline-read"),
  row(
    "now, stored",
    and((plate) => (plate.isoffline = 1)),
    "offline visit",
    "offline-read",
  ),
  row(
    "now, stored, said as text",
    and((plate) => (plate.isoffline = "1")),
    "offline visit",
    "offline-read",
  ),
  row(
    "only sec is fresh, dec* of 2023",
    timed(({ sec }) => ({ ...vendorTime(), sec })),
    "stays",
    "doubtful-clock",
  ),
  row(
    "only dec* is fresh, sec of 2023",
    timed((time) => ({ ...time, sec: vendorTime().sec })),
    "stays",
    "doubtful-clock",
  ),
  row(
    "only sec is fresh, at a camera whose civil time is not asked",
    timed(({ sec }) => ({ ...vendorTime(), sec })),
    "opens",
    "opened",
    "east-in",
  ),
  row(
    "only dec* is fresh, at that camera",
    timed((time) => ({ ...time, sec: vendorTime().sec })),
    "stays",
    "stale-read",
    "east-in",
  ),
  row("sec missing", timed(without("sec")), "opens", "opened"),
  row("sec missing, at the camera that is asked for it", timed(without("sec")), "stays", "doubtful-clock", "east-in"),
  row("usec missing", timed(without("usec")), "opens", "opened"),
  row("dec* missing", timed(without(...dec)), "opens", "opened"),
  row(
    "sec and usec as text",
    timed((time) => ({ ...time, sec: String(time.sec), usec: String(time.usec) })),
    "opens",
    "opened",
  ),
  row("dec* without its year", timed(without("decyear")), "unreadable", "undecodable"),
  row("no time at all", (plate) => delete plate.timeStamp, "stays", "doubtful-clock"),
  row(
    "sec in milliseconds",
    timed((time) => ({ ...time, sec: Date.now() })),
    "unreadable",
    "undecodable",
  ),
  row(
    "sec of the local day (+8 h)",
    timed((time) => ({ ...time, sec: Number(time.sec) + 28_800 })),
    "stays",
    "doubtful-clock",
  ),
  row("a minute in the future", (plate) => (plate.timeStamp = { Timeval: timeval(Date.now() + 60_000) }), "stays", "future-read"),
  row("two minutes old", (plate) => (plate.timeStamp = { Timeval: timeval(Date.now() - 120_000) }), "stays", "stale-read"),
  row(
    "ionum as numbers",
    and((plate) => (plate.gioouts = [0, 1, 2].map((ionum) => ({ ctrltype: 0, ionum })))),
    "opens",
    "opened",
  ),
  row(
    "members that nobody has documented",
    and((plate) => Object.assign(plate, { ai: { score: [1, null, "x"] }, 新: true })),
    "opens",
    "opened",
  ),
  row(
    "only what it must say",
    (plate) => {
      const { license, plateid } = plate;
      for (const name of Object.keys(plate)) delete plate[name];
      Object.assign(plate, { license, plateid, timeStamp: { Timeval: now() } });
    },
    "opens",
    "opened",
  ),
  row(
    "plateid as text",
    and((plate) => (plate.plateid = String(plate.plateid))),
    "opens",
    "opened",
  ),
  row(
    "no plate: _无_",
    and((plate) => (plate.license = "_无_")),
    "stays",
    "no-plate",
  ),
  row(
    "no plate: 无牌车",
    and((plate) => (plate.license = "无牌车")),
    "stays",
    "no-plate",
  ),
  row(
    "no plate: type 31",
    and((plate) => Object.assign(plate, { license: "_无_", type: 31 })),
    "stays",
    "no-plate",
  ),
  row(
    "type 31 with a plate's text",
    and((plate) => (plate.type = 31)),
    "stays",
    "no-plate",
  ),
  row(
    "confidence 20",
    and((plate) => (plate.confidence = 20)),
    "stays",
    "low-confidence",
  ),
  row(
    "confidence missing",
    and((plate) => delete plate.confidence),
    "opens",
    "opened",
  ),
  row(
    "no plate of any kind",
    and((plate) => (plate.license = "C00D")),
    "stays",
    "low-confidence",
  ),
  row(
    "it turned back",
    and((plate) => (plate.triggerType = 66)),
    "stays",
    "turn-back",
  ),
];
