// What a person far away needs to judge a gateway: its checks and its numbers, as they are under /healthz and /metrics. Bounded, and without plates, cards or keys.
import type { EventData } from "#protocols/uplink/events.ts";
import type { Check, Measure } from "../site-context.ts";

export interface Examined {
  readonly version: string;
  readonly checks: readonly Check[];
  readonly measures: readonly Measure[];
}

const mostChecks = 64;
const mostNumbers = 500;
/** Of the numbers' text: less than an eighth of what a message may hold. */
const mostBytes = 48_000;

/** Rooms say ids alone; what looks like more than that is taken out here once again. */
export const redacted = (text: string): string =>
  text
    .replace(/[\u4e00-\u9fff][A-Z]·?[A-Z0-9]{4,6}[A-Z0-9挂学警港澳领使]/gu, "***")
    .replace(/[A-Za-z0-9+/_=-]{32,}/g, "***")
    .replace(/(?<!\d)\d{8,}(?!\d)/g, "***")
    .replace(/\/\/[^/@\s]+@/g, "//***@");

const within = (text: string): string => redacted(text).slice(0, 300);

export function diagnosisOf(command: string, { version, checks, measures }: Examined): EventData<"gateway.diagnosed"> {
  const numbers: EventData<"gateway.diagnosed">["numbers"] = [];
  let bytes = 0;
  for (const { name, labels = {}, value } of measures) {
    if (!Number.isFinite(value) || numbers.length === mostNumbers) continue;
    const marked = Object.entries(labels).map(([key, label]) => `${key}=${label}`);
    const number = { name: name.slice(0, 120), of: within(marked.join(" ")), value };
    bytes += Buffer.byteLength(JSON.stringify(number));
    if (bytes > mostBytes) break;
    numbers.push(number);
  }
  return {
    ...{ command, version: version.slice(0, 40), numbers },
    checks: checks.slice(0, mostChecks).map(({ name, ok, zh, en }) => ({ name: name.slice(0, 60), ok, zh: within(zh), en: within(en) })),
    left_out: measures.length - numbers.length + Math.max(0, checks.length - mostChecks),
  };
}
