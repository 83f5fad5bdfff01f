// What was typed, or sent to the API in the same words, becomes a stay: times, the car, and what it brings along. Every complaint says the option and how to write it.
import type { Coupon, Pass, Stay } from "#gateway/core/parking/tariff.ts";
import { type Fen, fen } from "#protocols/vocabulary/money.ts";
import { canonicalPlate, type PlateColour, plateColour, plateColours } from "#protocols/vocabulary/plate.ts";
import { dayMs, fromRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";

export const stayOptions = {
  enter: { type: "string" },
  exit: { type: "string" },
  plate: { type: "string" },
  colour: { type: "string" },
  class: { type: "string" },
  bays: { type: "string" },
  operating: { type: "boolean" },
  history: { type: "string", multiple: true },
  coupon: { type: "string", multiple: true },
  paid: { type: "string", multiple: true },
  pass: { type: "string", multiple: true },
  charging: { type: "string", multiple: true },
  inner: { type: "string", multiple: true },
  "entry-lost": { type: "boolean" },
} as const;

export interface StayValues {
  readonly enter?: string;
  readonly exit?: string;
  readonly plate?: string;
  readonly colour?: string;
  readonly class?: string;
  readonly bays?: string;
  readonly operating?: boolean;
  readonly history?: string[];
  readonly coupon?: string[];
  readonly paid?: string[];
  readonly pass?: string[];
  readonly charging?: string[];
  readonly inner?: string[];
  readonly "entry-lost"?: boolean;
}

/** A wish that cannot be understood: the words for the person who typed it. */
export class Misunderstood extends Error {}

const no = (option: string, text: string, how: string): never => {
  throw new Misunderstood(`--${option} ${text}: 应写成 / write ${how}`);
};

const time = (option: string, text: string | undefined): Wall =>
  fromRfc3339(text ?? "") ?? no(option, text ?? "(缺少 / missing)", '"2026-11-25 08:11"');

function money(option: string, text: string): Fen {
  if (!/^\d+(\.\d{1,2})?$/.test(text)) no(option, text, "2.50");
  return fen(Math.round(Number(text) * 100));
}

/** A whole number within bounds. */
function whole(option: string, text: string | undefined, range: { least: number; most: number; how: string }): number {
  const found = /^\d{1,9}$/.test(text ?? "") ? Number(text) : Number.NaN;
  return found >= range.least && found <= range.most ? found : no(option, text ?? "", range.how);
}

function number(option: string, text: string | undefined, how: string): number {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text)) return no(option, text ?? "", how);
  return Number(text);
}

function inOrder(option: string, text: string, span: { from: Wall; until: Wall }): { from: Wall; until: Wall } {
  return span.until < span.from ? no(option, text, "开始/结束，结束不早于开始 / FROM/UNTIL, not ending before it begins") : span;
}

/** "A/B" -> two times */
function span(option: string, text: string): { from: Wall; until: Wall } {
  const [from, until] = text.split("/");
  return inOrder(option, text, { from: time(option, from), until: time(option, until) });
}

export function stayOf(values: StayValues): Stay {
  const plate = values.plate === undefined ? undefined : canonicalPlate(values.plate);
  if (values.plate !== undefined && plate === undefined) no("plate", values.plate, "闽C·D12345");
  const colour = (values.colour ?? "unknown") as PlateColour;
  if (!plateColours.includes(colour)) no("colour", colour, plateColours.join("|"));
  const lost = values["entry-lost"] === true;
  const left = time("exit", values.exit);
  return {
    entered: lost ? left : time("enter", values.enter),
    left,
    // A new-energy plate is green, though nobody said so.
    colour: plate === undefined ? colour : plateColour(plate, colour),
    history: (values.history ?? []).map((text) => {
      const [when = "", charged = "0"] = text.split("=");
      const { from, until } = span("history", when);
      return { entered: from, left: until, charged: money("history", charged) };
    }),
    ...(plate === undefined ? {} : { plate }),
    ...(values.class === undefined ? {} : { class: values.class }),
    ...(values.bays === undefined ? {} : { bays: whole("bays", values.bays, { least: 1, most: 50, how: "2" }) }),
    ...(values.operating === undefined ? {} : { operating: values.operating }),
    ...(lost ? { entryLost: true } : {}),
    coupons: (values.coupon ?? []).map(couponOf),
    payments: (values.paid ?? []).map((text) => {
      const [at, amount = ""] = text.split("=");
      return { at: time("paid", at), amount: money("paid", amount) };
    }),
    passes: (values.pass ?? []).map(passOf),
    charging: (values.charging ?? []).map((text) => {
      const [when = "", energy] = text.split("=");
      return { ...span("charging", when), energy_mWh: Math.round(number("charging", energy, "A/B=7.5 (kWh)") * 1_000_000) };
    }),
    inner: (values.inner ?? []).map((text) => span("inner", text)),
  };
}

