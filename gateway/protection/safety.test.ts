// The whole safety process in told time over a told station: frames out in the right order, cut before write, blind when nobody answers, and a standstill treated as a start.
import { describe, expect, test } from "vitest";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { all, type Bench, bench, charging, closed, isOff, settled } from "#test/protection/told-process.ts";
import type { Fact, SafetyToSite } from "../link/messages.ts";

describe("a start", () => {
  test("the first 20 frames are OFF, one a socket; then polls; nothing closes without authority", async () => {
    const on = await bench();
    await on.go(5000);
    const first = on.stations.heard.slice(0, 20).map(({ hex }) => hex);
    expect(first.every(isOff)).toBe(true);
    expect(new Set(first).size).toBe(20);
    expect(on.stations.heard.slice(20).every(({ hex }) => /^0[12]04/.test(hex))).toBe(true);
    expect(on.facts()).toContainEqual({ kind: "started", boot: "run", after: "start" });
  });
  test("a dead station keeps its OFFs waiting and holds up nobody", async () => {
    const on = await bench();
    on.stations.dead.add(1);
    await on.go(8000);
    expect(on.stations.heard.filter(({ hex }) => hex.startsWith("0204")).length).toBeGreaterThan(4);
    expect(on.facts()).toContainEqual({ kind: "station-silent", station: "station-1", silent_ms: 3000 });
    const before = on.stations.heard.length;
    on.stations.dead.clear();
    await on.go(8000);
    const after = on.stations.heard.slice(before).filter(({ hex }) => hex.startsWith("01"));
    expect(after.filter(({ hex }) => isOff(hex)).length).toBe(10);
    expect(on.facts()).toContainEqual({ kind: "station-answers", station: "station-1" });
  });
});

describe("cut first, write afterwards", () => {
  const overload = (on: Bench): void => {
    const currents = on.stations.current_mA[1];
    if (currents !== undefined) currents[6] = 10_000;
  };
  test.each(["a good disk", "a disk that refuses", "a disk that never answers"])(
    "with %s OFF is on the wire within a rotation, before any write",
    async (what) => {
      const on = await charging();
      on.disk.refuses = what.includes("refuses");
      on.disk.hangs = what.includes("never");
      on.disk.appends.length = 0;
      const from = on.stations.heard.length;
      overload(on);
      await on.go(1500);
      const off = on.stations.heard.slice(from).find(({ hex }) => hex === "020500060000");
      expect(off).toBeDefined();
      const overloaded = on.stations.heard.slice(from).filter(({ at, hex }) => hex.startsWith("0204") && at < (off?.at ?? 0));
      expect(overloaded.length).toBeLessThanOrEqual(3); // two samples, and perhaps the one under way
      expect(on.disk.appends.length).toBeGreaterThan(0);
      expect(on.disk.appends[0]?.at).toBeGreaterThanOrEqual(off?.at ?? Number.POSITIVE_INFINITY);
      expect(closed(on)).toBe(19);
      if (what.includes("never")) return;
      expect(on.facts().find((fact) => fact.kind === "cut")).toMatchObject({
        socket: "station-2/7",
        cause: "instantaneous",
        latched: true,
      });
      const cut = on.facts().find((fact) => fact.kind === "cut");
      expect(cut?.kind === "cut" && cut.off_after_ms - cut.decided_after_ms).toBeLessThanOrEqual(10);
    },
  );
  test("smoke: all ten of the station, OFF before everything else on the line", async () => {
    const on = await charging();
    const from = on.stations.heard.length;
    on.stations.smoke = true;
    await on.go(1500);
    const frames = on.stations.heard.slice(from).map(({ hex }) => hex);
    const first = frames.findIndex(isOff);
    expect(frames.slice(first, first + 10).every(isOff)).toBe(true);
    expect(closed(on)).toBe(0);
    expect(on.facts().filter((fact) => fact.kind === "cut" && fact.cause === "smoke")).toHaveLength(20);
  });
  test("a silent station: every socket is cut as blind at 10 s; the other charges on and is re-armed every second", async () => {
    const on = await charging();
    on.stations.dead.add(1);
    const from = on.clock.monotonic();
    await on.go(11_500);
    expect(on.facts().filter((fact) => fact.kind === "cut" && fact.cause === "blind")).toHaveLength(10);
    const rearms = on.stations.heard.filter(({ at, hex }) => at > from && hex.startsWith("020601")).map(({ at }) => at);
    expect(Math.max(...rearms.slice(1).map((at, i) => at - (rearms[i] ?? 0)))).toBeLessThan(2_500);
    expect(on.facts().some((fact) => fact.kind === "cut" && fact.socket.startsWith("station-2"))).toBe(false);
  });
});

