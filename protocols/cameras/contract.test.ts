// One table of cases over every source. A cell that cannot be says why; the rest is run, and counted.
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { wall } from "../vocabulary/time.ts";
import type { PlateRead } from "./plate-read.ts";
import { type Seen, type Source, sources } from "./sources-for-tests.ts";

const at = wall(1_795_651_200_000);
const seen = (change: Partial<Seen> = {}): Seen => ({ plate: "闽C12345", at, number: 21_085, ...change });

function only(source: Source, bytes: Uint8Array): PlateRead {
  const reads = source.decode(bytes);
  if ("kind" in reads) throw new Error(`${source.name}: ${reads.reason}`);
  expect(reads, source.name).toHaveLength(1);
  return reads[0] as PlateRead;
}
const refused = (source: Source, bytes: Uint8Array): boolean => {
  const reads = source.decode(bytes);
  return "kind" in reads || reads.length === 0;
};

/** undefined: run; text: why this source has no such case. */
type Case = (source: Source) => undefined | string;
const cases: Readonly<Record<string, Case>> = {
  fresh(source) {
    const read = only(source, source.make(seen()));
    expect([read.plate, read.noPlate, read.offline, read.openedByCamera], source.name).toEqual(["闽C12345", false, false, false]);
    expect(Math.abs((read.seen.sec ?? read.seen.dec ?? 0) - at), source.name).toBeLessThan(1000);
    expect(read.confidence, source.name).toBeGreaterThan(89);
    expect(read.serialno, source.name).not.toBe("");
    return undefined;
  },
  "duplicate: the same key": (source) => {
    expect(only(source, source.make(seen())).key).toBe(only(source, source.make(seen())).key);
    return undefined;
  },
  "another car: another key": (source) => {
    const first = only(source, source.make(seen())).key;
    const later = only(source, source.make(seen({ number: 21_086, at: wall(at + 9000) }))).key;
    const other = only(source, source.make(seen({ plate: "闽D99999", number: 21_087, at: wall(at + 12_000) }))).key;
    expect(new Set([first, later, other]).size, source.name).toBe(3);
    return undefined;
  },
  offline(source) {
    if (source.neverOffline !== undefined) return source.neverOffline;
    expect(only(source, source.make(seen({ offline: true }))).offline, source.name).toBe(true);
    return undefined;
  },
  "no plate": (source) => {
    const read = only(source, source.make(seen({ plate: source.noPlate })));
    expect([read.plate, read.noPlate], source.name).toEqual([null, true]);
    return undefined;
  },
  "new energy, eight characters": (source) => {
    expect(only(source, source.make(seen({ plate: "闽CD12345" }))).plate, source.name).toBe("闽CD12345");
    return undefined;
  },
  "digits that look like numbers stay text": (source) => {
    const read = only(source, source.make(seen({ plate: "00123" })));
    expect([read.text.toUpperCase(), read.plate, read.noPlate], source.name).toEqual(["00123", null, false]);
    return undefined;
  },
  "GBK instead of UTF-8": (source) => {
    if (source.gbk === undefined) return source.neverGbk;
    expect(only(source, source.gbk(seen())).plate, source.name).toBe("闽C12345");
    return undefined;
  },
  "half a body": (source) => {
    const whole = source.make(seen());
    let wrong = 0;
    for (let end = 0; end < Math.floor(whole.length * 0.6); end += 7) if (!refused(source, whole.subarray(0, end))) wrong += 1;
    // A form is cut at its last field: what is there is there. It never says more than was sent.
    expect(wrong, source.name).toBe(0);
    return undefined;
  },
  "noise and nonsense": (source) => {
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(4096).fill(0xff),
      new TextEncoder().encode("null"),
      new TextEncoder().encode("[]"),
    ])
      expect(refused(source, bytes), source.name).toBe(true);
    return undefined;
  },
  "a bomb": (source) => {
    const deep = new TextEncoder().encode(`{"a":${"[".repeat(200_000)}`);
    const entities = new TextEncoder().encode(
      `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "${"y".repeat(1000)}"><!ENTITY z "&x;&x;&x;&x;">]><EventNotificationAlert><eventType>&z;</eventType></EventNotificationAlert>`,
    );
    const nested = new TextEncoder().encode(`<EventNotificationAlert>${"<a>".repeat(50_000)}`);
    const escapes = new TextEncoder().encode(
      `<EventNotificationAlert><eventType>${"&#65;".repeat(40_000)}</eventType></EventNotificationAlert>`,
    );
    const endless = new Uint8Array(9 * 1024 * 1024).fill(0x61);
    for (const bytes of [deep, entities, nested, escapes, endless]) {
      const began = performance.now();
      expect(refused(source, bytes), source.name).toBe(true);
      expect(performance.now() - began, source.name).toBeLessThan(1000);
    }
    return undefined;
  },
};

test("P 06.cameras: every source of plates, every case", (context) => {
  let cells = 0;
  const empty: string[] = [];
  for (const source of sources)
    for (const [name, run] of Object.entries(cases)) {
      const why = run(source);
      if (why === undefined) cells += 1;
      else empty.push(`${source.name}/${name}: ${why}`);
    }
  expect(cells + empty.length).toBe(sources.length * Object.keys(cases).length);
  expect(empty.length).toBeLessThanOrEqual(9);
  counted(context, { sources: sources.length, cases: Object.keys(cases).length, cells, "empty with a reason": empty.length });
});
