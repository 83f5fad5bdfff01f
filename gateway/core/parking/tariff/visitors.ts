// Whom a tariff tells apart: a plain visitor, one vehicle of every class, one of every concession; and who comes again, or has coupons. What is tried of a tariff is tried for each of them.

import { fen } from "#protocols/vocabulary/money.ts";
import type { Plate, PlateColour } from "#protocols/vocabulary/plate.ts";
import { plateKinds } from "#protocols/vocabulary/plate.ts";
import { hourMs, minuteMs, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Stay } from "./stay.ts";
import type { Concession, VehicleWhen, Version, Words } from "./types.ts";

export interface Visitor {
  /** What he is told apart by: equal ids, the same stay. */
  readonly id: string;
  readonly name: Words;
  /** The stay of such a visitor. */
  readonly stay: (times: Pick<Stay, "entered" | "left">) => Stay;
}

/** A plate of each kind that a class may ask for. */
const samples: Readonly<Record<string, string>> = {
  "new-energy-small": "闽CD12345",
  "new-energy-large": "闽C12345D",
  police: "闽C1234警",
  coach: "闽C1234学",
  trailer: "闽C1234挂",
  "hong-kong": "粤Z1234港",
  macao: "粤Z1234澳",
  consulate: "沪A1234领",
  embassy: "123456使",
  emergency: "闽X1234应急",
  "civil-aviation": "民航A1234",
  temporary: "闽C1234临",
  "armed-police": "WJ闽12345",
  military: "VA12345",
  ordinary: "闽C12345",
};

export const plainVisitor: Visitor = {
  id: "plain",
  name: { zh: "一般车辆", en: "other vehicles" },
  stay: (times) => ({ ...times, colour: "blue", history: [], bays: 1 }),
};

export function visitorsOf({ classes, concessions }: Version): Visitor[] {
  return [
    plainVisitor,
    ...classes.map(
      ({ name, when }): Visitor => ({
        id: JSON.stringify(when),
        name,
        stay: (times) => ({ ...plainVisitor.stay(times), ...looksOf(when) }),
      }),
    ),
    ...concessions.map(
      (entry): Visitor => ({ id: `to ${JSON.stringify(entry.when)}`, name: entry.name, stay: (times) => entitled(entry, times) }),
    ),
  ];
}

/** Who is told apart by more than his car, where the tariff has a rule for it. */
export function rarerVisitors(version: Version): Visitor[] {
  const { classes, concessions, entries, coupons, pricing } = version;
  const frees = [
    pricing.free,
    ...classes.map(({ effect }) => (effect.kind === "pricing" ? effect.pricing.free : undefined)),
    ...concessions.map(({ give }) => (give.kind === "free-time" ? give.free : undefined)),
  ];
  const remembers =
    entries !== undefined ||
    concessions.some(({ when }) => when.firstEntryIn !== undefined) ||
    frees.some((free) => free?.firstEntryIn !== undefined || free?.notAfterExit !== undefined);
  return [
    ...(remembers ? [...visitorsOf(version).flatMap((visitor) => again.map((ago) => returning(visitor, ago)))] : []),
    ...classes.filter(({ effect }) => effect.kind === "bays").map(({ name, when }) => onTwoBays(name, when)),
    ...(coupons === undefined ? [] : [withCoupons]),
  ];
}

/** Came in so long before, stayed for 20 minutes and paid 10 yuan. */
const again = [
  { ms: 40 * minuteMs, zh: "40分钟前来过", en: "here 40 min before" },
  { ms: 13 * hourMs, zh: "13小时前来过", en: "here 13 h before" },
] as const;

function returning({ id, name, stay }: Visitor, { ms, zh, en }: (typeof again)[number]): Visitor {
  const before = (at: Wall) => [{ entered: wall(at - ms), left: wall(at - ms + 20 * minuteMs), charged: fen(1000) }];
  return {
    id: `${id} again ${ms}`,
    name: { zh: `${name.zh}（${zh}，付过10元）`, en: `${name.en} (${en}, paid ¥10)` },
    stay: (times) => ({ ...stay(times), history: before(times.entered) }),
  };
}

const onTwoBays = (name: Words, when: VehicleWhen): Visitor => ({
  id: `${JSON.stringify(when)} on two bays`,
  name: { zh: `${name.zh}（占两个车位）`, en: `${name.en} (on two bays)` },
  stay: (times) => ({ ...plainVisitor.stay(times), ...looksOf(when), bays: 2 }),
});

const withCoupons: Visitor = {
  id: "with coupons",
  name: { zh: "一般车辆（1小时时长券、5折券、2元券各一张）", en: "other vehicles (coupons: 1 h, 50 %, ¥2)" },
  stay: (times) => ({
    ...plainVisitor.stay(times),
    coupons: [
      { id: "1", kind: "minutes", minutes: 60, presented: times.entered },
      { id: "2", kind: "percent", percent: 50, presented: times.entered },
      { id: "3", kind: "cash", amount: fen(200), presented: times.entered },
    ],
  }),
};

function looksOf({ classes, colours, kinds }: VehicleWhen): Pick<Stay, "class" | "plate"> & { colour: PlateColour } {
  const kind = plateKinds.find(
    (entry) => kinds?.includes(entry.kind) === true && (colours ?? entry.colours).some((colour) => entry.colours.includes(colour)),
  );
  const colour = (kind?.colours ?? colours ?? ["blue" as const]).find((one) => colours?.includes(one) ?? true) ?? "blue";
  const word = classes?.[0];
  const plate = kind === undefined ? undefined : (samples[kind.kind] as Plate | undefined);
  return { colour, ...(word === undefined ? {} : { class: word }), ...(plate === undefined ? {} : { plate }) };
}

/** Who charges, charges from the entry on, all that is asked for, within two hours. */
function entitled({ when }: Concession, times: Pick<Stay, "entered" | "left">): Stay {
  const looks = looksOf(when);
  const until = wall(Math.min(times.left, times.entered + 7_200_000));
  const charging = [{ from: times.entered, until, energy_mWh: when.chargedAtLeast_mWh ?? 10_000_000 }];
  return { ...plainVisitor.stay(times), ...looks, charging };
}
