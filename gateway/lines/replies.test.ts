// P 02.rtu: ten thousand replies of named kinds through the master. What it takes for an answer is one; and a master without its discipline fails on the very same replies.
import { expect, test } from "vitest";
import { type Request, rtuAnswerLength, rtuFrame, rtuIntact } from "#protocols/modbus/frame.ts";
import { wireTimes } from "#protocols/modbus/timing.ts";
import { after } from "#protocols/vocabulary/time.ts";
import { counted, full } from "#test/promise.ts";
import { type ToldClock, toldChance, toldClock } from "#test/told-clock.ts";
import type { ByteLine } from "../ports.ts";
import type { Exchange, Outcome } from "./exchange.ts";
import { askedAt, badKinds, badLine, goodKinds, isForeign, isGood, type Kind, type LineManner } from "./replies-for-tests.ts";
import { lump_ms, rtuExchange } from "./rtu.ts";

const kinds: readonly Kind[] = [...goodKinds, ...badKinds];
const bauds = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];
const perLine = 100;

function mannerOf(index: number, unit: () => number): LineManner {
  const whole = (least: number, most: number): number => least + Math.floor(unit() * (most - least + 1));
  return {
    baud: bauds[index % bauds.length] ?? 9600,
    turnaround_ms: whole(0, 250),
    late_ms: whole(20, 400),
    network_ms: index % 3 === 0 ? whole(0, 80) : 0,
    echoes: index % 4 === 1,
  };
}

type Master = (parts: { line: ByteLine; clock: ToldClock; manner: LineManner }) => Exchange;

const ours: Master = ({ line, clock, manner: { baud, late_ms, network_ms } }) => rtuExchange({ line, clock, baud, late_ms, network_ms });

/** Unit, function, length and checksum are looked at; nothing else is. */
const naive: Master = ({ line, clock, manner: { baud, network_ms } }) => {
  let open: { request: Request; done: (outcome: Outcome) => void; heard: number[]; cancel: () => void } | undefined;
  line.onBytes((bytes) => {
    if (open === undefined) return;
    const { request, done, heard, cancel } = open;
    heard.push(...bytes);
    const length = rtuAnswerLength(request.pdu);
    for (let from = 0; from + length <= heard.length; from += 1) {
      const frame = Uint8Array.from(heard.slice(from, from + length));
      if (frame[0] !== request.unit || frame[1] !== request.pdu[0] || !rtuIntact(frame)) continue;
      cancel();
      open = undefined;
      done({ kind: "answer", pdu: frame.slice(1, -2), seen: clock.monotonic() });
      return;
    }
  });
  return {
    free: () => open === undefined,
    ask(request, done) {
      const { question_ms, turnaround_ms, answer_ms } = wireTimes(request, baud);
      const until = after(clock.monotonic(), question_ms + turnaround_ms + answer_ms + lump_ms + network_ms);
      const cancel = clock.wake(until, () => {
        open = undefined;
        done({ kind: "device-fault", code: "timeout", detail: "no answer" });
      });
      open = { request, done, heard: [], cancel };
      line.write(rtuFrame(request));
    },
    onFree: () => undefined,
    onClose: () => undefined,
    counts: () => ({ frames: 0, timeouts: 0, badFrames: 0 }),
    close: () => undefined,
  };
};

interface Tally {
  asked: number;
  answered: number;
  wrong: number;
  unsure: number;
  collided: number;
}

/** Every kind as often as every other, in an order that chance gives; the same seed plays the same replies to every master. */
function play(master: Master, replies: number, seed: number): Map<Kind, Tally> {
  const tally = new Map<Kind, Tally>(kinds.map((kind) => [kind, { asked: 0, answered: 0, wrong: 0, unsure: 0, collided: 0 }]));
  for (let index = 0; index * perLine < replies; index += 1) {
    const chance = toldChance(seed + index);
    const manner = mannerOf(index, chance.unit);
    const clock = toldClock();
    const bad = badLine(clock, toldChance(seed * 31 + index), manner);
    const exchange = master({ line: bad.line, clock, manner });
    for (let n = 0; n < perLine; n += 1) {
      for (let ms = 0; ms < 20_000 && !exchange.free(); ms += 1) clock.advance(1);
      const question = askedAt(index * perLine + n, chance, manner);
      const kind = kinds[Math.floor(chance.unit() * kinds.length)] ?? "whole";
      const row = tally.get(kind);
      if (row === undefined) throw new Error(kind);
      bad.play(kind, question);
      let outcome: Outcome | undefined;
      exchange.ask(question.request, (one) => {
        outcome = one;
      });
      for (let ms = 0; ms < 20_000 && outcome === undefined; ms += 1) clock.advance(1);
      row.asked += 1;
      if (bad.collided() && outcome?.kind !== "answer") row.collided += 1;
      if (outcome?.kind !== "answer") continue;
      // A write's echo may stand for its answer only while nothing is known of the adapter, and then it is said to be unsure.
      if (outcome.unsure === true) {
        row.unsure += 1;
        continue;
      }
      row.answered += 1;
      if (isForeign(kind) || !question.truth.every((byte, at) => outcome?.kind === "answer" && outcome.pdu[at] === byte)) row.wrong += 1;
    }
  }
  return tally;
}

const total = (tally: ReadonlyMap<Kind, Tally>, what: keyof Tally, of: (kind: Kind) => boolean = () => true): number =>
  [...tally].reduce((sum, [kind, row]) => sum + (of(kind) ? row[what] : 0), 0);

test("P 02.rtu 10,000 replies of named kinds: no value is taken for another's, and the good ones are taken", {
  timeout: 120_000,
}, (context) => {
  const replies = full ? 100_000 : 10_000;
  const tally = play(ours, replies, 20_261_126);
  const good = total(tally, "asked", isGood) - total(tally, "unsure", isGood) - total(tally, "collided", isGood);
  const accepted = total(tally, "answered", isGood);
  expect(total(tally, "wrong")).toBe(0);
  expect(accepted / good).toBeGreaterThanOrEqual(0.99);
  for (const [kind, { asked }] of tally) expect(asked, kind).toBeGreaterThan(replies / kinds.length / 2);
  counted(context, {
    replies: total(tally, "asked"),
    wrong: total(tally, "wrong"),
    good,
    "writes unsure of an echo": total(tally, "unsure"),
    "spoilt by the second copy of the one before": total(tally, "collided", isGood),
    "good accepted": `${accepted} (${((accepted / good) * 100).toFixed(2)} %)`,
    ...Object.fromEntries([...tally].map(([kind, row]) => [kind, `${row.answered}/${row.asked}`])),
  });
});

test("the same replies to a master that keeps no quiet: wrong values, so that the promise above can fail", { timeout: 120_000 }, () => {
  const tally = play(naive, 10_000, 20_261_126);
  expect(total(tally, "wrong")).toBeGreaterThan(100);
});
