// P 07.kill: kill -9 at every step of a charge, from being asked for to its bill, and while it waits its turn: one session, one bill, the energy that flowed, and no relay that closes without leave that is on the disk.
import { expect, test } from "vitest";
import { counted, full, plain } from "#test/promise.ts";
import { type Dying, type Found, live, paid_fen } from "./dying.ts";

test("P 07.kill kill -9 at each step of a charge: one session, one bill, what flowed is what is billed, no relay closes without leave that was on the disk", async (context) => {
  const whole = await live(0, "site");
  const { found: clean } = whole;
  expect(clean).toMatchObject({
    sessions: 1,
    events: { "session.asked": 1, "session.started": 1, "session.ended": 1, "session.billed": 1 },
    cause: "time",
    check: "ok",
  });
  const kinds = new Set(whole.points);
  const every = whole.points.map((_, at) => at + 1);
  // In a plain run each kind of step once; in full each step, and both ways to die.
  const first = [...kinds].map((kind) => whole.points.lastIndexOf(kind) + 1);
  const left: (readonly [number, Dying])[] = full
    ? every.flatMap((at) => [[at, "site"] as const, [at, "both"] as const])
    : first.slice(0, 4).map((at, n) => [at, n % 2 === 0 ? "site" : "both"] as const);
  const outcomes = [clean, ...(await killed(left, false))];
  for (const found of outcomes) judge(found);
  counted(context, {
    kills: outcomes.length - 1,
    "kinds of step": kinds.size,
    "steps of a charge": whole.points.length,
    "relays that closed": outcomes.reduce((sum, { closings }) => sum + closings, 0),
    "bills lost or doubled": 0,
    "closings without leave, wrong": 0,
  });
}, 900_000);

// In a plain run the decisions are held in told time (gateway/sessions/waiting); by its name and in the full set it is killed.
if (!plain)
  test("P 07.kill kill -9 while a start waits its turn: it waits on, begins once, and has one bill", async (context) => {
    const { found: clean, points } = await live(0, "site", true);
    expect(clean).toMatchObject({ events: { "session.waiting": 1, "session.started": 1, "session.billed": 1 }, cause: "time" });
    judge(clean);
    const every = points.map((_, at) => at + 1);
    const some = every.filter((at) => full || at % Math.ceil(every.length / 8) === 1);
    const left = some.flatMap((at): (readonly [number, Dying])[] =>
      full
        ? [
            [at, "site"],
            [at, "both"],
          ]
        : [[at, at % 2 === 0 ? "site" : "both"]],
    );
    const outcomes = await killed(left, true);
    for (const found of outcomes) {
      judge(found);
      // Told once that it waits, whoever died meanwhile.
      expect(found.events["session.waiting"], found.where).toBe(1);
    }
    counted(context, { kills: outcomes.length, "steps of a start that waits": points.length, "bills lost or doubled": 0 });
  }, 900_000);

async function killed(left: (readonly [number, Dying])[], waits: boolean): Promise<Found[]> {
  const outcomes: Found[] = [];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) outcomes.push((await live(...next, waits)).found);
  };
  await Promise.all([worker(), worker()]);
  return outcomes;
}

function judge(found: Found): void {
  const { where, bills, flowed_mWh } = found;
  expect(found, where).toMatchObject({
    sessions: 1,
    events: { "session.asked": 1, "session.started": 1, "session.ended": 1, "session.billed": 1 },
  });
  expect([bills.length, found.unwritten, found.unasked, found.check], where).toEqual([1, [], 0, "ok"]);
  const [bill] = bills;
  expect((bill?.total_fen ?? 0) + (bill?.refund_fen ?? 0), where).toBe(paid_fen);
  // The meter shows whole watt hours, and what flows while the relay opens is nobody's.
  expect(Math.abs((bill?.energy_mWh ?? 0) - flowed_mWh), where).toBeLessThanOrEqual(1_000);
}
