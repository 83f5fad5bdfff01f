// The contract of a host of piles, held against simulated DNY piles: in told time over bytes that are split, merged and noisy; and once over real TCP.
import { connect } from "node:net";
import { expect, test, vi } from "vitest";
import { bytesOf } from "#protocols/frames/bytes.ts";
import type { DownMessage, UpMessage } from "#protocols/piles/dny/codec.ts";
import { encodeStart, type Start } from "#protocols/piles/dny/orders.ts";
import type { DeviceFault } from "#protocols/vocabulary/faults.ts";
import { DnyPile } from "#sim/piles/dny-pile.ts";
import { toldClock } from "#test/told-clock.ts";
import { answerWithin_ms, apart_ms, dnyHost, promises, type Told } from "./dny-host.ts";
import { openDnyServer } from "./dny-server.ts";

const order = (n: number): string => String(n).padStart(32, "0");
const start = (port: number, n: number): Start => ({
  port,
  order: order(n),
  until: { kind: "time", time_s: 3_600 },
  balance_fen: 500,
  time_most_s: 28_800,
  overload_mW: 1_000_000,
});
const [one, other] = [0x04ce_aa40, 0x04ab_373b];
type Settlement = Extract<UpMessage, { kind: "settlement" }>;

function bench({ durable = true, devices = [one] }: { durable?: boolean; devices?: number[] } = {}) {
  const clock = toldClock();
  const told: Told[] = [];
  const settled: Settlement[] = [];
  const sent: { at: number; bytes: Uint8Array }[] = [];
  let isDurable = durable;
  const host = dnyHost({
    clock,
    tell: (what) => told.push(what),
    settle: (_, message) => {
      if (isDurable) settled.push(message);
      return isDurable;
    },
    write: (bytes) => {
      sent.push({ at: clock.monotonic(), bytes });
      for (const pile of piles) pile.hear(bytes);
    },
  });
  const piles = devices.map((device) => new DnyPile({ device, ports: 2, write: (bytes) => host.heard(bytes) }));
  const answers: (UpMessage | DeviceFault)[] = [];
  const pass = (seconds: number): void => {
    for (let n = 0; n < seconds; n += 1) {
      clock.advance(1_000);
      for (const pile of piles) pile.advance(1_000);
    }
  };
  return {
    clock,
    host,
    piles,
    told,
    settled,
    sent,
    answers,
    pass,
    answer: (one: UpMessage | DeviceFault) => void answers.push(one),
    durable: (is: boolean) => {
      isDurable = is;
    },
  };
}
const first = ({ piles }: ReturnType<typeof bench>): DnyPile => piles[0] ?? (undefined as never);

test("a modem says who it is, its piles register and beat, and each is answered; `link` and noise are no frames", () => {
  const site = bench({ devices: [one, other] });
  site.piles[0]?.connect("89860463112070319417");
  site.piles[1]?.connect();
  site.host.heard(bytesOf("00 FF 44 4E 13"));
  site.pass(400);
  expect(site.told.filter(({ kind }) => kind === "modem")).toEqual([{ kind: "modem", iccid: "89860463112070319417" }]);
  expect([...site.host.piles().keys()].sort()).toEqual([other, one].sort());
  expect(site.told.filter((what) => what.kind === "said" && what.message.kind === "heartbeat").length).toBeGreaterThanOrEqual(6);
  expect(site.sent.length).toBeGreaterThanOrEqual(8); // an answer to each
});

test("start and stop: always with stop-when-full, commands to a pile half a second apart, its settlement acknowledged once written", () => {
  const site = bench();
  first(site).connect();
  for (const n of [0, 1]) site.host.start(one, start(n, n + 1), site.answer);
  site.clock.advance(2_000);
  expect(site.answers).toMatchObject([
    { kind: "charge-answer", result: 0 },
    { kind: "charge-answer", result: 0 },
  ]);
  const commands = site.sent.filter(({ bytes }) => bytes[11] === 0x82);
  expect((commands[1]?.at ?? 0) - (commands[0]?.at ?? 0)).toBeGreaterThanOrEqual(apart_ms);
  expect(first(site).ports.map(({ stopsWhenFull }) => stopsWhenFull)).toEqual([true, true]); // a bought time would switch it off
  site.pass(600);
  first(site).full(0);
  site.host.stop(one, { port: 1, order: order(2) }, site.answer);
  site.pass(2);
  expect(site.settled.map(({ order: of, stop_reason }) => [of, stop_reason])).toEqual([
    [order(1), 1],
    [order(2), 7],
  ]);
  expect(first(site).unsettled).toEqual([]);
  expect(promises.cutoff_s).toBeUndefined();
});

