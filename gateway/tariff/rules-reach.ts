// Rules that no vehicle ever reaches: a class that the classes above it take whole, a concession that never gives more than everybody has.
import type { Concession, VehicleClass, Version } from "#gateway/core/parking/tariff/types.ts";
import { fits, type Looks } from "#gateway/core/parking/tariff/vehicle.ts";
import { plateColours, plateKinds } from "#protocols/vocabulary/plate.ts";

/** The classes above that together take every vehicle that this one fits, none where there is no such vehicle at all; undefined when some vehicle is left to it. */
export function hiddenBy({ when }: VehicleClass, earlier: readonly VehicleClass[]): string[] | undefined {
  const own = looks([when, ...earlier.map((entry) => entry.when)]).filter((one) => fits(when, one));
  const takers = new Set<string>();
  for (const one of own) {
    const taker = earlier.find((entry) => fits(entry.when, one));
    if (taker === undefined) return undefined;
    takers.add(taker.id);
  }
  return [...takers];
}

/** Every vehicle that these conditions can tell from another: each word and one that nobody names; every colour; every kind in its own colours, and no plate. */
function looks(all: readonly VehicleClass["when"][]): Looks[] {
  const words = [undefined, ...new Set(all.flatMap((when) => when.classes ?? []))];
  const plates = [
    ...plateColours.map((colour) => ({ colour, kind: undefined })),
    ...plateKinds.flatMap(({ kind, colours }) => colours.map((colour) => ({ colour, kind }))),
  ];
  return words.flatMap((word) => plates.map((plate) => ({ ...plate, class: word })));
}

export function uselessConcession({ pricing, classes }: Version, { give }: Concession): boolean {
  const usual = pricing.free;
  if (give.kind !== "free-time" || usual === undefined || classes.some(({ effect }) => effect.kind === "pricing")) return false;
  const { free } = give;
  const noMore =
    free.seconds < usual.seconds || (free.seconds === usual.seconds && (free.boundary === usual.boundary || free.boundary === "excluded"));
  const noBetter = usual.whenExceeded === free.whenExceeded || usual.whenExceeded === "deducted";
  const asOften = usual.again === free.again || usual.again === "each-window";
  return noMore && noBetter && asOften && usual.firstEntryIn === undefined && usual.notAfterExit === undefined;
}
