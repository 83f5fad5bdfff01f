// A search by told time on told networks, and one on this machine's own: a real question by UDP, a simulated camera that answers, nobody fetched.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Cast, Casts, Clock } from "#gateway/ports.ts";
import { machineCasts } from "#gateway/world/casts.ts";
import { machineClock } from "#gateway/world/clock.ts";
import { answer } from "#protocols/cameras/onvif/answers-for-tests.ts";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { type Answering, answerProbes } from "#sim/cameras/discovery.ts";
import { counted } from "#test/promise.ts";
import { startCameraSearch } from "./search.ts";
import { searchAdvice } from "./search-words.ts";

const open: Answering[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

function toldClock() {
  let now = monotonic(5_000);
  let alarms: { at: Monotonic; run: () => void }[] = [];
  const clock: Pick<Clock, "monotonic" | "wake"> = {
    monotonic: () => now,
    wake(at, run) {
      const alarm = { at, run };
      alarms.push(alarm);
      return () => {
        alarms = alarms.filter((one) => one !== alarm);
      };
    },
  };
  const advance = (ms: number): void => {
    now = monotonic(now + ms);
    for (const alarm of alarms.filter(({ at }) => at <= now)) {
      alarms = alarms.filter((one) => one !== alarm);
      alarm.run();
    }
  };
  return { clock, advance, waiting: () => alarms.length };
}

interface ToldWay {
  readonly name: string;
  readonly address: string;
  readonly wrong?: string;
}
function toldNetworks(ways: readonly ToldWay[]) {
  const casts = new Map<
    string,
    { hear: (bytes: Uint8Array, from: string) => void; sent: { text: string; to: string }[]; closed: boolean }
  >();
  const world: Casts = {
    ways: () => ways,
    async open(address): Promise<Cast> {
      const wrong = ways.find((way) => way.address === address)?.wrong;
      if (wrong !== undefined) throw new Error(wrong);
      const cast = {
        hear: (_bytes: Uint8Array, _from: string): void => undefined,
        sent: [] as { text: string; to: string }[],
        closed: false,
      };
      casts.set(address, cast);
      return {
        send: (bytes, { host, port }) => cast.sent.push({ text: new TextDecoder().decode(bytes), to: `${host}:${port}` }),
        onBytes: (listener) => {
          cast.hear = listener;
        },
        close: () => {
          cast.closed = true;
        },
      };
    },
  };
  return { casts, world };
}
/** What was opened and asked, done. */
const settled = () => new Promise((next) => setImmediate(next));
const idIn = (text: string): string => /<a:MessageID>([^<]+)</.exec(text)?.[1] ?? "";

test("P 11.cameras-search every network is asked in three rounds by questions that are never repeated; answers are counted as they come, and what comes later is not heard", async (context) => {
  const { clock, advance, waiting } = toldClock();
  const { casts, world } = toldNetworks([
    { name: "eth0", address: "192.168.1.5" },
    { name: "eth1", address: "10.0.0.5" },
    { name: "wlan0", address: "10.9.9.9", wrong: "EADDRNOTAVAIL" },
  ]);
  const search = startCameraSearch({ clock, casts: world, newId: randomUUID, also: { host: "192.168.9.9", port: 3702 } });
  await settled();
  expect(search.now()).toMatchObject({
    ...{ running: true, done: 0, of: 3, sent: 3, heard: 0 },
    ways: [{ wrong: null }, { wrong: null }, { wrong: "EADDRNOTAVAIL" }, { address: "192.168.9.9:3702", wrong: null }],
  });
  const lan = casts.get("192.168.1.5");
  const other = casts.get("10.0.0.5");
  expect(casts.get("0.0.0.0")?.sent.map(({ to }) => to)).toEqual(["192.168.9.9:3702"]);
  const first = idIn(lan?.sent[0]?.text ?? "");
  lan?.hear(answer({ relates: first }), "192.168.1.64");
  expect(search.now()).toMatchObject({ running: true, heard: 1, cameras: [{ heardFrom: ["192.168.1.64"] }] });
  advance(1_000);
  expect(search.now()).toMatchObject({ done: 1, sent: 6 });
  // The same camera over the other network, to a question of that one.
  other?.hear(answer({ relates: idIn(other.sent[1]?.text ?? ""), services: "http://10.0.0.64/" }), "10.0.0.64");
  lan?.hear(answer({ relates: "urn:uuid:of-an-older-search" }), "192.168.1.99");
  advance(1_000);
  advance(999);
  expect(search.now()).toMatchObject({ running: true, done: 2, sent: 9 });
  advance(1);
  await search.ended;
  lan?.hear(answer({ relates: first, endpoint: "urn:uuid:late" }), "192.168.1.77");
  const now = search.now();
  expect(now).toMatchObject({
    running: false,
    done: 3,
    ran_ms: 3_000,
    heard: 3,
    refused: 1,
    cameras: [{ heardFrom: ["192.168.1.64", "10.0.0.64"] }],
  });
  expect([now.cameras.length, waiting(), [...casts.values()].every(({ closed }) => closed)]).toEqual([1, 0, true]);
  const ids = [...casts.values()].flatMap(({ sent }) => sent.map(({ text }) => idIn(text)));
  expect(new Set(ids).size).toBe(9);
  expect(lan?.sent.map(({ text }) => /<d:Types>([^<]+)</.exec(text)?.[1])).toEqual([
    "dn:NetworkVideoTransmitter",
    "tds:Device",
    "dn:NetworkVideoTransmitter",
  ]);
  expect([...new Set(lan?.sent.map(({ to }) => to))]).toEqual(["239.255.255.250:3702"]);
  expect(searchAdvice(now)).toEqual([]);
  counted(context, { questions: ids.length, answers: now.heard, cameras: now.cameras.length });
});

test("when nobody answers it is said what it may be; when nothing left this machine, that; a search that was stopped says nothing", async () => {
  const { clock, advance } = toldClock();
  const silent = startCameraSearch({ clock, casts: toldNetworks([{ name: "eth0", address: "192.168.1.5" }]).world, newId: randomUUID });
  await settled();
  for (let round = 0; round < 3; round += 1) advance(1_000);
  await silent.ended;
  const words = searchAdvice(silent.now());
  expect(words).toHaveLength(5);
  for (const about of ["网段", "组播", "ONVIF", "防火墙", "标签"]) expect(words.map(({ zh }) => zh).join()).toContain(about);
  expect(words.every(({ en }) => !/\p{Script=Han}/u.test(en))).toBe(true);

  const cut = startCameraSearch({
    clock,
    casts: toldNetworks([{ name: "eth0", address: "192.168.1.5", wrong: "ENETDOWN" }]).world,
    newId: randomUUID,
  });
  await cut.ended;
  expect(cut.now()).toMatchObject({ running: false, sent: 0, ways: [{ wrong: "ENETDOWN" }] });
  expect(searchAdvice(cut.now()).map(({ en }) => en)).toEqual([expect.stringMatching(/no question left this machine/)]);

  const stopped = startCameraSearch({ clock, casts: toldNetworks([{ name: "eth0", address: "192.168.1.5" }]).world, newId: randomUUID });
  await settled();
  stopped.stop();
  await stopped.ended;
  expect([stopped.now().running, searchAdvice(stopped.now())]).toEqual([false, []]);
  // Where nobody knows this machine's addresses the system chooses the way.
  const unknown = toldNetworks([]);
  const blind = startCameraSearch({ clock, casts: unknown.world, newId: randomUUID });
  await settled();
  blind.stop();
  expect(unknown.casts.get("0.0.0.0")?.sent.map(({ to }) => to)).toEqual(["239.255.255.250:3702"]);
});

test("P 11.cameras-udp a simulated camera on this machine is found by a real question, at its own address and as one of the group, and nobody asks what it says", async (context) => {
  let fetched = 0;
  const page = createServer((_request, response) => {
    fetched += 1;
    response.end();
  });
  await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
  const service = `http://127.0.0.1:${(page.address() as AddressInfo).port}/onvif/device_service`;
  const cameraAt = (nth: number, name: string) => ({
    endpoint: `4d2a0000-0000-4000-8000-${String(nth).padStart(12, "0")}`,
    name,
    hardware: "LPR",
    location: "东门",
    services: [service],
  });
  const alone = await answerProbes({ cameras: [cameraAt(1, "VZENITH R5")], at: { host: "127.0.0.1", port: 0 }, newId: randomUUID });
  const grouped = await answerProbes({ cameras: [cameraAt(2, "IPC 2"), cameraAt(3, "IPC 3")], newId: randomUUID });
  open.push(alone, grouped);
  // This machine alone: what else is on its networks is no part of the test.
  const casts: Casts = { ...machineCasts(), ways: () => [{ name: "lo", address: "127.0.0.1" }] };
  const search = startCameraSearch({ clock: machineClock(), casts, newId: randomUUID, also: { host: "127.0.0.1", port: alone.port } });
  const ours = () => search.now().cameras.filter(({ endpoint }) => endpoint.startsWith("urn:uuid:4d2a0000-0000-4000-8000-"));
  while (ours().length < 3 && search.now().running) await settled();
  search.stop();
  await search.ended;
  page.close();
  expect(
    ours()
      .map(({ name, maker, location, heardFrom }) => [name, maker, location, heardFrom])
      .sort(),
  ).toEqual([
    ["IPC 2", null, "东门", ["127.0.0.1"]],
    ["IPC 3", null, "东门", ["127.0.0.1"]],
    ["VZENITH R5", "vzenith", "东门", ["127.0.0.1"]],
  ]);
  expect([alone.asked() > 0, grouped.asked() > 0, fetched]).toEqual([true, true, 0]);
  counted(context, { cameras: ours().length, answers: search.now().heard, "addresses fetched, wrong": fetched });
});
