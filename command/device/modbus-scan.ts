// `cuobian modbus scan`: who answers on this line, and what is wrong with it? Any answer counts, a refusal too. On a serial line every byte is looked at.
import { parseArgs } from "node:util";
import { readRequest } from "#protocols/modbus/frame.ts";
import { type Sorted, sortHeard } from "../diagnosis/heard.ts";
import { type AddressHeard, judgeLine, type LineVerdict } from "../diagnosis/line.ts";
import { addressWords, findingText, lineWords } from "../diagnosis/line-words.ts";
import { type Ear, openEar } from "./ear.ts";
import { type Line, type LineSettings, lineOptions, lineSettings, openSettings } from "./line.ts";
import { type Ending, Unreachable, UsageError, whole } from "./say.ts";

const options = {
  ...lineOptions,
  from: { type: "string", default: "1" },
  to: { type: "string" },
  bauds: { type: "string" },
  parities: { type: "string" },
  find: { type: "boolean", default: false },
  tries: { type: "string", default: "5" },
  thorough: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;
type Given = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

interface Found {
  readonly line: string;
  readonly unit: number;
  readonly answer: string;
  readonly verdict: string;
}

interface Scanned {
  readonly line: string;
  readonly found: readonly Found[];
  /** Only where bytes could be looked at. */
  readonly verdict?: LineVerdict;
}

const ears = [
  [3, 0],
  [4, 0],
  [1, 0],
] as const;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").toUpperCase();

async function lookAt(line: Line, unit: number, thorough: boolean): Promise<string | undefined> {
  for (const [fn, address] of ears) {
    const outcome = await line.ask({ ...readRequest(unit, fn, address, fn === 1 ? 8 : 1) });
    if (outcome.kind === "answer") return `FC0${fn} ${hex(outcome.pdu.slice(2))}`;
    if (outcome.code === "exception") return `FC0${fn} ${outcome.detail}`;
    if (outcome.code === "bad-frame") return `?! ${outcome.detail}`;
    if (outcome.code === "closed") throw new Unreachable(outcome.detail);
    // Silent: most devices refuse a function that they do not know, so that the other two would only cost their time-outs. Some relay boards are silent.
    if (!thorough) return undefined;
  }
  return undefined;
}

const quietKinds = new Set<Sorted["kind"]>(["nothing", "echo", "zeros"]);

/** One address on a line whose bytes can be looked at: somebody who speaks is asked again, because two at one address do not always collide. */
async function hearAt(ear: Ear, unit: number, { thorough, tries }: { thorough: boolean; tries: number }): Promise<AddressHeard> {
  const heard: Sorted[] = [];
  for (const [fn, address] of thorough ? ears : ears.slice(0, 1)) {
    const request = readRequest(unit, fn, address, fn === 1 ? 8 : 1);
    const first = sortHeard(await ear.ask(request));
    heard.push(first);
    if (quietKinds.has(first.kind)) continue;
    while (heard.length < tries) heard.push(sortHeard(await ear.ask(request)));
    break;
  }
  return { unit, tries: heard };
}

function answerText(tries: readonly Sorted[]): string {
  const frame = tries.find((one) => one.frame !== undefined)?.frame;
  if (frame === undefined) return `?! ${[...new Set(tries.map(({ kind }) => kind))].join(" ")}`;
  const fn = frame[1] ?? 0;
  return (fn & 0x80) === 0 ? `FC0${fn} ${hex(frame.slice(3, -2))}` : `FC0${fn & 0x7f} exception ${frame[2]}`;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly thorough: boolean;
  readonly tries: number;
  readonly step: (words: string, unit: number, found: number) => void;
}

const unaskedFor_ms = 400;

const fewAddresses = 20;
const speaks = ({ tries }: AddressHeard): boolean => tries.some(({ kind }) => !quietKinds.has(kind));

async function hearAll(ear: Ear, range: Range, words: string): Promise<AddressHeard[]> {
  const addresses: AddressHeard[] = [];
  for (let unit = range.from; unit <= range.to; unit += 1) {
    addresses.push(await hearAt(ear, unit, range));
    range.step(words, unit, addresses.filter(speaks).length);
  }
  return addresses;
}

async function scanBytes(settings: LineSettings, range: Range): Promise<Scanned> {
  const ear = await openEar(settings);
  try {
    const unasked = await ear.listen(unaskedFor_ms);
    const once = await hearAll(ear, range, settings.words);
    // On a noisy line a question may be lost: silence is believed the second time, where that costs little.
    const again = !once.some(speaks) && once.length <= fewAddresses;
    const addresses = again ? await hearAll(ear, range, settings.words) : once;
    const verdict = judgeLine({ addresses, unasked });
    return {
      line: settings.words,
      verdict,
      found: addresses.filter(speaks).map(({ unit, tries }) => ({
        line: settings.words,
        unit,
        answer: answerText(tries),
        verdict: verdict.addresses.get(unit) ?? "silent",
      })),
    };
  } finally {
    ear.close();
  }
}

/** Modbus TCP: whoever is in between has judged the bytes already. */
async function scanTcp(settings: LineSettings, range: Range): Promise<Scanned> {
  const line = await openSettings(settings);
  const found: Found[] = [];
  try {
    for (let unit = range.from; unit <= range.to; unit += 1) {
      const answer = await lookAt(line, unit, range.thorough);
      if (answer !== undefined)
        found.push({ line: line.words, unit, answer, verdict: answer.startsWith("?!") ? "perhaps-two" : "answers" });
      range.step(line.words, unit, found.length);
    }
  } finally {
    line.close();
  }
  return { line: settings.words, found };
}

/** In the order in which devices are shipped. */
const commonBauds = ["9600", "4800", "2400", "19200", "38400", "115200", "57600", "1200"];
const commonParities = ["none", "even", "odd"];
const findAddresses = 8;

function speeds(values: Given): { readonly baud: string | undefined; readonly parity: string | undefined }[] {
  const bauds = values.bauds?.split(",") ?? (values.find ? commonBauds : [values.baud]);
  const parities = values.parities?.split(",") ?? (values.find ? commonParities : [values.parity]);
  return bauds.flatMap((baud) => parities.map((parity) => ({ baud, parity })));
}

const works = ({ found }: Scanned): boolean => found.some(({ answer }) => !answer.startsWith("?!"));

export async function modbusScan(args: readonly string[], progress: (text: string) => void): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const from = whole("from", values.from, [0, 255]) ?? 1;
  const to = whole("to", values.to, [0, 255]) ?? (values.find ? from + findAddresses - 1 : 247);
  if (from > to) throw new UsageError("--from 大于 --to / --from is above --to");
  const tries = whole("tries", values.tries, [1, 50]) ?? 5;
  const timeout = values.timeout ?? "150";
  const wanted = speeds(values);
  const total = wanted.length * (to - from + 1);
  const each_ms = Number(timeout) + (values.serial === undefined ? 0 : 40);
  let done = 0;
  const step = (words: string, unit: number, found: number): void => {
    done += 1;
    progress(`${words} ${unit}/${to} · 已发现 found ${found} · 约 about ${Math.ceil(((total - done) * each_ms) / 1000)} s`);
  };
  const scans: Scanned[] = [];
  for (const speed of wanted) {
    const settings = lineSettings({ ...values, ...speed, timeout });
    const raw = settings.address.kind !== "tcp";
    const scanned = await (raw ? scanBytes : scanTcp)(settings, { from, to, thorough: values.thorough, tries, step });
    scans.push(scanned);
    // Whoever looks for the speed has found it.
    if (values.find && works(scanned)) break;
  }
  return ending(scans, values.json);
}

