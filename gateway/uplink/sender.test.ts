// One stream's window, with time told: it moves on acknowledgements and on nothing else.
import { expect, test } from "vitest";
import { toldClock } from "#test/told-clock.ts";
import { createPace, type Pace } from "./pace.ts";
import { createSender, type Sender } from "./sender.ts";

interface Bench {
  readonly sender: Sender;
  readonly pace: Pace;
  readonly clock: ReturnType<typeof toldClock>;
  /** "1-3": what was published. */
  readonly published: string[];
  outbox: { acknowledged: number; last: number };
  refuse: boolean;
}

/** An outbox of numbers; each is 1000 bytes. */
function bench(last: number, publish: () => Promise<void> = () => Promise.resolve()): Bench {
  const clock = toldClock();
  // A link that carries 8192 bytes in half a second.
  const pace = createPace();
  pace.begin(0);
  while (pace.window < 8192) {
    pace.sent("state", pace.window);
    pace.landed("state", 1);
  }
  const made: Bench = {
    clock,
    pace,
    published: [],
    outbox: { acknowledged: 0, last },
    refuse: false,
    sender: createSender({
      stream: "state",
      clock,
      pace,
      deadlines: { publish_ms: 5000, acknowledgement_ms: 10_000, longestAcknowledgement_ms: 60_000 },
      next: (limit) => {
        const { acknowledged, last: end } = made.outbox;
        if (acknowledged >= end) return undefined;
        const upTo = Math.min(end, acknowledged + Math.max(1, Math.floor(limit / 1000)));
        return { upTo, payload: `${acknowledged + 1}-${upTo}`.padEnd((upTo - acknowledged) * 1000) };
      },
      acknowledge: (upTo) => {
        if (made.refuse) return undefined;
        if (upTo <= made.outbox.acknowledged) return false;
        made.outbox.acknowledged = upTo;
        return true;
      },
      publish: (payload) => {
        made.published.push(payload.trim());
        return publish();
      },
      onRoom: () => made.sender.wake(),
    }),
  };
  return made;
}
const linkUp = ({ sender }: Bench): void => {
  sender.linkUp();
  sender.wake();
};
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("nothing is sent before the link is up; one batch is in flight at a time", () => {
  const { sender, published, outbox } = bench(1);
  sender.wake();
  expect(published).toEqual([]);
  sender.linkUp();
  sender.wake();
  outbox.last = 3;
  sender.wake();
  sender.wake();
  expect(published).toEqual(["1-1"]);
  sender.acknowledged(1);
  expect(published).toEqual(["1-1", "2-3"]);
});

test("what the broker says moves nothing: without the cloud's word the batch is sent again, with more and more patience", async () => {
  const held = bench(1);
  const { sender, published, outbox, clock } = held;
  linkUp(held);
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

test("nothing goes into a link that is down, and what was under way goes again over the next", async () => {
  const held = bench(1, () => Promise.reject(new Error("the link fell")));
  linkUp(held);
  await settle();
  held.sender.linkDown();
  held.clock.advance(60_000);
  expect(held.published).toEqual(["1-1"]);
  expect(held.clock.waiting()).toBe(0);
  linkUp(held);
  expect(held.published).toEqual(["1-1", "1-1"]);
});

test.each([
  //  acknowledged  believed  outbox  what goes next
  [1, true, 1, ["2-9"]], //   a part: the rest stays in flight
  [8, true, 8, ["9-9"]], //   all of it
  [9, false, 0, []], //       never sent
])("in flight 1-8 of 9, acknowledged %i: believed %s", (upTo, believed, acknowledged, next) => {
  const held = bench(9);
  const { sender, published, outbox } = held;
  linkUp(held);
  expect(published).toEqual(["1-8"]);
  expect(sender.acknowledged(upTo)).toBe(believed);
  expect(outbox.acknowledged).toBe(acknowledged);
  const after = published.slice(1);
  expect(after).toEqual(upTo === 8 ? next : []);
});

test("an acknowledgement that the disk refuses is asked for again", async () => {
  const held = bench(1);
  linkUp(held);
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
  //  answered after  the cloud took  window then
  [2000, 0, 4096],
  [2000, 1990, 16_384], // a busy cloud is no narrow link
  [100, 0, 16_384],
  [400, 0, 8192],
])("answered after %i ms, of which the cloud took %i: the window is %i bytes", (answered, took, window) => {
  const held = bench(100);
  linkUp(held);
  held.clock.advance(answered);
  held.sender.acknowledged(8, took);
  expect(held.pace.window).toBe(window);
});
