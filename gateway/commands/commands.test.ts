// A command at a real lane with a real journal and a real board: carried out once, or refused in words; replayed, late, forged, foreign, spoilt, before and after a death.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { Command, RefusalCode } from "#protocols/uplink/commands.ts";
import { type Stamp, wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { until } from "#test/world/program.ts";
import { clockSlack_ms, judge, readCloudKey } from "./verify.ts";

const cloud = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");
const pem = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }).toString();
const keyId = (key: KeyObject): string => readCloudKey(pem(key)).id;

let site: ParkingSite;
let number = 0;
afterEach(() => site?.stop());
const begin = async (): Promise<void> => {
  site = await startParkingSite({ commandKey: pem(cloud.publicKey) });
};

function command(change: Partial<Command> = {}): Command {
  number += 1;
  const now = site.clock.wall();
  return {
    ...{ v: 1, id: `0000000${number}-cafe`.slice(-13), site: "jinxiu", gateway: "gw-1", action: "gate.open", args: { lane: "in" } },
    ...{ person: "booth", approver: null, reason: "访客登记", issued_at: now, expires_at: now + 10_000 },
    ...change,
  };
}
const signed = (text: string, pair = cloud, id = keyId(pair.publicKey)): Uint8Array =>
  Buffer.from(
    JSON.stringify({ v: 1, command: text, key: id, signature: sign(null, Buffer.from(text), pair.privateKey).toString("base64") }),
  );
const said = (one: Command, pair = cloud): Uint8Array => signed(JSON.stringify(one), pair);
const pulses = (): number => site.board("in").pulses;
const ends = (): { outcome: string; code: string }[] => site.events("command.ended").map(({ outcome, code }) => ({ outcome, code }));

/** Time goes on while a command waits for its board. */
async function take(payload: Uint8Array): Promise<void> {
  const taken = site.command(payload);
  await site.goOn(1_000);
  await taken;
}

test("P 05.command: replayed, late, forged, foreign, spoilt, before and after kill -9: the board hears at most one pulse", async (context) => {
  await begin();
  let cases = 0;
  const heard = async (
    what: string,
    payload: Uint8Array,
    expected: { pulses: number; ends: { outcome: string; code: string }[] },
  ): Promise<void> => {
    const [before, already] = [pulses(), ends().length];
    await take(payload);
    expect([pulses() - before, ends().slice(already)], what).toEqual([expected.pulses, expected.ends]);
    cases += 1;
  };
  const refused = (code: RefusalCode) => ({ pulses: 0, ends: [{ outcome: "refused", code }] });
  const silent = { pulses: 0, ends: [] };

  const first = command();
  await heard("now", said(first), { pulses: 1, ends: [{ outcome: "done", code: "done" }] });
  for (let again = 0; again < 5; again += 1) await heard("replayed", said(first), silent);
  await heard("the same id, other content", said({ ...first, args: { lane: "out" } }), silent);
  await heard("expired", said(command({ issued_at: site.clock.wall() - 10_001, expires_at: site.clock.wall() - 1 })), refused("expired"));
  await heard(
    "from the future",
    said(command({ issued_at: site.clock.wall() + 6_000, expires_at: site.clock.wall() + 16_000 })),
    refused("not-yet"),
  );
  await heard("a life longer than its action's", said(command({ expires_at: site.clock.wall() + 60_000 })), refused("too-long"));
  await heard("no such lane", said(command({ args: { lane: "north" } })), refused("no-such-place"));
  await heard("other arguments", said(command({ args: { lane: "in", hold: "for ever" } })), refused("arguments"));
  const dangerous = { action: "socket.reset-latch", args: { socket: "station-1/3", trip: "trip-00001" } } as const;
  await heard("one person where two are asked", said(command(dangerous)), refused("one-person"));
  await heard("approved by himself", said(command({ ...dangerous, approver: "booth" })), refused("one-person"));
  await heard("approved by another", said(command({ ...dangerous, approver: "property" })), {
    pulses: 0,
    ends: [{ outcome: "done", code: "done" }],
  });
  const another = (args: object) => said(command({ ...dangerous, approver: "property", args: { ...dangerous.args, ...args } }));
  await heard("another trip than the socket's", another({ trip: "trip-00009" }), refused("no-such-trip"));
  await heard("no such socket", another({ socket: "station-9/1" }), refused("no-such-place"));
  await heard("what smoke has locked", another({ socket: "station-1/4", trip: "trip-00002" }), refused("on-site"));
  await heard("no charge to stop", said(command({ action: "socket.stop", args: { socket: "station-1/3" } })), refused("nothing-to-do"));

  await heard("signed by a stranger", said(command(), stranger), silent);
  await heard("a stranger under the cloud's name", signed(JSON.stringify(command()), stranger, keyId(cloud.publicKey)), silent);
  await heard("for another gateway", said(command({ gateway: "gw-2" })), silent);
  await heard("for another site", said(command({ site: "other" })), silent);
  await heard("nonsense", Buffer.from("open the gate"), silent);
  await heard("too large", Buffer.alloc(100_000, 0x20), silent);
  // Every byte flipped, one after another: never a pulse, and never another's word taken for the cloud's.
  const fresh = command();
  const whole = said(fresh);
  const before = pulses();
  let flipped = 0;
  for (let at = 0; at < whole.length; at += 1) {
    await site.command(Uint8Array.from(whole, (byte, index) => (index === at ? byte ^ 1 : byte)));
    flipped += 1;
  }
  expect(pulses() - before).toBe(0);
  await heard("and whole", whole, { pulses: 1, ends: [{ outcome: "done", code: "done" }] });

  await site.restart(2_000);
  await heard("replayed after kill -9", said(first), silent);
  await heard("replayed after kill -9, still fresh", whole, silent);
  const opened = site.events("command.ended").filter(({ outcome }) => outcome === "done").length - 1; // one of them was no gate
  counted(context, { cases, flipped, "openings commanded": site.events("command.received").length, "doubled openings": pulses() - opened });
});

