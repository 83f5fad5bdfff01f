// Which characters may stand next in a plate, by position: the province first, then its letter, then serial characters without I and O. Held to the vocabulary's kinds by a test.

/** In the order in which they are offered; a site puts its own first. */
export const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
export const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
export const digits = "0123456789";
const serial = letters + digits;
const energy = "DABCEFGHJK";

/** A kind of plate as the sets of characters of its positions. */
type Positions = readonly string[];
const times = (count: number, set: string): Positions => Array.from({ length: count }, () => set);
const city: Positions = [provinces, letters];

export const kinds: readonly Positions[] = [
  [...city, ...times(5, serial)],
  [...city, energy, serial, ...times(4, digits)],
  [...city, ...times(5, digits), energy],
  ...["警", "学", "挂", "领", "临"].map((end) => [...city, ...times(4, serial), end]),
  [...city, ...times(5, serial), "临"],
  ...["港", "澳"].map((end) => ["粤", "Z", ...times(4, serial), end]),
  [provinces, "X", ...times(4, serial), "应", "急"],
  ["使", ...times(6, digits)],
  [...times(6, digits), "使"],
  ["民", "航", ...times(5, serial)],
  ...[4, 5, 6].map((count) => ["临", letters, ...times(count, serial)]),
  ["W", "J", ...times(4, digits), serial],
  ["W", "J", provinces, ...times(4, digits), serial],
  [letters, letters, ...times(5, digits)],
];

const fits = (typed: readonly string[], kind: Positions): boolean =>
  typed.length <= kind.length && typed.every((character, at) => (kind[at] || "").includes(character));

/** Every character that keeps what is typed the beginning of some plate. */
export function nextKeys(typed: string): ReadonlySet<string> {
  const all = Array.from(typed);
  const next = new Set<string>();
  for (const kind of kinds) if (all.length < kind.length && fits(all, kind)) for (const one of kind[all.length] || "") next.add(one);
  return next;
}

export const isWhole = (typed: string): boolean => {
  const all = Array.from(typed);
  return kinds.some((kind) => kind.length === all.length && fits(all, kind));
};

/** What the keyboard shows at this position: provinces and the words of other kinds first, then letters and digits with the words that may follow. */
export function rowsFor(
  typed: string,
  { home = "", others = false }: { readonly home?: string; readonly others?: boolean } = {},
): string[] {
  const next = nextKeys(typed);
  const ofSerial = [...digits, ...letters];
  const first = typed === "" && !others;
  const province = !first && [...next].some((one) => provinces.includes(one)) && !ofSerial.some((one) => next.has(one));
  if (first || province) {
    const ordered = [...provinces].sort((a, b) => Number(b === home) - Number(a === home));
    return [...ordered, ...["使", "民", "临"].filter((one) => next.has(one))];
  }
  return [...ofSerial, ...[...next].filter((one) => !ofSerial.includes(one) && (typed !== "" || !provinces.includes(one)))];
}
