// One stream's window, with time told: it moves on acknowledgements and on nothing else.
import { expect, test } from "vitest";
import { toldClock } from "#test/told-clock.ts";
import { createSender, type Sender } from "./sender.ts";

interface Bench {
  readonly sender: Sender;
  readonly clock: ReturnType<typeof toldClock>;
  /** "1-3": what was published. */
  readonly published: string[];
  outbox: { acknowledged: number; last: number };
  refuse: boolean;
  deaf: number;
}

/** An outbox of numbers; each is 1000 bytes. */
function bench(last: number, publish: () => Promise<void> = () => Promise.resolve()): Bench {
  const clock = toldClock();
  const made: Bench = {
    clock,
    published: [],
    outbox: { acknowledged: 0, last },
    refuse: false,
    deaf: 0,
    sender: createSender({
      stream: "state",
      clock,
      deadlines: { publish_ms: 5000, acknowledgement_ms: 10_000, longestAcknowledgement_ms: 60_000 },
      next: (limit) => {
        const { acknowledged, last: end } = made.outbox;
        if (acknowledged >= end) return undefined;
        const upTo = Math.min(end, acknowledged + Math.max(1, Math.floor(limit / 1000)));
        return { upTo, payload: `${acknowledged + 1}-${upTo}` };
      },
      acknowledge: (upTo) => {
        if (made.refuse) return undefined;
        if (upTo <= made.outbox.acknowledged) return false;
        made.outbox.acknowledged = upTo;
        return true;
      },
      publish: (payload) => {
        made.published.push(payload);
        return publish();
      },
      onDeafLink: () => {
        made.deaf += 1;
      },
    }),
  };
  return made;
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("nothing is sent before the link is up; one batch is in flight at a time", () => {
  const { sender, published, outbox } = bench(1);
  sender.wake();
  expect(published).toEqual([]);
  sender.linkUp();
  outbox.last = 3;
  sender.wake();
  sender.wake();
  expect(published).toEqual(["1-1"]);
  sender.acknowledged(1);
  expect(published).toEqual(["1-1", "2-3"]);
});

test("what the broker says moves nothing: without the cloud's word the batch is sent again, with more and more patience", async () => {
  const { sender, published, outbox, clock } = bench(1);
  sender.linkUp();
  await settle(); // PUBACK
  const times: number[] = [];
  const start = clock.monotonic();
  for (let s = 0; s < 200; s += 1) {
    const before = published.length;
    clock.advance(1000);
    if (published.length > before) times.push((clock.monotonic() - start) / 1000);
    await settle();
  }
  expect(times).toEqual([10, 30, 70, 130, 190]);
  expect(published.every((payload) => payload === "1-1")).toBe(true);
  expect(outbox.acknowledged).toBe(0);
  sender.acknowledged(1);
  expect(outbox.acknowledged).toBe(1);
  expect(sender.counts()).toMatchObject({ sent: 6, repeats: 5 });
});

test("a broker that does not answer a publish in 5 s has a dead link", () => {
  const held = bench(1, () => new Promise(() => undefined));
  held.sender.linkUp();
  held.clock.advance(4999);
  expect(held.deaf).toBe(0);
  held.clock.advance(1);
  expect(held.deaf).toBe(1);
  held.sender.linkDown();
  held.clock.advance(60_000);
  expect(held.published).toEqual(["1-1"]); // nothing goes into a link that is down
  expect(held.clock.waiting()).toBe(0);
  held.sender.linkUp();
  expect(held.published).toEqual(["1-1", "1-1"]);
});

test.each([
  //  acknowledged  believed  outbox  what goes next
  [1, true, 1, ["2-9"]], //   a part: the rest stays in flight
  [8, true, 8, ["9-9"]], //   all of it
  [9, false, 0, []], //       never sent
])("in flight 1-8 of 9, acknowledged %i: believed %s", (upTo, believed, acknowledged, next) => {
  const { sender, published, outbox } = bench(9);
  sender.linkUp();
  expect(published).toEqual(["1-8"]);
  expect(sender.acknowledged(upTo)).toBe(believed);
  expect(outbox.acknowledged).toBe(acknowledged);
  const after = published.slice(1);
  expect(after).toEqual(upTo === 8 ? next : []);
});

test("an acknowledgement that the disk refuses is asked for again", async () => {
  const held = bench(1);
  held.sender.linkUp();
  await settle();
  held.refuse = true;
  held.sender.acknowledged(1);
  expect(held.published).toEqual(["1-1"]); // no storm of repeats
  held.refuse = false;
  held.clock.advance(10_000);
  expect(held.published).toEqual(["1-1", "1-1"]);
  held.sender.acknowledged(1);
  expect(held.outbox.acknowledged).toBe(1);
});

test.each([
  //  round trip   batch after ten acknowledgements
  [10, 65_536],
  [400, 8192],
  [2000, 1024],
])("with round trips of %i ms a batch comes to hold %i bytes", async (roundTrip, bytes) => {
  const { sender, outbox, clock } = bench(100_000);
  sender.linkUp();
  for (let i = 0; i < 10; i += 1) {
    await settle();
    clock.advance(roundTrip);
    const { acknowledged } = outbox;
    sender.acknowledged(acknowledged + Math.max(1, Math.floor(sender.counts().limitBytes / 1000)));
  }
  expect(sender.counts().limitBytes).toBe(bytes);
});
