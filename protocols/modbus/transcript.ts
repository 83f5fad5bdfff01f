// A transcript (x.golden): what was asked, what was heard, what was understood. Bytes as they stand on a serial line. It says where each exchange comes from.
//
//   profile meters/sdm120
//   captured no: frames of the maker's document          captured yes: where and when
//   outside none                                          says that no frame comes from outside this project, if that is so
//   from document Eastron SDM120 protocol, section 3      an exchange begins; or: from capture …, from made … (by our own encoder)
//   > 01 04 00 00 00 02 71 CB                             asked
//   < 01 04 04 43 66 33 34 1B 38                          heard; without it only the question is known
//   voltage_mV 230200                                     understood; name@3 is socket 3; `absent`; a second word `bad`; flags +set -clear; =what it means
//   does write meter_id 2                                 of an order: what it does, in the words of doneBy
//   together                                              values that need more than one answer (their sign stands in another), after all exchanges
//   power_mW -24000
import { type Undecodable, undecodable } from "../vocabulary/faults.ts";
import { decode, registersOf, type Values } from "./decode.ts";
import type { Profile } from "./profile.ts";
import { coveredBy, type Heard, hearFrames, type SheetExchange } from "./sheet.ts";

export type Origin = "document" | "capture" | "made";
export interface Exchange {
  readonly origin: Origin;
  readonly source: string;
  readonly asked: string;
  readonly heard?: string;
  readonly understood: readonly string[];
  readonly does?: string;
}
export interface Transcript {
  readonly profile: string;
  readonly captured: boolean;
  readonly captureNote: string;
  /** It says itself that no frame of it comes from outside this project. */
  readonly outsideNone: boolean;
  readonly exchanges: readonly Exchange[];
  /** Values that lie in no single answer, but in all of them together. */
  readonly together: readonly string[];
}

const hexOf = (text: string): string => text.replace(/\s+/g, " ").trim().toUpperCase();

interface Open {
  origin: Origin;
  source: string;
  asked: string | undefined;
  heard: string | undefined;
  understood: string[];
  does: string | undefined;
}

const isOrigin = (word: string | undefined): word is Origin => word === "document" || word === "capture" || word === "made";

/** Complaints name the line. */
export function parseTranscript(text: string): Transcript | Undecodable {
  let profile: string | undefined;
  let captured: { yes: boolean; note: string } | undefined;
  const exchanges: Exchange[] = [];
  let outsideNone = false;
  let open: Open | undefined;
  let together: string[] | undefined;
  const close = (): void => {
    if (open?.asked === undefined) return;
    const { origin, source, asked, heard, understood, does } = open;
    exchanges.push({
      origin,
      source,
      asked,
      understood,
      ...(heard === undefined ? {} : { heard }),
      ...(does === undefined ? {} : { does }),
    });
  };
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [head = "", ...rest] = line.split(/\s+/);
    const tail = rest.join(" ");
    if (head === "profile") profile = tail;
    else if (head === "captured") captured = { yes: tail.startsWith("yes"), note: tail.replace(/^(yes|no):?\s*/, "") };
    else if (head === "outside") outsideNone = tail === "none";
    else if (head === "from") {
      close();
      const [origin, ...source] = rest;
      if (!isOrigin(origin))
        return undecodable(
          `第 ${index + 1} 行：from 后写 document、capture 或 made，不是“${origin}” / line ${index + 1}: from document, capture or made, not "${origin}"`,
        );
      open = { origin, source: source.join(" "), asked: undefined, heard: undefined, understood: [], does: undefined };
    } else if (head === "together") {
      close();
      open = undefined;
      together = [];
    } else if (together !== undefined) together.push(line.replace(/\s+/g, " "));
    else if (open === undefined)
      return undecodable(`第 ${index + 1} 行：每组以 “from …” 开头 / line ${index + 1}: begin each exchange with "from …"`);
    else if (head === ">") {
      if (open.asked !== undefined) {
        close();
        open = { ...open, heard: undefined, understood: [], does: undefined };
      }
      open.asked = hexOf(tail);
    } else if (head === "<") open.heard = hexOf(tail);
    else if (head === "does") open.does = tail;
    else open.understood.push(line.replace(/\s+/g, " "));
  }
  close();
  if (profile === undefined || captured === undefined)
    return undecodable('要写明 profile … 与 captured yes|no: … / it must say "profile …" and "captured yes|no: …"');
  return { profile, captured: captured.yes, captureNote: captured.note, outsideNone, exchanges, together: together ?? [] };
}

