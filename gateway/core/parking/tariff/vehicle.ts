// Which class a vehicle falls into, and what the tariff's prices become for it: the first class that fits decides.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type Fen, fen } from "#protocols/vocabulary/money.ts";
import { type PlateColour, plateKind } from "#protocols/vocabulary/plate.ts";
import type { Stay } from "./stay.ts";
import type { Pricing, Rate, VehicleWhen, Version, Words } from "./types.ts";

/** No vehicle stands on more. */
const mostBays = 50;

export interface VehiclePricing {
  readonly pricing: Pricing;
  /** Where in the file these prices stand. */
  readonly path: string;
  /** The name of a class that pays nothing. */
  readonly free?: Words;
}

export function vehiclePricing(version: Version, stay: Stay): VehiclePricing | Refusal {
  const looks = { ...stay, kind: stay.plate && plateKind(stay.plate) };
  const found = version.classes.find((entry) => fits(entry.when, looks));
  if (found === undefined) return { pricing: version.pricing, path: "pricing" };
  const path = `classes.${found.id}`;
  const { effect } = found;
  if (effect.kind === "free") return { pricing: version.pricing, path, free: found.name };
  if (effect.kind === "pricing") return { pricing: effect.pricing, path: `${path}.pricing` };
  if (effect.kind === "factor") return { pricing: times(version.pricing, effect), path };
  if (stay.bays === undefined || !Number.isInteger(stay.bays) || stay.bays < 1 || stay.bays > mostBays)
    return refusal(
      "bays-unknown",
      `${found.name.zh}按占用车位数计费，但不知道占用几个车位`,
      `${found.name.en} pay by the number of bays, and it is not known how many`,
    );
  return { pricing: times(version.pricing, { numerator: stay.bays, denominator: 1 }), path };
}

/** As far as a class asks: the word, the colour and the kind of its plate. */
export interface Looks {
  readonly class?: string | undefined;
  readonly colour: PlateColour;
  readonly kind?: string | undefined;
}

export function fits(when: VehicleWhen, looks: Looks): boolean {
  if (when.classes !== undefined && (looks.class === undefined || !when.classes.includes(looks.class))) return false;
  if (when.colours !== undefined && !when.colours.includes(looks.colour)) return false;
  return when.kinds === undefined || (looks.kind !== undefined && when.kinds.includes(looks.kind));
}

const multiplied = new WeakMap<Pricing, Map<number, Pricing>>();

/** Every price and every cap times the factor, made once: what is known of its windows hangs on it. */
export function times(pricing: Pricing, factor: { numerator: number; denominator: number }): Pricing {
  const made = multiplied.get(pricing) ?? new Map<number, Pricing>();
  multiplied.set(pricing, made);
  const ratio = factor.numerator / factor.denominator;
  const found = made.get(ratio) ?? timesOnce(pricing, factor);
  made.set(ratio, found);
  return found;
}

/** The file's check has seen to it that each is a whole number of fen. */
function timesOnce(pricing: Pricing, factor: { numerator: number; denominator: number }): Pricing {
  const multiply = (price: Fen): Fen => fen((price * factor.numerator) / factor.denominator);
  const rate = (original: Rate): Rate => {
    if (original.shape === "free") return original;
    if (original.shape === "steps") return { ...original, steps: original.steps.map((step) => ({ ...step, price: multiply(step.price) })) };
    const rows = original.rows.map((row) => ({ ...row, price: multiply(row.price) }));
    return original.beyond === undefined
      ? { ...original, rows }
      : { ...original, rows, beyond: { ...original.beyond, price: multiply(original.beyond.price) } };
  };
  const { windows, stayCap } = pricing;
  return {
    ...pricing,
    ...(stayCap === undefined ? {} : { stayCap: multiply(stayCap) }),
    ...(windows === undefined
      ? {}
      : {
          windows: {
            ...windows,
            caps: windows.caps.map(multiply),
            capsByStay: windows.capsByStay.map((row) => ({ ...row, cap: multiply(row.cap) })),
          },
        }),
    rate:
      pricing.rate.shape === "periods"
        ? {
            ...pricing.rate,
            periods: pricing.rate.periods.map((period) => ({
              ...period,
              rate: rate(period.rate),
              ...(period.cap === undefined ? {} : { cap: multiply(period.cap) }),
            })),
          }
        : rate(pricing.rate),
  };
}
