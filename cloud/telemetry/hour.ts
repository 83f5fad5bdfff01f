// One hour of one series, laid out for those who read curves: samples in order, each said as what differs from the one before. A steady curve takes some three bytes a reading.
import { hourMs } from "#protocols/vocabulary/time.ts";
import type { Kept } from "./block.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/** In the order of their times; of two with one time the later said is right. */
export function inOrder(samples: readonly Kept[]): Kept[] {
  const sorted = samples.toSorted((a, b) => a.ms - b.ms || a.ns - b.ns);
  return sorted.filter(({ ms, ns }, at) => sorted[at + 1]?.ms !== ms || sorted[at + 1]?.ns !== ns);
}

/** `samples` are in order. */
export function packHour(hour: number, samples: readonly Kept[]): Uint8Array<ArrayBuffer> {
  const bytes = new ByteWriter();
  let [last, step, lastNs, lastValue] = [hour * hourMs, 0, 0, 0];
  for (const { ms, ns, value, quality } of samples) {
    const change = value - lastValue;
    // A difference that is too large to be exact is not taken: then the value itself stands there.
    const whole = !Number.isSafeInteger(change);
    const [now, before] = [ms - last, step];
    bytes.unsigned(quality + (whole ? 4 : 0));
    bytes.signed(now - before);
    bytes.signed(ns - lastNs);
    bytes.signed(whole ? value : change);
    [last, step, lastNs, lastValue] = [ms, now, ns, value];
  }
  return bytes.take();
}

export function unpackHour(hour: number, data: Uint8Array): Kept[] {
  const bytes = new ByteReader(data);
  const samples: Kept[] = [];
  let [ms, step, ns, value] = [hour * hourMs, 0, 0, 0];
  while (!bytes.done) {
    const head = bytes.unsigned();
    step += bytes.signed();
    ms += step;
    ns += bytes.signed();
    const said = bytes.signed();
    value = head >= 4 ? said : value + said;
    samples.push({ ms, ns, value, quality: head % 4 });
  }
  return samples;
}
