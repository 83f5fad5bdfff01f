// Days of a meter and its sockets in told time: balanced, lost, with gaps, over wraps and restarts; and once over the meter's own line.
import pino from "pino";
import { expect, test, vi } from "vitest";
import type { SocketReading } from "#gateway/link/messages.ts";
import { fromCivil } from "#protocols/vocabulary/time.ts";
import { Dlt645Meter } from "#sim/piles/dlt645-meter.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { openJournal } from "../../journal/journal.ts";
import type { ByteLine } from "../../ports.ts";
import type { SiteContext } from "../../site-context.ts";
import { tables } from "../tables.ts";
import { mountEnergy } from "./door.ts";
import { type EnergyGroup, meterSaid, meterSilent } from "./energy.ts";

const minute = 60_000;
const group: EnergyGroup = { meter: "meter-in-1", ratio: 1, sockets: ["s/1", "s/2"], bound_permille: 50 };
const start = { wall: fromCivil({ year: 2026, month: 11, day: 25, hour: 20 }) };

function bench(of: EnergyGroup = group, first = { meter: 5_000_000_000, sockets: [1_000_000, 2_000_000] }) {
  const clock = toldClock(start);
  const journal = openJournal({ path: ":memory:", clock, chance: toldChance(), tables });
  let meter = first.meter;
  const sockets = [...first.sockets];
  const unread = new Set<number>();
  const reading = (n: number): SocketReading =>
    ({ socket: `s/${n + 1}`, quality: unread.has(n) ? "stale" : "good", energy_mWh: sockets[n] ?? null }) as unknown as SocketReading;
  return {
    ...{ clock, journal, unread },
    set: (counter: number, n?: number): void => {
      if (n === undefined) meter = counter;
      else sockets[n] = counter;
    },
    /** Minutes in which so much is drawn by each socket, and so much more is lost. */
    pass(minutes: number, { each_mW = 500_000, lost_mW = 20_000 }: { each_mW?: number; lost_mW?: number } = {}): void {
      for (let n = 0; n < minutes; n += 1) {
        clock.advance(minute);
        for (const at of sockets.keys()) sockets[at] = (sockets[at] ?? 0) + Math.round(each_mW / 60);
        meter += Math.round((2 * each_mW + lost_mW) / 60 / of.ratio);
        meterSaid(journal, of, { counter_mWh: meter, readings: [reading(0), reading(1)], at: clock.stamp() });
      }
    },
    told: () =>
      journal
        .all<{ type: string; data: string }>("SELECT type, data FROM event WHERE type LIKE 'energy.%' ORDER BY seq")
        .map(({ type, data }): Record<string, unknown> => ({ type, ...JSON.parse(data) })),
  };
}

test("a day in balance, and one with a thief before the sockets", () => {
  const site = bench();
  site.pass(6 * 60);
  expect(site.told()).toMatchObject([{ type: "energy.balanced", device: "meter-in-1", day: "2026-11-25", value: 20, limit: 50 }]);
  site.pass(24 * 60, { lost_mW: 200_000 });
  const [, second] = site.told();
  expect(second).toMatchObject({ type: "energy.unbalanced", cause: "lost", day: "2026-11-26" });
  expect(Number(second?.value)).toBeGreaterThan(100);
});

test("a ratio counts; a wrong one is a surplus", () => {
  const right = bench({ ...group, ratio: 20 });
  right.pass(6 * 60);
  expect(right.told()).toMatchObject([{ type: "energy.balanced" }]);
  const wrong = bench();
  for (let n = 0; n < 6; n += 1) wrong.pass(60, { lost_mW: -600_000 });
  expect(wrong.told()).toMatchObject([{ type: "energy.unbalanced", cause: "surplus" }]);
});

test("the meter's wrap and a socket that was not read for a while are no loss", () => {
  const site = bench(group, { meter: 999_999_500_000, sockets: [0, 0] });
  site.pass(29);
  site.set(-7_000);
  site.unread.add(1);
  site.pass(60);
  site.unread.clear();
  site.pass(5 * 60);
  expect(site.told()).toMatchObject([{ type: "energy.balanced" }]);
});

test.each([
  ["a socket that is not read at the end of the day", (site: ReturnType<typeof bench>) => void site.unread.add(0)],
  ["a socket whose counter was changed", (site: ReturnType<typeof bench>) => site.set(900_000_000_000, 0)],
  ["a meter that was changed", (site: ReturnType<typeof bench>) => site.set(77_000_000_000)],
])("%s: the day is not judged", (_, happens) => {
  const site = bench();
  site.pass(60);
  happens(site);
  site.pass(5 * 60);
  expect(site.told()).toMatchObject([{ type: "energy.unjudged", zh: expect.stringMatching(/不作比较/) }]);
});

test("a meter that is silent over midnight: the day is closed without it, once, and the next is not judged either", () => {
  const site = bench();
  site.pass(60);
  site.clock.advance(3 * 3_600_000 + 30 * minute);
  meterSilent(site.journal, group, site.clock.stamp());
  expect(site.told()).toHaveLength(0);
  site.clock.advance(60 * minute);
  meterSilent(site.journal, group, site.clock.stamp());
  meterSilent(site.journal, group, site.clock.stamp());
  expect(site.told().map(({ type }) => type)).toEqual(["energy.unjudged"]);
  site.pass(24 * 60);
  expect(site.told().map(({ type }) => type)).toEqual(["energy.unjudged", "energy.unjudged"]);
});

test("from the site file over the meter's own line; the line lost, it is opened anew", async () => {
  const clock = toldClock(start);
  const journal = openJournal({ path: ":memory:", clock, chance: toldChance(), tables });
  let opened = 0;
  let lose: (why: string) => void = () => undefined;
  const meter: { it?: Dlt645Meter } = {};
  const openTcp = async (): Promise<ByteLine> => {
    opened += 1;
    let toUs: (bytes: Uint8Array) => void = () => undefined;
    const it = new Dlt645Meter({ address: "202107072529", write: (bytes) => toUs(bytes) });
    it.energy_mWh = 123_450_000;
    meter.it = it;
    return {
      write: (bytes: Uint8Array) => it.hear(bytes),
      onBytes: (listener: (bytes: Uint8Array) => void) => {
        toUs = listener;
      },
      onClose: (listener: (why: string) => void) => {
        lose = listener;
      },
      close: () => undefined,
    } as unknown as ByteLine;
  };
  const at = { kind: "tcp", host: "192.0.2.1", port: 4001, baud: 2400 };
  const energy_meters = [{ id: "meter-in-1", name: "总表", address: "202107072529", at, sockets: ["s"], loss_percent: 5 }];
  const context = { config: { energy_meters }, clock, journal, log: pino({ level: "silent" }) } as unknown as SiteContext;
  const room = mountEnergy(context, { devices: { openTcp } as never, readings: () => [], expand: () => ["s/1"] });
  const row = () => journal.get<{ counter_mWh: number }>("SELECT counter_mWh FROM energy_day");
  clock.advance(minute);
  await vi.waitFor(() => expect(row()).toMatchObject({ counter_mWh: 123_450_000 }));
  lose("gone");
  clock.advance(minute);
  await new Promise((resolve) => setImmediate(resolve));
  expect(opened).toBe(1);
  clock.advance(minute);
  await vi.waitFor(() => expect(opened).toBe(2));
  room.stop();
});
