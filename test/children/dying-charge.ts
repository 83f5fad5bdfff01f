// The site half of charging in a process of its own: real journal, real sessions, its clock told by the one that plays protection. It dies by SIGKILL at the point that it was given.
import { join } from "node:path";
import { pino } from "pino";
import { type Journal, openJournal } from "#gateway/journal/journal.ts";
import type { SafetyToSite, SiteToSafety } from "#gateway/link/messages.ts";
import { accountOf } from "#gateway/sessions/accounts.ts";
import { openCharges } from "#gateway/sessions/charges.ts";
import { type Charging, startCharging } from "#gateway/sessions/charging.ts";
import type { ChargingRules } from "#gateway/sessions/rules.ts";
import { tables } from "#gateway/sessions/tables.ts";
import { roomOf } from "#gateway/sessions/waiting/room.ts";
import type { Supply } from "#gateway/sessions/waiting/supply.ts";
import { startWaiting } from "#gateway/sessions/waiting/waiting.ts";
import type { ChargeAsked } from "#gateway/site-context.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { price, rulesOfKill } from "../charging/kill-price.ts";

export type ToChild = { readonly at: number; readonly message?: SafetyToSite; readonly begin?: ChargeAsked };
export type FromChild =
  | { readonly kind: "ready" }
  | { readonly kind: "handled" }
  | { readonly kind: "say"; readonly message: SiteToSafety }
  | { readonly kind: "point"; readonly where: string };

const [folder = "", life = "1", dieAt = "0", wall = "0", waits = ""] = process.argv.slice(2);
const tell = (message: FromChild): void => void process.send?.(message);
let points = 0;
function point(where: string): void {
  points += 1;
  tell({ kind: "point", where });
  if (points !== Number(dieAt)) return;
  process.kill(process.pid, "SIGKILL");
  for (;;); // it dies within this statement
}

const clock = toldClock({ wall: Number(wall), mono: 1_000_000 });
let now = Number(wall);
const inner = openJournal({ path: join(folder, "journal.sqlite"), clock, chance: toldChance(Number(life)), tables });
const journal: Journal = {
  ...inner,
  commit: (work) => {
    point("before a commit");
    const done = inner.commit((tx) => {
      const result = work(tx);
      point("written, not committed");
      return result;
    });
    point("committed");
    return done;
  },
};
const rules: ChargingRules = { ...rulesOfKill(price()), ...(waits === "" ? {} : { planning: { assumed_s: 3_600 } }) };
const charging: Charging = startCharging({
  ...{ journal, clock, chance: toldChance(Number(life)), log: pino({ level: "silent" }) },
  limitsOf: () => ({ max_time_s: 36_000, blind_ms: 10_000, tells_plug: true }),
  rules,
  judge: (asked) => waiting?.judge(asked) ?? { go: "unplanned" },
  send: (message) => {
    point(`before ${message.type}`);
    tell({ kind: "say", message });
    point(`after ${message.type}`);
    return true;
  },
});
/** One socket under a transformer of two kilowatts; what else it carries the one that plays protection says. */
const supply: Supply = {
  budgets: [
    {
      id: "t-1",
      kind: "transformer",
      name: { zh: "变压器", en: "transformer" },
      unit: "mW",
      limit: 2_000_000,
      sockets: new Set(["bay-1/1"]),
    },
  ],
  sockets: new Map([["bay-1/1", { most: { mA: 4_500, mW: 900_000 }, longest_s: 36_000, pile: false }]]),
};
const waiting =
  waits === ""
    ? undefined
    : startWaiting({
        ...{ supply, rules, journal, clock, log: pino({ level: "silent" }), readings: () => charging.readings(), tellsPlug: () => true },
        room: () => {
          const charges = openCharges(journal).map((charge) => ({ charge, choice: accountOf(journal, charge.session)?.choice }));
          return roomOf(supply, { readings: charging.readings(), sheds: charging.sheds(), charges, now: clock.stamp() });
        },
        begin: (asked) => charging.begin(asked, true),
      });
process.on("message", ({ at, message, begin }: ToChild) => {
  clock.advance(at - now);
  now = at;
  if (message !== undefined) charging.heard(message);
  if (begin !== undefined) charging.begin(begin);
  tell({ kind: "handled" });
});
process.on("disconnect", () => process.exit(0));
tell({ kind: "ready" });
