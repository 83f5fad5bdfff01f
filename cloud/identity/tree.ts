// City bureau → town or street → community → compound: a post reaches every compound below its area, and nothing beside it.
import { everywhere, nowhere, type Scope } from "./scope.ts";

export const areaKinds = ["city", "street", "community"] as const;
export type AreaKind = (typeof areaKinds)[number];

export interface Area {
  readonly id: string;
  readonly name: string;
  readonly kind: AreaKind;
  readonly above?: string | undefined;
}

export interface Compound {
  readonly id: string;
  readonly name: string;
  readonly area?: string | undefined;
}

/** The word for every compound, known or not. */
export const wholeTree = "all";

export interface Tree {
  scopeOf(area: string): Scope;
  nameOf(area: string): string;
  /** A compound, an area, or the word for everything. */
  knows(area: string): boolean;
  /** The areas above a compound, the nearest first. */
  pathOf(site: string): readonly Area[];
}

export function openTree(areas: readonly Area[], compounds: readonly Compound[]): Tree {
  const byId = new Map(areas.map((area) => [area.id, area]));
  const under = (compound: Compound, wanted: string): boolean => {
    if (compound.id === wanted) return true;
    // The configuration was held against circles; a bound costs nothing.
    let at = compound.area;
    for (let steps = 0; at !== undefined && steps <= areas.length; steps += 1) {
      if (at === wanted) return true;
      at = byId.get(at)?.above;
    }
    return false;
  };
  return {
    scopeOf(area) {
      if (area === wholeTree) return everywhere;
      const sites = compounds.filter((compound) => under(compound, area)).map(({ id }) => id);
      return sites.length === 0 ? nowhere : { all: false, sites };
    },
    pathOf(site) {
      const path: Area[] = [];
      let at = byId.get(compounds.find(({ id }) => id === site)?.area ?? "");
      while (at !== undefined && path.length <= areas.length) {
        path.push(at);
        at = byId.get(at.above ?? "");
      }
      return path;
    },
    knows: (area) => area === wholeTree || byId.has(area) || compounds.some(({ id }) => id === area),
    nameOf: (area) => byId.get(area)?.name ?? compounds.find(({ id }) => id === area)?.name ?? area,
  };
}