export function renderTranscript({ profile, captured, captureNote, outsideNone, exchanges, together }: Transcript): string {
  const blocks = exchanges.map(({ origin, source, asked, heard, understood, does }) =>
    [
      `from ${origin} ${source}`,
      `> ${asked}`,
      ...(heard === undefined ? [] : [`< ${heard}`]),
      ...(does === undefined ? [] : [`does ${does}`]),
      ...understood,
    ].join("\n"),
  );
  return `${[`profile ${profile}\ncaptured ${captured ? "yes" : "no"}: ${captureNote}${outsideNone ? "\noutside none" : ""}`, ...blocks, ...(together.length === 0 ? [] : [`together\n${together.join("\n")}`])].join("\n\n")}\n`;
}

function valueLines(values: Values, covered: (name: string) => boolean, suffix = ""): string[] {
  return Object.entries(values)
    .filter(([name]) => covered(name))
    .map(([name, decoded]) => {
      if (decoded === undefined) return `${name}${suffix} absent`;
      const { value, quality, bits, state } = decoded;
      const flags = Object.entries(bits).map(([bit, set]) => ` ${set ? "+" : "-"}${bit}`);
      return `${name}${suffix} ${value}${quality === "bad" ? " bad" : ""}${flags.join("")}${state === undefined ? "" : ` =${state}`}`;
    });
}

/** Every point whose words all lie in what was heard, one line each; an exception as `exception 2`. */
export function understand(profile: Profile, heard: Heard): string[] {
  if (heard.kind !== "answer") return heard.kind === "exception" ? [`exception ${heard.code}`] : [];
  const { block, words } = heard;
  const { device, sockets } = decode(profile, registersOf([{ block, words }]));
  const inside = new Set(heard.covers);
  return [
    ...valueLines(device, (name) => inside.has(name)),
    ...sockets.flatMap((values, socket) => valueLines(values, (name) => inside.has(`${name}@${socket + 1}`), `@${socket + 1}`)),
  ];
}

/** Values that lie in these answers together and in none alone. */
export function understandTogether(profile: Profile, heard: readonly Heard[]): string[] {
  const answers = heard.flatMap((one) => (one.kind === "answer" ? [one] : []));
  const alone = new Set(answers.flatMap(({ covers }) => covers));
  const both = new Set(coveredBy(profile, ...answers.map(({ block }) => block)).filter((name) => !alone.has(name)));
  const { device, sockets } = decode(profile, registersOf(answers));
  return [
    ...valueLines(device, (name) => both.has(name)),
    ...sockets.flatMap((values, socket) => valueLines(values, (name) => both.has(`${name}@${socket + 1}`), `@${socket + 1}`)),
  ];
}

/** One exchange of a sheet as a transcript has it. */
export function transcribed(
  profile: Profile,
  exchange: SheetExchange,
  from: { readonly origin: Origin; readonly source: string },
): Exchange {
  const { asked = "", bytes, heard } = exchange;
  return {
    ...from,
    asked,
    ...(bytes === undefined ? {} : { heard: bytes }),
    understood: heard === undefined ? [] : understand(profile, heard),
  };
}

const differences = (told: readonly string[], actual: readonly string[]): string[] => [
  ...told
    .filter((line) => !actual.includes(line))
    .map((line) => `记录是“${line}”，型号文件不是 / the transcript says "${line}", the profile does not`),
  ...actual
    .filter((line) => !told.includes(line))
    .map((line) => `型号文件译出“${line}”，记录里没有 / the profile says "${line}", the transcript does not`),
];

/** What is wrong with an exchange of a transcript: frames that are none, values that the profile understands otherwise. */
export function exchangeComplaints(profile: Profile, exchange: Exchange): string[] {
  const { asked, heard, understood } = exchange;
  const pairs = hearFrames(profile, heard === undefined ? asked : `${asked}\n${heard}`);
  if (!Array.isArray(pairs)) return [pairs.reason];
  const [pair, ...others] = pairs;
  if (pair === undefined || others.length > 0 || (heard !== undefined && pair.bytes === undefined))
    return ["应答与所问不符 / what was heard does not answer what was asked"];
  const actual = pair.heard === undefined ? [] : understand(profile, pair.heard);
  return [...pair.notes, ...differences(understood, actual)];
}

/** Everything that is wrong with a transcript. */
export function transcriptComplaints(profile: Profile, { exchanges, together }: Transcript): string[] {
  const heard = exchanges.flatMap(({ asked, heard: bytes }) => {
    const pairs = bytes === undefined ? [] : hearFrames(profile, `${asked}\n${bytes}`);
    return Array.isArray(pairs) ? pairs.flatMap((pair) => pair.heard ?? []) : [];
  });
  return [
    ...exchanges.flatMap((exchange) => exchangeComplaints(profile, exchange).map((what) => `${exchange.asked}: ${what}`)),
    ...differences(together, understandTogether(profile, heard)).map((what) => `together: ${what}`),
  ];
}
