// Whom a tariff tells apart: a plain visitor, one vehicle of every class, one of every concession. What is tried of a tariff is tried for each of them.
import type { Plate, PlateColour } from "#protocols/vocabulary/plate.ts";
import { plateKinds } from "#protocols/vocabulary/plate.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import type { Stay } from "./stay.ts";
import type { Concession, VehicleWhen, Version, Words } from "./types.ts";

export interface Visitor {
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
    ...classes.map(({ id, name, when }): Visitor => ({ id, name, stay: (times) => ({ ...plainVisitor.stay(times), ...looksOf(when) }) })),
    ...concessions.map((entry): Visitor => ({ id: entry.id, name: entry.name, stay: (times) => entitled(entry, times) })),
  ];
}

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