/** Bare dates are whole days, the last one included: as a card says it. */
function days(option: string, text: string): { from: Wall; until: Wall } {
  const [from = "", until = ""] = text.split("/");
  const whole = /^\d{4}-\d{2}-\d{2}$/;
  const at = (one: string) => time(option, whole.test(one) ? `${one}T00:00` : one);
  return inOrder(option, text, { from: at(from), until: whole.test(until) ? wall(at(until) + dayMs) : at(until) });
}

const passHow = '"2026-11-01/2026-11-30;spaces=1;with=2026-11-25 08:00/2026-11-25 12:00;suspended=2026-11-10/2026-11-12"';

/** Its dates; then how many spaces, when the other cars of the card were inside (no end: still are), and when it was suspended. */
function passOf(text: string, index: number): Pass {
  const [dates = "", ...more] = text.split(";");
  const suspended: { from: Wall; until: Wall }[] = [];
  const others: { entered: Wall; left?: Wall }[] = [];
  let count: number | undefined;
  for (const part of more) {
    const [word, value = ""] = part.trim().split("=");
    if (word === "spaces") count = whole("pass", value, { least: 1, most: 100, how: passHow });
    else if (word === "suspended") suspended.push(days("pass", value));
    else if (word === "with" && value.endsWith("/")) others.push({ entered: time("pass", value.slice(0, -1)) });
    else if (word === "with") {
      const { from, until } = span("pass", value);
      others.push({ entered: from, left: until });
    } else no("pass", part, passHow);
  }
  if (count === undefined && others.length > 0) no("pass", text, passHow);
  return {
    id: `pass-${index + 1}`,
    ...days("pass", dates),
    ...(suspended.length === 0 ? {} : { suspended }),
    ...(count === undefined ? {} : { spaces: { count, others } }),
  };
}

/** "minutes=60@2026-11-25 09:00": shown then; without it, at the exit. */
function couponOf(text: string, index: number): Coupon {
  const [what = "", shown] = text.split("@");
  const coupon = plainCoupon(what, index);
  return shown === undefined ? coupon : { ...coupon, presented: time("coupon", shown) };
}

function plainCoupon(text: string, index: number): Coupon {
  const id = String(index + 1);
  const [kind = "", value] = text.split("=");
  switch (kind) {
    case "free":
      return { id, kind };
    case "percent":
      return { id, kind, percent: whole("coupon", value, { least: 1, most: 100, how: "percent=20" }) };
    case "minutes":
      return { id, kind, minutes: whole("coupon", value, { least: 1, most: 100_000, how: "minutes=60" }) };
    case "cash":
      return { id, kind, amount: money("coupon", value ?? "") };
    case "valid-for": {
      const [given, hours] = (value ?? "").split("/");
      return {
        id,
        kind,
        given: time("coupon", given),
        hours: whole("coupon", hours, { least: 1, most: 8_784, how: '"valid-for=2026-11-25 18:00/3"' }),
      };
    }
    case "time-window": {
      const clocks = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(value ?? "");
      if (clocks === null) return no("coupon", text, "time-window=18:00-22:00");
      const [fromHour = 0, fromMinute = 0, untilHour = 0, untilMinute = 0] = clocks.slice(1).map(Number);
      const [from, until] = [fromHour * 3600 + fromMinute * 60, untilHour * 3600 + untilMinute * 60];
      return { id, kind, from, until };
    }
    default:
      return no("coupon", text, "free | percent=20 | minutes=60 | cash=5 | valid-for=TIME/3 | time-window=18:00-22:00");
  }
}
