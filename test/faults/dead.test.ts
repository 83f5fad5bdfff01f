// The safety process stopped, and killed: by the simulator's own clock every relay opens within the boards' window, and the first frames afterwards are OFF.
import { afterAll, beforeAll, expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { until } from "#test/world/program.ts";
import { type ChargingSite, energiseAll, isOff, isRearm, type SiteEnd, socketNames, startChargingSite } from "./charging-site.ts";

/** The boards' own window, and what a tick of the simulator may add. */
const hold_ms = 4_000;
const margin_ms = 50;

let site: ChargingSite;
beforeAll(async () => {
  site = await startChargingSite();
  await site.startSafety();
});
afterAll(() => site?.end());

/** A relay's window counts from its closing as well: both stations shall have heard a re-arm since. */
async function bothAreRearmed(): Promise<void> {
  const since = (await site.state()).clock_ms;
  await until("both stations are re-armed", async () => {
    const { frames, sockets } = await site.state();
    expect(sockets.filter((socket) => socket.relay)).toHaveLength(socketNames.length);
    return [1, 2].every((unit) => frames.some(({ ms, hex }) => ms > since && isRearm(hex) && hex.startsWith(`0${unit}`))) || undefined;
  });
}

/** Waits until all are open, and holds each opening against the last re-arm that its station heard. */
async function everyRelayOpens(since: number): Promise<{ opened: number; latest: number }> {
  const state = await until(
    "20 open relays",
    async () => {
      const now = await site.state();
      return now.sockets.every((socket) => !socket.relay) ? now : undefined;
    },
    { within_ms: 15_000 },
  );
  let latest = 0;
  for (const unit of [1, 2]) {
    const rearms = state.frames.filter(({ ms, hex }) => isRearm(hex) && hex.startsWith(`0${unit}`) && ms < since + hold_ms);
    const last = rearms.at(-1)?.ms ?? Number.NaN;
    for (const socket of state.sockets.filter((one) => one.socket.startsWith(`station-${unit}/`))) {
      expect(socket.why).toBe("dead-man");
      const after = socket.relay_changed_ms - last;
      expect(after).toBeLessThanOrEqual(hold_ms + margin_ms);
      latest = Math.max(latest, after);
    }
  }
  return { opened: state.sockets.length, latest };
}

/** The first 20 frames that the stations hear after `since`: OFF, one a socket. */
async function firstFramesAreOff(since: number): Promise<number> {
  const frames = await until("20 frames", async () => {
    const heard = (await site.state()).frames.filter(({ ms }) => ms > since);
    return heard.length >= socketNames.length ? heard : undefined;
  });
  const first = frames.slice(0, socketNames.length);
  expect(first.filter(({ hex }) => isOff(hex))).toHaveLength(socketNames.length);
  expect(new Set(first.map(({ hex }) => hex.slice(0, 8))).size).toBe(socketNames.length);
  return first.length;
}

async function nothingCloses(seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 4; i += 1) {
    expect((await site.state()).sockets.filter((socket) => socket.relay)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

let end: SiteEnd;
test("P 01.dead SIGSTOP: 20 of 20 relays open within the window; after SIGCONT the first 20 frames are OFF, and nothing closes without a new authority", {
  timeout: 90_000,
}, async (context) => {
  end = site.connect();
  await energiseAll(site, end, "stop");
  await bothAreRearmed();
  const hellos = end.hellos.length;
  site.safety().signal("SIGSTOP");
  const stopped = (await site.state()).clock_ms;
  const { opened, latest } = await everyRelayOpens(stopped);
  // What somebody asks of a stopped process is old when it wakes.
  end.energise(socketNames, "while-it-stood");
  const woken = (await site.state()).clock_ms;
  site.safety().signal("SIGCONT");
  const offs = await firstFramesAreOff(woken);
  await until("started after a gap", () => end.facts.some((fact) => fact.kind === "started" && fact.after === "gap") || undefined);
  await until("hello again, holding nothing", () => end.hellos.length > hellos || undefined);
  expect(end.hellos.at(-1)?.authorities).toEqual([]);
  await nothingCloses(3);
  await energiseAll(site, end, "after-stop");
  counted(context, { cases: 1, "relays opened": opened, "latest after the last re-arm, ms": Math.round(latest), "OFF frames first": offs });
});

test("P 01.dead SIGKILL: 20 of 20 relays open within the window; the first 20 frames of the next are OFF, and nothing closes without a new authority", {
  timeout: 90_000,
}, async (context) => {
  await bothAreRearmed();
  site.safety().signal("SIGKILL");
  await site.safety().ended;
  const killed = (await site.state()).clock_ms;
  const { opened, latest } = await everyRelayOpens(killed);
  const before = (await site.state()).clock_ms;
  await site.startSafety();
  const offs = await firstFramesAreOff(before);
  await until("started", () => end.facts.filter((fact) => fact.kind === "started" && fact.after === "start").length >= 2 || undefined);
  await nothingCloses(3);
  await energiseAll(site, end, "after-kill");
  counted(context, { cases: 1, "relays opened": opened, "latest after the last re-arm, ms": Math.round(latest), "OFF frames first": offs });
});

test("P 01.dead SIGTERM: every relay is commanded open before it ends", { timeout: 60_000 }, async (context) => {
  const { frames, clock_ms } = await site.state();
  expect(frames.length).toBeGreaterThan(0);
  expect(await site.safety().end()).toBe(0);
  const state = await site.state();
  expect(state.sockets.filter((socket) => socket.relay)).toEqual([]);
  expect(state.sockets.every((socket) => socket.why === "commanded")).toBe(true);
  expect(state.frames.filter(({ ms, hex }) => ms > clock_ms && isOff(hex)).length).toBeGreaterThanOrEqual(20);
  counted(context, { cases: 1, "relays opened": state.sockets.length });
});