describe("a standstill", () => {
  test("is a start: connections cut, line begun anew, OFF to all, nothing closes again by itself", async () => {
    const on = await charging();
    await on.stand(5000);
    const from = on.stations.heard.length;
    const opened = on.stations.opened;
    await on.go(5000);
    const first = on.stations.heard.slice(from, from + 20).map(({ hex }) => hex);
    expect(first.every(isOff)).toBe(true);
    expect([on.cuts(), on.stations.opened - opened]).toEqual([1, 1]);
    expect(on.facts()).toContainEqual({ kind: "started", boot: "run", after: "gap" });
    expect(closed(on)).toBe(0);
    expect(on.safety.greeting()[0]).toMatchObject({ type: "hello", authorities: [] });
    on.energise(["station-1/1"], "2");
    await on.go(2000);
    expect(closed(on)).toBe(1);
  });
  test("what was said while it stood is not heard", async () => {
    const on = await charging();
    await on.stand(5000);
    on.energise(["station-1/1"], "late");
    await on.go(5000);
    expect(closed(on)).toBe(0);
  });
  test("less than two seconds are none", async () => {
    const on = await charging();
    await on.stand(1600);
    await on.go(3000);
    expect(on.cuts()).toBe(0);
    expect(closed(on)).toBe(20);
  });
});

describe("tried again after a cut", () => {
  const ready = (on: Bench): Fact[] => on.facts().filter((fact) => fact.kind === "rearm" && fact.ready);
  async function cutBlind(): Promise<Bench> {
    const on = await charging();
    on.stations.dead.add(1);
    await on.go(11_500);
    expect(on.facts().filter((fact) => fact.kind === "cut" && fact.rearm === true)).toHaveLength(10);
    on.stations.dead.clear();
    return on;
  }
  test("its count is on the disk before the site is told, and nothing closes without a fresh authority", { timeout: 60_000 }, async () => {
    const on = await cutBlind();
    const written = on.disk.appends.length;
    await on.go(295_000);
    expect(ready(on)).toEqual([]);
    await on.go(10_000);
    expect(ready(on)).toHaveLength(10);
    expect(on.disk.appends.length).toBeGreaterThan(written);
    expect(closed(on)).toBe(10); // the other station's
    on.energise(all.slice(0, 10), "2");
    await on.go(3000);
    expect(closed(on)).toBe(20);
  });
  test("a disk that refuses: nothing is tried again before it holds the count", { timeout: 60_000 }, async () => {
    const on = await cutBlind();
    on.disk.refuses = true;
    await on.go(310_000);
    expect(ready(on)).toEqual([]);
    on.energise(all.slice(0, 10), "2");
    await on.go(1000);
    expect(on.facts().filter((fact) => fact.kind === "refused" && fact.code === "waiting")).toHaveLength(10);
    on.disk.refuses = false;
    await on.go(15_000);
    expect(ready(on)).toHaveLength(10);
  });
});

test("a line that becomes slower than promised is said once, and that it is in time again; its health shows what was measured", async () => {
  const on = await charging();
  const said = () => on.facts().filter((fact) => fact.kind === "line-late" || fact.kind === "line-in-time");
  const health = () => on.sent.findLast((message) => message.type === "readings")?.lines[0];
  await on.go(70_000);
  expect(said()).toMatchObject([{ kind: "line-in-time", line: "line-1", promised_ms: 1_000 }]);
  expect(health()).toMatchObject({ promised_ms: 1_000, late: false });
  expect(health()?.age_ms).toBeGreaterThanOrEqual(0); // told answers come in one lump
  expect(health()?.age_ms).toBeLessThan(200);
  // Somebody else speaks on the line for a second, and leaves it half a second: it is read once in that time.
  for (let turn = 0; turn < 20; turn += 1) {
    for (let burst = 0; burst < 8; burst += 1) {
      on.stations.say(Uint8Array.of(0x55, 0xaa));
      await on.go(130);
    }
    await on.go(650);
  }
  expect(said().at(-1)).toMatchObject({ kind: "line-late", line: "line-1", promised_ms: 1_000 });
  expect(health()?.late).toBe(true);
  on.energise(all, "again");
  await on.go(75_000);
  expect(said().map(({ kind }) => kind)).toEqual(["line-in-time", "line-late", "line-in-time"]);
  expect(health()?.late).toBe(false);
});

