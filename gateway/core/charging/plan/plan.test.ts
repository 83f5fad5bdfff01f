// Shared limits in told time: never above them, everyone begins in the end, nobody later than he was told, and the order of the list decides nothing.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromCivil, type Wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { type PlanBudget, plan, type RunningCharge, type WaitingStart } from "./plan.ts";
import { waitWords } from "./words.ts";

const now = fromCivil({ year: 2026, month: 11, day: 25, hour: 18, minute: 0 });
const later = (minutes: number): Wall => (now + minutes * 60_000) as Wall;
const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `s/${n + 1}`);
const kW = (amount: number) => ({ mA: amount * 4_500, mW: amount * 1_000_000 });
const budget = (over: Partial<PlanBudget> = {}): PlanBudget => ({
  id: "transformer-1",
  name: { zh: "1号变压器", en: "transformer 1" },
  unit: "mW",
  limit: 3_000_000,
  sockets: new Set(names(9)),
  base: 0,
  ...over,
});
const runs = (socket: string, minutes: number, draws = kW(1)): RunningCharge => ({ socket, draws, until: later(minutes) });
const waits = (id: string, minutes: number, over: Partial<WaitingStart> = {}): WaitingStart => ({
  ...{ id, socket: `s/${id}`, asked: later(-minutes), from: later(-minutes), most: kW(1), lasts_ms: 3_600_000 },
  ...over,
});

describe("one limit", () => {
  const two = [runs("s/1", 20), runs("s/2", 60)];
  test("what fits begins at once", () =>
    expect(plan([budget()], { running: two, waiting: [waits("3", 0)] }, now)).toMatchObject([{ id: "3", may: true, latest: now }]));
  test("what does not waits, is told why in numbers, and when at the latest", () => {
    const [turn] = plan([budget({ base: 600_000 })], { running: two, waiting: [waits("3", 0)] }, now);
    expect(turn).toMatchObject({ may: false, place: 1, latest: later(20), blocked: { used: 2_600_000, held: 0, needs: 1_000_000 } });
    expect(turn === undefined ? undefined : waitWords(turn)).toEqual({
      zh: "1号变压器已用 2.60 kW，再加 1.00 kW 将超过 3.00 kW：排第 1 位等候，最迟 18:20 开始",
      en: "transformer 1 takes 2.60 kW; 1.00 kW more would exceed 3.00 kW: number 1 to wait; begins at 18:20 at the latest",
    });
  });
  test("a small one that came later does not take what a large one waits for", () => {
    const [large, small] = plan(
      [budget()],
      { running: two, waiting: [waits("4", 1, { most: kW(0.5) }), waits("3", 5, { most: kW(2) })] },
      now,
    );
    expect([large, small]).toMatchObject([
      { id: "3", may: false, place: 1, latest: later(20) },
      { id: "4", may: false, place: 2, latest: later(60), blocked: { held: 2_000_000 } },
    ]);
  });
  test("nothing is held for one that could never begin, and its time cannot be said", () => {
    const turns = plan([budget({ base: 2_500_000 })], { running: [], waiting: [waits("3", 9), waits("4", 1, { most: kW(0.4) })] }, now);
    expect(turns).toMatchObject([
      { id: "3", may: false, latest: undefined },
      { id: "4", may: true },
    ]);
    expect(turns[0] === undefined ? "" : waitWords(turns[0]).zh).toMatch(/说不准/);
  });
  test("what is not known lets nothing in", () => {
    const [turn] = plan([budget({ base: undefined })], { running: [], waiting: [waits("3", 1)] }, now);
    expect(turn).toMatchObject({ may: false, latest: undefined });
    expect(turn === undefined ? "" : waitWords(turn).en).toMatch(/not known, so nothing begins/);
  });
  test("before its hour one waits for nobody and keeps nobody out", () => {
    const turns = plan([budget()], { running: two, waiting: [waits("3", 90, { from: later(300) }), waits("4", 0)] }, now);
    expect(turns).toMatchObject([
      { id: "4", may: true },
      { id: "3", may: false, latest: later(300), blocked: undefined },
    ]);
  });
});