test("dead between the commit and the pulse: called unknown, never carried out again", async () => {
  await begin();
  const board = site.board("in");
  board.mute = true;
  const heard = board.heard;
  const one = command();
  const payload = said(one);
  void site.command(payload).catch(() => undefined);
  await until("the pulse reaches a board that says nothing", () => board.heard > heard || undefined);
  board.mute = false;
  await site.restart(1_000);
  expect(ends()).toEqual([{ outcome: "unknown", code: "restarted" }]);
  const before = pulses();
  await take(payload);
  expect([pulses() - before, ends().length]).toEqual([0, 1]);
});

test("P 05.command: a clock that is set back makes no late command timely again: by its id, and by what the cloud has said of the time", async (context) => {
  await begin();
  const [one, late] = [command(), command()];
  await take(said(one));
  expect(pulses()).toBe(1);
  // Never heard while it was good; then the clock is set back, and somebody says it.
  const now = { ...site.clock.stamp(), wall: late.issued_at } as Stamp;
  const keys = [readCloudKey(pem(cloud.publicKey))];
  const judged = (cloudNow: number | undefined): string => {
    const verdict = judge(said(late), { site: "jinxiu", gateway: "gw-1", keys, now, cloudNow });
    return verdict.kind === "refused" ? verdict.code : "taken";
  };
  const edge = late.expires_at + clockSlack_ms;
  expect([undefined, late.issued_at, edge - 1, edge, edge + 3_600_000].map(judged)).toEqual([
    "taken",
    "taken",
    "taken",
    "expired",
    "expired",
  ]);
  for (const back of [1_000, 3_600_000, 56 * 365 * 86_400_000]) {
    site.clock.setWall(wall(Math.max(0, one.issued_at - back)));
    await take(said(one));
  }
  expect([pulses(), ends().length]).toEqual([1, 1]);
  counted(context, { "clock steps": 3, judged: 5, "doubled openings": pulses() - 1 });
});

test("without a key nothing is taken; a clock that is not set cannot judge an expiry", async () => {
  site = await startParkingSite();
  await take(said(command()));
  expect([pulses(), site.events("command.received").length]).toEqual([0, 0]);
  await site.stop();
  await begin();
  site.clock.synchronise(false);
  await take(said(command()));
  expect([pulses(), ends()]).toEqual([0, [{ outcome: "refused", code: "clock-unset" }]]);
});
