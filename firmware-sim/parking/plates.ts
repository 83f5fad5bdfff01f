// Invented plates of the demonstration: Quanzhou's 闽C, blue (five characters) and new energy (six), never with I or O. Source of the forms: GA 36-2018.
import type { Chance } from "../chance.ts";

const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ".split("");
const digits = "0123456789".split("");

/** About one car in three is a new-energy car, one of ten of these a large one. */
export function inventPlate(chance: Chance): string {
  const some = (from: readonly string[], count: number): string => Array.from({ length: count }, () => chance.pick(from)).join("");
  const kind = chance.unit();
  if (kind < 0.3) return `闽C${chance.pick(["D", "F", "A", "B", "C", "E", "G"])}${some([...letters, ...digits], 1)}${some(digits, 4)}`;
  if (kind < 0.33) return `闽C${some(digits, 5)}${chance.pick(["D", "F"])}`;
  return chance.unit() < 0.5 ? `闽C${some(letters, 1)}${some(digits, 4)}` : `闽C${some(digits, 1)}${some(letters, 1)}${some(digits, 3)}`;
}

/** Vzenith's enumerations colorType and type for a plate's form. */
export function plateClass(plate: string): { colorType: number; type: number } {
  if (plate.startsWith("粤Z")) return { colorType: 4, type: plate.endsWith("港") ? 11 : 14 };
  if (plate.endsWith("学")) return { colorType: 2, type: 13 };
  if (plate.endsWith("警")) return { colorType: 3, type: 5 };
  if (/^..\d{5}[A-HJK]$/u.test(plate)) return { colorType: 6, type: 20 };
  if ([...plate].length === 8) return { colorType: 5, type: 19 };
  return plate === "_无_" ? { colorType: 0, type: 31 } : { colorType: 1, type: 1 };
}
