// In which order the bytes of a value come on the wire. The word spells them: A is the most significant byte; two bytes are one register.

/** Whatever the device calls it: "big-endian", "word swap", "low word first" are all one of these. */
export const orderNames = {
  2: ["AB", "BA"],
  4: ["ABCD", "CDAB", "BADC", "DCBA"],
  6: ["ABCDEF", "EFCDAB", "BADCFE", "FEDCBA"],
  8: ["ABCDEFGH", "GHEFCDAB", "BADCFEHG", "HGFEDCBA", "CDABGHEF", "EFGHABCD", "DCBAHGFE", "FEHGBADC"],
} as const;
export const allOrders = [...orderNames[2], ...orderNames[4], ...orderNames[6], ...orderNames[8]] as const;
export type Order = (typeof allOrders)[number];

export const plainOrder = (bytes: number): string => "ABCDEFGH".slice(0, bytes);

/** At which place on the wire each byte stands, most significant first. */
const places = (order: string): number[] => Array.from(plainOrder(order.length), (letter) => order.indexOf(letter));

export function wordsToBytes(words: readonly number[], order: string): Uint8Array {
  const wire = words.flatMap((word) => [(word >> 8) & 0xff, word & 0xff]);
  return Uint8Array.from(places(order), (place) => wire[place] ?? 0);
}

export function bytesToWords(bytes: Uint8Array, order: string): number[] {
  const wire: number[] = new Array(bytes.length).fill(0);
  for (const [at, place] of places(order).entries()) wire[place] = bytes[at] ?? 0;
  return Array.from({ length: bytes.length / 2 }, (_, word) => ((wire[2 * word] ?? 0) << 8) | (wire[2 * word + 1] ?? 0));
}
