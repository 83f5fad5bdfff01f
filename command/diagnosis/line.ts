// What is wrong with a line, from what was heard at each address: named as far as the evidence goes, and no further.
import { countKinds, type HeardKind, type Sorted } from "./heard.ts";

export interface AddressHeard {
  readonly unit: number;
  /** One of each try, in order. */
  readonly tries: readonly Sorted[];
}

/** What one address shows by itself. */
export type AddressVerdict = "silent" | "answers" | "two-devices" | "perhaps-two" | "unsteady" | "foreign";

export interface LineHeard {
  readonly addresses: readonly AddressHeard[];
  /** Bytes that came while nobody had been asked. */
  readonly unasked: number;
}

export type LineCode =
  | "works"
  | "conflict"
  | "perhaps-conflict"
  | "stranger"
  | "floating"
  | "noise"
  | "swapped"
  | "echo-only"
  | "half"
  | "headless"
  | "settings"
  | "foreign"
  | "garbage"
  | "silence";

export interface LineVerdict {
  /** The first is what to mend first. */
  readonly codes: readonly LineCode[];
  readonly addresses: ReadonlyMap<number, AddressVerdict>;
}

const whole: readonly HeardKind[] = ["answer", "strays"];
const broken: readonly HeardKind[] = ["spoiled", "half", "headless", "too-long", "garbage", "more"];
const sum = (counts: ReadonlyMap<HeardKind, number>, kinds: readonly HeardKind[]): number =>
  kinds.reduce((total, kind) => total + (counts.get(kind) ?? 0), 0);

/**
 * Two whole answers to one question come from two devices. More bytes than one answer has come from two whose answers overlapped, or from noise:
 * which of them, only the rest of the line can say. Zeros and an echo are the line's matter, not the address's.
 */
export function judgeAddress(tries: readonly Sorted[]): AddressVerdict {
  const counts = countKinds(tries);
  if (sum(counts, ["answers"]) > 0) return "two-devices";
  const good = sum(counts, whole);
  const bad = sum(counts, broken);
  if (good + bad === 0) return sum(counts, ["foreign"]) > 0 ? "foreign" : "silent";
  if (bad === 0) return "answers";
  return sum(counts, ["too-long", "more"]) > 0 || good === 0 ? "perhaps-two" : "unsteady";
}

const isSpoiled = (verdict: AddressVerdict): boolean => verdict === "unsteady" || verdict === "perhaps-two";

/** Where the others are clean, more than one answer can hold, time and again, is no noise. */
const overlongTries = 2;
const overlong = (tries: readonly Sorted[]): boolean => sum(countKinds(tries), ["too-long", "more"]) >= overlongTries;

/** Trouble at one address while the others are clean belongs to that address; trouble at several belongs to the line. */
function verdictsInCompany(addresses: readonly AddressHeard[]): Map<number, AddressVerdict> {
  const alone = addresses.map((one) => ({ ...one, verdict: judgeAddress(one.tries) }));
  const clean = alone.some(({ verdict }) => verdict === "answers");
  const single = alone.filter(({ verdict }) => isSpoiled(verdict)).length === 1;
  return new Map(
    alone.map(({ unit, tries, verdict }) => [unit, isSpoiled(verdict) && clean && single && overlong(tries) ? "two-devices" : verdict]),
  );
}

function spoiledAddresses(verdicts: readonly AddressVerdict[]): LineCode[] {
  const spoiled = verdicts.filter(isSpoiled);
  if (spoiled.length === 0) return [];
  const itsOwn = spoiled.length === 1 && (spoiled[0] === "perhaps-two" || verdicts.includes("answers"));
  return [itsOwn ? "perhaps-conflict" : "noise"];
}

export function judgeLine({ addresses, unasked }: LineHeard): LineVerdict {
  const verdicts = verdictsInCompany(addresses);
  const counts = countKinds(addresses.flatMap(({ tries }) => tries));
  const somebody = sum(counts, [...whole, "answers", "more"]) > 0;
  const codes = [
    ...(unasked > 0 ? (["stranger"] as const) : []),
    ...(somebody ? codesOfAnswers(counts, [...verdicts.values()]) : codesOfNobody(addresses)),
  ];
  return { codes: codes.length === 0 ? ["works"] : codes, addresses: verdicts };
}

function codesOfAnswers(counts: ReadonlyMap<HeardKind, number>, verdicts: readonly AddressVerdict[]): LineCode[] {
  const floats = sum(counts, ["strays"]) * 2 >= sum(counts, whole) && sum(counts, ["strays"]) > 0;
  return [
    ...(verdicts.includes("two-devices") ? (["conflict"] as const) : []),
    ...spoiledAddresses(verdicts),
    ...(floats ? (["floating"] as const) : []),
  ];
}

/** Noise and two voices at once are never twice the same: what comes the same each time is one device that is misheard. */
const leastRepeated = 3;
function repeats(tries: readonly Sorted[]): boolean {
  const [first] = tries;
  const head = first?.broken ?? new Uint8Array();
  return head.length >= leastRepeated && tries.every(({ broken: bytes }) => bytes?.every((byte, at) => byte === head[at]) === true);
}

/** What the broken answers have in common, where there are two at least: one may be anything. */
function codeOfBroken(tries: readonly Sorted[]): LineCode | undefined {
  if (tries.length < 2) return undefined;
  const same = tries.every(({ broken: bytes }) => bytes?.length === tries[0]?.broken?.length);
  for (const kind of ["half", "headless"] as const) if (same && tries.every((one) => one.kind === kind)) return kind;
  return same && repeats(tries) ? "settings" : undefined;
}

/** Not one whole answer of whoever was asked. */
function codesOfNobody(addresses: readonly AddressHeard[]): LineCode[] {
  const places = (kinds: readonly HeardKind[]): number =>
    addresses.filter(({ tries }) => tries.some(({ kind }) => kinds.includes(kind))).length;
  const spoken = places([...broken, "foreign"]);
  if (places(["zeros"]) * 2 > addresses.length) return ["swapped"];
  if (spoken > 0 && places(broken) === 0) return ["foreign"];
  const alike = codeOfBroken(addresses.flatMap(({ tries }) => tries.filter(({ kind }) => broken.includes(kind))));
  if (alike !== undefined) return [alike];
  // Whoever answers only when he is asked has understood the question: the wires and the speed are right.
  if (spoken === 1 && addresses.length > 1) return ["perhaps-conflict"];
  if (spoken > 0) return ["garbage"];
  return places(["echo"]) > 0 ? ["echo-only"] : ["silence"];
}