/** Sockets below branches, branches below one transformer; demands that fit an empty supply, and charges that end before their longest. */
const site = fc.record({
  sockets: fc.integer({ min: 2, max: 12 }),
  branch: fc.integer({ min: 2, max: 6 }),
  branchLimit: fc.integer({ min: 1_000, max: 3_000 }),
  limit: fc.integer({ min: 1_000, max: 5_000 }),
  base: fc.integer({ min: 0, max: 400 }),
  starts: fc.array(
    fc.record({
      most: fc.integer({ min: 100, max: 600 }),
      asked: fc.integer({ min: 0, max: 60 }),
      deferred: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 200 })),
      lasts: fc.integer({ min: 1, max: 120 }),
      /** Of its longest, in per cent. */
      really: fc.integer({ min: 1, max: 100 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});

test("property: never above a limit, all begin, none later than told, and the order of the list decides nothing", (context) => {
  const counts = {
    sites: 0,
    starts: 0,
    waited: 0,
    looks: 0,
    "above a limit: wrong": 0,
    "later than told": 0,
    "never begun: missing": 0,
    "other order: wrong": 0,
  };
  fc.assert(
    fc.property(site, fc.integer(), ({ sockets, branch, branchLimit, limit, base, starts }, salt) => {
      counts.sites += 1;
      const all = names(sockets);
      const branches = Array.from({ length: Math.ceil(sockets / branch) }, (_, n) => all.slice(n * branch, (n + 1) * branch));
      const budgets = [
        budget({ limit, base }),
        ...branches.map((list, n) => budget({ id: `b${n}`, limit: branchLimit, base: 0, sockets: new Set(list) })),
      ].map((one) => (one.id === "transformer-1" ? { ...one, sockets: new Set(all) } : one));
      const really = new Map<string, number>();
      let waiting = starts.slice(0, sockets).map(({ most, asked, deferred, lasts, really: share }, n): WaitingStart => {
        really.set(`${n}`, Math.max(1, Math.round((lasts * 60_000 * share) / 100)));
        const from = later(deferred === 0 ? -asked : deferred);
        return { id: `${n}`, socket: all[n] ?? "", asked: later(-asked), from, most: { mA: most, mW: most }, lasts_ms: lasts * 60_000 };
      });
      counts.starts += waiting.length;
      const told = new Map<string, Wall | undefined>();
      let running: (RunningCharge & { readonly ends: Wall })[] = [];
      let at = now;
      for (let step = 0; waiting.length > 0 && step < 200; step += 1) {
        counts.looks += 1;
        const turns = plan(budgets, { running, waiting }, at);
        const turned = waiting.toSorted((a, b) => ((Number(a.id) * 7919 + salt) % 13) - ((Number(b.id) * 7919 + salt) % 13));
        if (JSON.stringify(plan(budgets, { running: running.toReversed(), waiting: turned }, at)) !== JSON.stringify(turns))
          counts["other order: wrong"] += 1;
        for (const { id, latest } of turns) if (!told.has(id)) told.set(id, latest);
        for (const { id, may } of turns) {
          const one = waiting.find((other) => other.id === id);
          if (!may || one === undefined) continue;
          if (at > (told.get(id) ?? Number.POSITIVE_INFINITY)) counts["later than told"] += 1;
          const until = (at + one.lasts_ms) as Wall;
          running.push({ socket: one.socket, draws: one.most, until, ends: (at + (really.get(id) ?? 1)) as Wall });
        }
        const begun = new Set(turns.filter(({ may }) => may).map(({ id }) => id));
        waiting = waiting.filter(({ id }) => !begun.has(id));
        counts.waited += waiting.length;
        for (const one of budgets) {
          const sum = running.reduce((all_mW, { socket, draws }) => (one.sockets.has(socket) ? all_mW + draws.mW : all_mW), one.base ?? 0);
          if (sum > one.limit) counts["above a limit: wrong"] += 1;
        }
        const next = [...running.map(({ ends }) => ends), ...waiting.map(({ from }) => from)].filter((moment) => moment > at);
        if (next.length === 0) break;
        at = Math.min(...next) as Wall;
        running = running.filter(({ ends }) => ends > at);
      }
      counts["never begun: missing"] += waiting.length;
    }),
    { numRuns: 300, seed: 8 },
  );
  counted(context, counts);
  expect(counts).toMatchObject({ "above a limit: wrong": 0, "later than told": 0, "never begun: missing": 0, "other order: wrong": 0 });
});
