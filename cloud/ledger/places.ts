// Where a compound lies and who manages it: the compound's facts of that day, or, where nobody wrote any, what the tree of the configuration says.
import type { Tree } from "#cloud/identity/tree.ts";
import { rulesOn } from "#cloud/rulebook/rulebook.ts";
import type { Queries } from "#cloud/store/store.ts";
import type { Compound } from "./hazards.ts";

export interface Place {
  readonly town: string;
  readonly community: string;
  readonly grid: string | null;
  readonly company: string | null;
  readonly aliases: readonly string[];
}

export interface CompoundBody extends Omit<Place, "grid"> {
  readonly grid?: string;
  readonly households: number;
  readonly area_m2: number;
  readonly e_bikes: number;
  readonly sheds: number;
  readonly ports: { readonly planned: number; readonly started: number; readonly finished: number; readonly in_use: number };
  readonly fire_facilities: string;
}

export async function placesOn(
  read: Queries,
  { tree, compounds }: { readonly tree: Tree; readonly compounds: readonly Compound[] },
  day: string,
): Promise<ReadonlyMap<string, Place>> {
  const written = new Map((await rulesOn(read, "compound", day)).map(({ scope, body }) => [scope, body as CompoundBody]));
  return new Map(
    compounds.map(({ id }) => {
      const facts = written.get(id);
      const path = tree.pathOf(id);
      const of = (kind: string): string => path.find((area) => area.kind === kind)?.name ?? "";
      return [
        id,
        {
          ...{ town: facts?.town ?? of("street"), community: facts?.community ?? of("community"), grid: facts?.grid ?? null },
          ...{ company: facts?.company ?? null, aliases: facts?.aliases ?? [] },
        },
      ];
    }),
  );
}

export const placeText = (place: Place | undefined): string => [place?.town, place?.community, place?.grid].filter(Boolean).join("/");

/** Every compound with the town that it belongs to on that day; "" where nobody said. */
export async function compoundsWithTowns(
  read: Queries,
  where: { readonly tree: Tree; readonly compounds: readonly Compound[] },
  day: string,
): Promise<readonly { readonly id: string; readonly name: string; readonly town: string }[]> {
  const places = await placesOn(read, where, day);
  return where.compounds.map(({ id, name }) => ({ id, name, town: places.get(id)?.town ?? "" }));
}
