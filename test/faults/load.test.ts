// The supply of a shed at its limit: real simulators, the real safety process. A request without room is refused with the numbers; when what is on grows beyond the limit,
// it is shed in order (lowest priority first, then the newest), no more than is needed, and nobody is let in again at once.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fact } from "#gateway/link/messages.ts";
import { counted } from "#test/promise.ts";
import { until } from "#test/world/program.ts";
import { type ChargingSite, phases, type SiteEnd, startChargingSite, wholeShed } from "./charging-site.ts";

const limit_W = 2_000;
let site: ChargingSite;
let end: SiteEnd;
beforeAll(async () => {
  const groups = [{ id: "night-shift", name: "夜班员工", sockets: ["station-1/4"], priority: 9 }];
  site = await startChargingSite(wholeShed({ supply: { phases, power_mW: limit_W * 1000 }, groups }));
  await site.startSafety();
  end = site.connect();
  await until("the shed serves", () => end.shed()?.state === "serving" || undefined, { within_ms: 20_000 });
});
afterAll(() => site?.end());

const socketOf = (n: number): string => `station-1/${n}`;
const factsOf = <K extends Fact["kind"]>(kind: K): Extract<Fact, { kind: K }>[] =>
  end.facts.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
const on = async (): Promise<string[]> => (await site.state()).sockets.filter(({ relay }) => relay).map(({ socket }) => socket);
/** By the simulator's own word. */
const taken_W = async (): Promise<number> => (await site.state()).sockets.reduce((sum, { power_mW }) => sum + power_mW / 1000, 0);

/** Asked again while one that has just closed still counts with its reserve. */
async function charges(n: number): Promise<void> {
  let round = 0;
  await until(
    `${n} charges, and is seen to`,
    () => {
      const reading = end.readings().find(({ socket }) => socket === socketOf(n));
      if (reading?.state === "idle") {
        round += 1;
        end.energise([socketOf(n)], `load-${round}`);
      }
      return (reading?.state === "charging" && (reading.power_mW ?? 0) > 200_000) || undefined;
    },
    { within_ms: 20_000, every_ms: 1_000 },
  );
}
async function refused(n: number, round: string): Promise<Extract<Fact, { kind: "refused" }>> {
  end.energise([socketOf(n)], round);
  return until(`${n} refused`, () => factsOf("refused").find(({ authority }) => authority === `authority-${round}-${socketOf(n)}`));
}

// Half a minute: run by its name or file, and in the full set; the order itself is told time, gateway/core/charging/shed/load.test.ts.
test("a shed whose load grows beyond its supply is brought below it in order, and a request without room is refused with the numbers", {
  timeout: 90_000,
}, async (context) => {
  for (const n of [1, 2, 3, 4, 5]) await site.tap(socketOf(n));
  await until("plugged", () =>
    [1, 2, 3, 4, 5].every((n) => end.readings().some((one) => one.socket === socketOf(n) && one.plugged === true)),
  );
  for (const n of [1, 2, 3, 4]) await charges(n);
  // Four take 1.2 kW; a fifth might take 1 kW more.
  expect(await refused(5, "full")).toMatchObject({
    code: "over-budget",
    en: expect.stringMatching(/2\.00 kW/),
    zh: expect.stringMatching(/2\.00 kW/),
  });

  // Two chargers draw 4.2 A: neither is above its own limits, all of them together are above the supply's.
  const from = performance.now();
  for (const n of [1, 2]) await site.fault({ name: "over-current", socket: socketOf(n), amount: 1_050 });
  await until("below its limit again", async () => ((await on()).length < 4 && (await taken_W()) <= limit_W ? true : undefined), {
    within_ms: 15_000,
  });
  const took_ms = Math.round(performance.now() - from);
  expect(factsOf("load-shed").map(({ socket, priority, unit }) => [socket, priority, unit])).toEqual([
    [socketOf(3), 5, "mW"],
    [socketOf(2), 5, "mW"],
  ]);
  for (const { value, limit } of factsOf("load-shed")) expect(value).toBeGreaterThan(limit);
  expect(await on()).toEqual([socketOf(1), socketOf(4)]);
  await until("their ends", () => factsOf("ended").length === 2 || undefined);
  expect(factsOf("ended").map(({ socket, cause }) => [socket, cause])).toEqual([
    [socketOf(3), "load"],
    [socketOf(2), "load"],
  ]);
  expect(factsOf("cut")).toEqual([]);
  expect((await refused(3, "again")).code).toBe("over-budget");
  const left_W = Math.round(await taken_W());
  counted(context, {
    "limit, W": limit_W,
    "shed in order": 2,
    "left on": 2,
    "left, W": left_W,
    "back below it after, ms": took_ms,
    refused: 2,
    "shed beyond need, wrong": 0,
  });
});
