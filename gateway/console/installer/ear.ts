// What a line itself says while it is asked: the bytes of each question and what came back, and what they prove about its wiring. For lines of RS-485 alone;
// the knowledge is `cuobian modbus scan`'s.
import { type HeardKind, type Sorted, sortHeard, type Try } from "#command/diagnosis/heard.ts";
import { judgeLine, type LineCode } from "#command/diagnosis/line.ts";
import { lineWords } from "#command/diagnosis/line-words.ts";
import type { LineFinding } from "#protocols/api/installer.ts";
import type { ByteLine, Devices } from "../../ports.ts";

/** A line that floats brings bytes without end. */
const mostHeard = 600;

export interface Ear {
  readonly devices: Devices;
  /** Every question so far, with what came before the next one. */
  tries(): readonly Try[];
  /** Bytes that came before anybody was asked. */
  unasked(): number;
}

export function earOn(devices: Devices): Ear {
  const tries: { readonly asked: Uint8Array; heard: Uint8Array }[] = [];
  let unasked = 0;
  const heard = (bytes: Uint8Array): void => {
    const now = tries.at(-1);
    if (now === undefined) unasked += bytes.length;
    else if (now.heard.length < mostHeard) now.heard = Uint8Array.of(...now.heard, ...bytes.subarray(0, mostHeard));
  };
  const tapped = (line: ByteLine): ByteLine => ({
    write(bytes) {
      tries.push({ asked: bytes.slice(), heard: new Uint8Array() });
      line.write(bytes);
    },
    onBytes: (listener) =>
      line.onBytes((bytes) => {
        heard(bytes);
        listener(bytes);
      }),
    onClose: line.onClose,
    close: line.close,
  });
  return {
    devices: {
      openSerial: async (path, settings) => tapped(await devices.openSerial(path, settings)),
      openTcp: async (host, port) => tapped(await devices.openTcp(host, port)),
    },
    tries: () => tries,
    unasked: () => unasked,
  };
}

const foreignWords = (unit: number): LineFinding => ({
  code: "foreign",
  zh: `应答的是从站 ${unit}，不是所问的：地址写错，或网桥改了地址`,
  en: `unit ${unit} answers, and not the one that was asked: a wrong unit, or a bridge that changes it`,
  todo: [{ zh: `把从站地址改为 ${unit} 再读`, en: `ask unit ${unit}` }],
});

/** What one address's bytes prove; undefined: the line works, and what is wrong is the device's own. */
export function findingOf(tries: readonly Try[], unasked: number): LineFinding | undefined {
  const sorted = tries.map(sortHeard);
  const foreign = sorted.find(({ kind }) => kind === "foreign")?.frame?.[0];
  if (foreign !== undefined && !sorted.some(({ kind }) => answered.includes(kind))) return foreignWords(foreign);
  return wordsOf(judgeLine({ addresses: [{ unit: tries[0]?.asked[0] ?? 0, tries: sorted }], unasked }).codes[0]);
}

const answered: readonly HeardKind[] = ["answer", "answers", "strays", "more"];

/** Of a whole scan: the line's own trouble, before that of any address. */
export function findingOfScan(tries: readonly Try[], unasked: number): LineFinding | undefined {
  const byUnit = Map.groupBy(tries, ({ asked }) => asked[0] ?? 0);
  const addresses = [...byUnit].map(([unit, own]) => ({ unit, tries: own.map((one): Sorted => sortHeard(one)) }));
  return addresses.length === 0 ? undefined : wordsOf(judgeLine({ addresses, unasked }).codes[0]);
}

function wordsOf(code: LineCode | undefined): LineFinding | undefined {
  if (code === undefined || code === "works") return undefined;
  const { zh, en, toDo } = lineWords[code];
  return { code, zh, en, todo: toDo.map(([first, second]) => ({ zh: first, en: second })) };
}
