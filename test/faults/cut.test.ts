// 2.5 × the limit on one socket of twenty: OFF on the wire within one rotation, with the site process there and with nobody there at all.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fact } from "#gateway/link/messages.ts";
import { counted } from "#test/promise.ts";
import { until } from "#test/world/program.ts";
import { type ChargingSite, energiseAll, isOff, type SiteEnd, socketNames, startChargingSite } from "./charging-site.ts";

let site: ChargingSite;
let end: SiteEnd;
beforeAll(async () => {
  site = await startChargingSite();
  await site.startSafety();
  end = site.connect();
  await energiseAll(site, end, "cut");
});
afterAll(() => site?.end());

type Cut = Extract<Fact, { kind: "cut" }>;
const cutOf = (of: SiteEnd, socket: string): Cut | undefined =>
  of.facts.find((fact): fact is Cut => fact.kind === "cut" && fact.socket === socket);

/** Puts the fault on and waits for the simulator's relay; times by the simulator's clock. */
async function overload(socket: string): Promise<{ injected: number; offFrame: number; opened: number; others: number }> {
  const coil = Number(socket.split("/")[1]) - 1;
  const head = `0${socket.charAt(8)}0500${coil.toString(16).padStart(2, "0")}0000`;
  await new Promise((resolve) => setTimeout(resolve, 1500)); // the line in its ordinary rotation
  const before = await site.state();
  await site.fault({ name: "over-current", socket, amount: 2500 });
  const state = await until(
    "the relay opens",
    async () => {
      const now = await site.state();
      return now.sockets.find((one) => one.socket === socket)?.relay === false ? now : undefined;
    },
    { within_ms: 15_000 },
  );
  const frame = state.frames.find(({ ms, hex }) => ms >= before.clock_ms && hex.startsWith(head));
  const own = state.sockets.find((one) => one.socket === socket);
  expect(own?.why).toBe("commanded");
  expect(frame).toBeDefined();
  return {
    injected: before.clock_ms,
    offFrame: frame?.ms ?? 0,
    opened: own?.relay_changed_ms ?? 0,
    others: state.sockets.filter((one) => one.relay).length,
  };
}

const times = (cut: Cut, seen: { injected: number; offFrame: number; opened: number }) => ({
  "fault to OFF frame (simulator), ms": Math.round(seen.offFrame - seen.injected),
  "first byte of the deciding reading to decision, ms": cut.decided_after_ms,
  "first byte to OFF handed to the line, ms": cut.off_after_ms,
  "decision to OFF handed to the line, ms (not late)": cut.off_after_ms - cut.decided_after_ms,
});

test("P 01.cut 2.5 × the limit on one of 20 energised sockets: OFF on the wire, the other 19 stay closed", {
  timeout: 60_000,
}, async (context) => {
  const socket = "station-1/4";
  const seen = await overload(socket);
  const cut = await until("the fact", () => cutOf(end, socket));
  const rotation = end.rotation_ms() ?? 0;
  expect(cut).toMatchObject({ cause: "instantaneous", limit: 8000, unit: "mA", latched: true, session: `session-${socket}` });
  expect(rotation).toBeGreaterThan(0);
  expect(cut.off_after_ms).toBeLessThanOrEqual(rotation + 10);
  expect(seen.others).toBe(19);
  await until("opened is confirmed", () => end.facts.some((fact) => fact.kind === "opened" && fact.trip === cut.trip) || undefined);
  counted(context, { cases: 1, "sockets that stayed closed": seen.others, "rotation, ms": rotation, ...times(cut, seen) });
});

test("P 01.cut the same with the site process killed: nothing else runs, and the fact comes when somebody is there again, also over kill -9", {
  timeout: 90_000,
}, async (context) => {
  const socket = "station-2/9";
  const rotation = end.rotation_ms() ?? 0;
  end.close();
  const seen = await overload(socket);
  expect(seen.others).toBe(18);
  await new Promise((resolve) => setTimeout(resolve, 2500)); // unplugged from everybody, protection goes on
  expect((await site.state()).sockets.filter((one) => one.relay)).toHaveLength(18);

  // Killed after the spool write: what was not taken is said by the next one, under the same name and number.
  site.safety().signal("SIGKILL");
  await site.safety().ended;
  await site.startSafety();
  const back = site.connect();
  const cut = await until("the fact", () => cutOf(back, socket));
  expect(cut).toMatchObject({ cause: "instantaneous", latched: true, session: `session-${socket}` });
  expect(cut.off_after_ms).toBeLessThanOrEqual(rotation + 10);
  // The latch outlived it too.
  back.energise([socket], "again");
  await until(
    "refused",
    () => back.facts.some((fact) => fact.kind === "refused" && fact.code === "latched" && fact.socket === socket) || undefined,
  );
  const cuts = back.facts.filter((fact) => fact.kind === "cut" && fact.socket === socket).length;
  expect(cuts).toBe(1);
  counted(context, {
    cases: 1,
    "sockets that stayed closed": seen.others,
    "facts lost": 1 - cuts,
    "facts doubled": cuts - 1,
    "rotation, ms": rotation,
    ...times(cut, seen),
  });
});

test("nobody but protection commanded anything", async () => {
  const { frames } = await site.state();
  const offs = frames.filter(({ hex }) => isOff(hex));
  expect(offs.length).toBeGreaterThanOrEqual(socketNames.length);
});
