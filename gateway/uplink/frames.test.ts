// Frames go in parts, one at a time, in the size that the link bears; what could not be said is said anew, while somebody may still want it.
import { expect, test } from "vitest";
import { splitFramePart } from "#protocols/uplink/frame.ts";
import { toldClock } from "#test/told-clock.ts";
import { sendFrames } from "./frames.ts";

const settle = async (): Promise<void> => {
  for (let i = 0; i < 300; i += 1) await Promise.resolve();
};
const log = { warn: () => undefined };
const name = (n: number): string => String(n).padStart(32, "0");

function room(window = 8_192) {
  const clock = toldClock();
  const heard: { frame: string; part: number; parts: number; bytes: Uint8Array }[] = [];
  const link = { up: true, underway: 0, most: 0 };
  const pictures = new Map<string, Uint8Array>();
  const sender = sendFrames({
    ...{ gateway: "gw-1", clock, log, window: () => window },
    source: { bytes: (frame) => pictures.get(frame) },
    publish: async (payload) => {
      link.underway += 1;
      link.most = Math.max(link.most, link.underway);
      await Promise.resolve();
      link.underway -= 1;
      if (!link.up) throw new Error("not connected");
      const split = splitFramePart(payload);
      const head = split?.head as { frame: string; part: number; parts: number };
      heard.push({ frame: head.frame, part: head.part, parts: head.parts, bytes: split?.bytes ?? new Uint8Array() });
    },
  });
  const whole = (frame: string) => Buffer.concat(heard.filter((one) => one.frame === frame).map(({ bytes }) => bytes));
  return { clock, heard, link, pictures, sender, whole };
}

test("P 06.frame: in parts of half the window, one on its way at a time, whole at the end", async () => {
  const { heard, link, pictures, sender, whole } = room();
  for (const n of [1, 2]) pictures.set(name(n), Buffer.alloc(10_000, n));
  for (const n of [1, 2]) sender.offer(name(n));
  await settle();
  expect([heard.length, link.most, sender.waiting()]).toEqual([6, 1, 0]);
  expect(heard.map(({ frame, part }) => `${Number(frame)}/${part}`)).toEqual(["1/1", "1/2", "1/3", "2/1", "2/2", "2/3"]);
  for (const n of [1, 2]) expect(whole(name(n)).equals(Buffer.alloc(10_000, n))).toBe(true);
});

test("a link that is away: said anew when it is back, from its beginning; after a quarter of an hour nobody wants it", async () => {
  const { clock, heard, link, pictures, sender } = room();
  pictures.set(name(1), Buffer.alloc(3_000, 1));
  link.up = false;
  sender.offer(name(1));
  await settle();
  expect([heard.length, sender.waiting()]).toEqual([0, 1]);
  link.up = true;
  clock.advance(20_000);
  await settle();
  expect([heard.length, sender.waiting()]).toEqual([1, 0]);
  link.up = false;
  sender.offer(name(1));
  await settle();
  clock.advance(16 * 60_000);
  await settle();
  link.up = true;
  clock.advance(20_000);
  await settle();
  expect([heard.length, sender.waiting()]).toEqual([1, 0]);
});

test("bounded: the newest fifty wait, the rest is let go; what was deleted meanwhile is passed over", async () => {
  const { clock, heard, link, pictures, sender } = room();
  link.up = false;
  for (let n = 0; n < 80; n += 1) {
    pictures.set(name(n), Buffer.alloc(100, n));
    sender.offer(name(n));
  }
  await settle();
  expect(sender.waiting()).toBe(50);
  pictures.delete(name(79));
  link.up = true;
  clock.advance(20_000);
  await settle();
  expect([heard.length, new Set(heard.map(({ frame }) => Number(frame))).has(29), sender.waiting()]).toEqual([49, false, 0]);
  sender.stop();
});