describe("the link", () => {
  test("readings about once a second, each with its age; nothing is zero for want of an answer", async () => {
    const on = await bench();
    on.stations.dead.add(2);
    await on.go(10_000);
    const readings = on.sent.filter((message) => message.type === "readings");
    expect(readings.length).toBeGreaterThanOrEqual(8);
    expect(readings.length).toBeLessThanOrEqual(11);
    const last = readings.at(-1);
    const [seen, unseen] = ["station-1/1", "station-2/1"].map((name) => last?.sockets.find(({ socket }) => socket === name));
    expect(seen).toMatchObject({ quality: "good", relay: "open", state: "idle", voltage_mV: 220_000, request_seq: 1, request_card: 7 });
    expect(unseen).toMatchObject({
      quality: "stale",
      relay: "unknown",
      state: "blind",
      voltage_mV: null,
      current_mA: null,
      power_mW: null,
      energy_mWh: null,
    });
    expect(last?.lines[0]).toMatchObject({ line: "line-1", open: true });
    expect(last?.lines[0]?.timeouts).toBeGreaterThan(2);
  });
  test("facts are repeated until taken, and a greeting brings them", async () => {
    const on = await charging();
    const started = () =>
      on.sent.flatMap((message) => (message.type === "facts" ? message.facts : [])).filter(({ fact }) => fact.kind === "started").length;
    const before = started();
    await on.go(5000);
    expect(started()).toBeGreaterThan(before);
    const greeting = on.safety.greeting();
    expect(greeting[0]).toMatchObject({ type: "hello", boot: "run" });
    const facts = greeting.flatMap((message) => (message.type === "facts" ? message.facts : []));
    expect(facts.length).toBe(21);
    expect(greeting[0]).toMatchObject({ last_fact: facts.at(-1)?.id });
    on.safety.hear({ type: "spool-taken", upTo: facts.at(-1)?.id ?? 0 });
    expect(on.safety.greeting()).toHaveLength(1);
  });
  test("thousands that nobody took: a greeting brings the first, the rest follows what is taken, and none is said out of its turn", async () => {
    const on = await bench();
    const many = 900;
    on.energise(Array.from({ length: many }, (_, i) => `nowhere/${i}`));
    await on.go(200);
    on.sent.length = 0;
    // The site process comes, and takes each message as a whole: whatever it holds counts as taken, with all before it.
    const inbox: SafetyToSite[] = [...on.safety.greeting()];
    const seen: number[] = [];
    for (let round = 0; round < 200; round += 1) {
      inbox.push(...on.sent.splice(0));
      const message = inbox.shift();
      if (message === undefined) break;
      if (message.type !== "facts") continue;
      expect(message.facts.length).toBeLessThanOrEqual(200);
      const ids = message.facts.map(({ id }) => id).filter((id) => id > (seen.at(-1) ?? 0));
      seen.push(...ids);
      on.safety.hear({ type: "spool-taken", upTo: seen.at(-1) ?? 0 });
      if (round % 3 === 0) on.energise([`later/${round}`]); // and life goes on
      await settled();
    }
    await on.go(3_000);
    for (const message of on.sent)
      if (message.type === "facts") seen.push(...message.facts.map(({ id }) => id).filter((id) => id > (seen.at(-1) ?? 0)));
    expect(seen.length).toBeGreaterThan(many);
    expect(seen.every((id, i) => i === 0 || id === (seen[i - 1] ?? 0) + 1)).toBe(true);
    expect(on.safety.greeting()[0]).toMatchObject({ last_fact: seen.at(-1) });
  });
  test("an unknown socket is refused by name", async () => {
    const on = await bench();
    on.energise(["station-9/1", "station-1/11", "nonsense"]);
    await on.go(100);
    expect(
      on
        .facts()
        .filter((fact) => fact.kind === "refused")
        .map((fact) => fact.kind === "refused" && fact.code),
    ).toEqual(Array(3).fill("unknown-socket"));
  });
});

test("stopping commands every relay open, and ends when each was answered", async () => {
  const on = await charging();
  let ended: Monotonic | undefined;
  const from = on.clock.monotonic();
  void on.safety.stop(1500).then(() => {
    ended = on.clock.monotonic();
  });
  await on.go(2000);
  expect(closed(on)).toBe(0);
  expect((ended ?? Number.POSITIVE_INFINITY) - from).toBeLessThan(1400);
  const frames = on.stations.heard.length;
  await on.go(2000);
  expect(on.stations.heard.length).toBe(frames);
});