function ending(scans: readonly Scanned[], json: boolean): Ending {
  const found = scans.flatMap((scan) => scan.found);
  // At a wrong speed a line says nothing true of itself: where one works, only that one is judged.
  const judged = scans.some(works) ? scans.filter(works) : scans;
  const codes = [...new Set(judged.flatMap(({ verdict }) => verdict?.codes ?? []))];
  const troubles = codes.filter((code) => code !== "works");
  const code = !scans.some(works) ? 1 : troubles.length > 0 ? 5 : 0;
  const last = judged.at(-1);
  if (json) {
    const report = { found, codes, findings: troubles.map((one) => ({ code: one, ...lineWords[one] })) };
    return { stdout: `${JSON.stringify(report)}\n`, stderr: "", code };
  }
  const rows = found.map(({ line, unit, answer, verdict }) => {
    const [zh, en] = addressWords[verdict as keyof typeof addressWords] ?? [verdict, verdict];
    return `从站 unit ${String(unit).padStart(3)}  ${line}  ${answer}${verdict === "answers" ? "" : `  ! ${zh} / ${en}`}`;
  });
  const tcpSilence = last?.verdict === undefined && code === 1 ? ["silence" as const] : [];
  const advice = [...troubles, ...tcpSilence].map(findingText);
  return {
    stdout: rows.length === 0 ? "" : `${rows.join("\n")}\n`,
    stderr: advice.length === 0 ? "" : `${rows.length === 0 ? "一个也没有 / nobody answers\n" : ""}${advice.join("\n")}\n`,
    code,
  };
}