test("a settlement that could not be written is not acknowledged: the pile says it again, and it counts once", () => {
  const site = bench({ durable: false });
  first(site).connect();
  site.host.start(one, start(0, 1), site.answer);
  site.pass(60);
  first(site).unplug(0);
  expect([site.settled.length, first(site).unsettled.length]).toEqual([0, 1]);
  site.durable(true);
  site.pass(1_900);
  expect([site.settled.length, first(site).unsettled.length]).toEqual([1, 0]);
});

test("no answer within 15 s: the same number once more; then a fault, and the next command goes on", () => {
  const site = bench();
  first(site).connect();
  first(site).mute = true;
  site.host.start(one, start(0, 1), site.answer);
  site.host.ask(one, { kind: "query" } as DownMessage, site.answer);
  site.clock.advance(answerWithin_ms + 10);
  const commands = site.sent.filter(({ bytes }) => bytes[11] === 0x82);
  expect([commands.length, commands[0]?.bytes]).toEqual([2, commands[1]?.bytes]);
  site.clock.advance(answerWithin_ms);
  expect(site.answers).toMatchObject([{ kind: "device-fault", code: "timeout" }]);
  site.clock.advance(1_000);
  expect(site.sent.at(-1)?.bytes[11]).toBe(0x81);
  site.host.close("gone");
  expect(site.answers.at(-1)).toMatchObject({ code: "closed" });
});

test("a lost answer: the repeated command is carried out once", () => {
  const site = bench();
  const pile = first(site);
  pile.connect();
  const bytes = encodeStart({ device: one, message: 77 }, start(0, 9));
  pile.hear(bytes);
  pile.hear(bytes);
  expect(pile.started).toEqual([order(9)]);
});

test("split at each byte, merged, with noise between: the same is understood", () => {
  const whole: Uint8Array[] = [];
  const pile = new DnyPile({ device: one, ports: 2, write: (bytes) => whole.push(bytes) });
  pile.connect("89860463112070319417");
  for (let n = 0; n < 200; n += 1) pile.advance(1_000);
  const all = Uint8Array.from(whole.flatMap((bytes) => [...bytes]));
  const heard = (pieces: readonly Uint8Array[]): string[] => {
    const told: Told[] = [];
    const host = dnyHost({ clock: toldClock(), tell: (what) => told.push(what), settle: () => true, write: () => undefined });
    for (const piece of pieces) host.heard(piece);
    return told.map((what) => (what.kind === "said" ? what.message.kind : what.kind));
  };
  const expected = heard(whole);
  expect(expected).toEqual(["modem", "register", "heartbeat", "heartbeat"]);
  let splits = 0;
  for (let at = 1; at < all.length; at += 1) {
    expect(heard([all.subarray(0, at), all.subarray(at)])).toEqual(expected);
    splits += 1;
  }
  expect([heard([all]), splits]).toEqual([expected, all.length - 1]);
});

test("over TCP: two modems call, each pile is spoken to where it was last heard; closed is told", async () => {
  const clock = toldClock();
  const settled: number[] = [];
  const server = await openDnyServer({
    clock,
    host: "127.0.0.1",
    port: 0,
    tell: () => undefined,
    settle: (device) => settled.push(device) > 0,
  });
  const piles = [one, other].map((device) => {
    const socket = connect(server.port, "127.0.0.1");
    const pile: DnyPile = new DnyPile({ device, ports: 2, write: (bytes) => void socket.write(bytes) });
    socket.on("data", (bytes) => pile.hear(bytes));
    pile.connect("89860463112070319417");
    return { pile, socket };
  });
  await vi.waitFor(() => expect([server.hostOf(one), server.hostOf(other)].every((host) => host !== undefined)).toBe(true));
  const answer = await new Promise((resolve) => server.hostOf(other)?.start(other, start(1, 5), resolve));
  expect(answer).toMatchObject({ kind: "charge-answer", result: 0 });
  expect(piles.map(({ pile }) => pile.started)).toEqual([[], [order(5)]]);
  piles[1]?.pile.unplug(1);
  await vi.waitFor(() => expect([settled, piles[1]?.pile.unsettled]).toEqual([[other], []]));
  piles[0]?.socket.destroy();
  await vi.waitFor(() => expect(server.hostOf(one)).toBeUndefined());
  await server.close();
});
