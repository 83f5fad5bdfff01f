// What the card behind the camera shows and says of a read: four short lines and a sentence, in the frames of its family. It decides nothing, and a lane without one is the same lane.
import { type PassState, passWords } from "#gateway/core/parking/pass-price.ts";
import { line64, voice64 } from "#protocols/displays/card-64.ts";
import { screenAa55, voiceAa55 } from "#protocols/displays/card-aa55.ts";
import { type Fen, yuanText } from "#protocols/vocabulary/money.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { Texts } from "../config/texts-schema.ts";
import type { OwnWords } from "../drivers/cameras/protocol.ts";
import type { Outcome } from "./reads.ts";

export interface Shown {
  /** As a read was answered; or "paid" at the exit, or "idle" between cars. */
  readonly outcome: Outcome | "paid" | "idle";
  readonly plate: string | null;
  /** What is owed here, where it is known. */
  readonly due: Fen | null;
  /** Places that are left. */
  readonly free: number;
  /** Of the car's pass, where it has one. */
  readonly pass?: PassState | undefined;
}

export interface Words {
  readonly lines: readonly string[];
  readonly voice: string;
}

/** In the site's own words, where it has some. */
export interface Wording {
  readonly texts?: Texts | undefined;
  readonly phone?: string | undefined;
}

const usual: Readonly<Record<keyof Texts, Words>> = {
  welcome: { lines: ["{plate}", "欢迎光临", "余位 {free}"], voice: "{plate}，欢迎光临" },
  goodbye: { lines: ["{plate}", "一路平安"], voice: "{plate}，一路平安" },
  pay: { lines: ["{plate}", "请缴费 {due} 元"], voice: "{plate}，请缴费{due}元" },
  paid: { lines: ["{plate}", "已缴费", "一路平安"], voice: "已缴费，一路平安" },
  full: { lines: ["车位已满", "仅限月租车"], voice: "车位已满" },
  wait: { lines: ["{plate}", "请等待工作人员"], voice: "请等待工作人员" },
  refused: { lines: ["{plate}", "请联系工作人员"], voice: "请联系工作人员" },
  closed: { lines: ["车道停用"], voice: "车道停用，请走其他车道" },
  idle: { lines: ["欢迎光临", "余位 {free}"], voice: "" },
};
/** A price that is not known is not shown as one. */
const unpriced: Words = { lines: ["{plate}", "请缴费"], voice: "{plate}，请缴费" };

const open = (outcome: Shown["outcome"]): boolean =>
  outcome === "opened" || outcome === "opened-again" || outcome === "repeat-opened" || outcome === "paid";

function keyOf(direction: "entry" | "exit", outcome: Shown["outcome"]): keyof Texts | null {
  if (outcome === "paid" || outcome === "idle") return outcome;
  if (open(outcome)) return direction === "exit" ? "goodbye" : "welcome";
  switch (outcome) {
    case "unpaid":
      return "pay";
    case "lot-full":
      return "full";
    case "no-plate":
    case "low-confidence":
    case "no-entry":
    case "no-tariff":
      return "wait";
    case "blacklisted":
      return "refused";
    case "lane-closed":
      return "closed";
    default:
      return null;
  }
}

/** Where the usual words say how long a pass lasts: after so many lines. The site's own words say {pass} where they want it. */
const passAfter: Readonly<Partial<Record<keyof Texts, number>>> = { welcome: 2, goodbye: 2, pay: 1 };

function usualWords(key: keyof Texts, { due, pass }: Shown): Words {
  const words = key === "pay" && due === null ? unpriced : usual[key];
  const after = passAfter[key];
  // A pass that is good has nothing to do with what is due.
  if (pass === undefined || passWords(pass) === null || after === undefined || (key === "pay" && (due === null || pass.kind !== "expired")))
    return words;
  const lines = words.lines.toSpliced(after, 0, "{pass}");
  const voice = key === "pay" ? words.voice.replace("，", "，{pass_voice}，") : `${words.voice}，{pass_voice}`;
  return { lines, voice };
}

/** null: nothing that a driver should hear, for instance the camera's own repeat. */
export function wordsOf(direction: "entry" | "exit", shown: Shown, { texts, phone = "" }: Wording = {}): Words | null {
  const { outcome, plate, due, free, pass } = shown;
  const key = keyOf(direction, outcome);
  if (key === null) return null;
  const own = key === "pay" && due === null ? undefined : texts?.[key];
  const { lines, voice = "" } = own ?? usualWords(key, shown);
  const card = pass === undefined ? null : passWords(pass);
  const values: Readonly<Record<string, string>> = {
    ...{ plate: plate ?? "", free: String(free), due: due === null ? "" : yuanText(due), phone },
    ...{ pass: card?.line ?? "", pass_voice: card?.voice ?? "" },
  };
  const fill = (text: string): string => text.replaceAll(/\{([a-z_]+)\}/g, (_whole, name: string) => values[name] ?? "");
  return { lines: lines.map(fill), voice: fill(voice) };
}

export interface CardFrame {
  /** Which RS-485 of the camera the card hangs on. */
  readonly port: number;
  readonly data: Uint8Array;
}

const usualVolume = 80;

/** For the camera's own loudspeaker and screen. `pay`: where a phone pays at this lane; shown where money is due, and where it could not be asked for otherwise. */
export function ownWordsOf(config: LaneConfig, shown: Shown, wording: Wording & { readonly pay?: string | undefined } = {}): OwnWords {
  const { speaker, screen } = config.camera;
  const words = speaker === undefined && screen === undefined ? null : wordsOf(config.direction, shown, wording);
  if (words === null) return {};
  const { voice, lines } = words;
  const code = wording.pay !== undefined && shown.outcome === "unpaid" ? { code: wording.pay } : {};
  return {
    ...(speaker === undefined || voice === ""
      ? {}
      : { voice: { text: voice, volume: speaker.volume ?? usualVolume, encoding: speaker.encoding } }),
    ...(screen === undefined ? {} : { screen: { scene: screen.scene, lines, ...code } }),
  };
}

const shows_s = 10;

/** Bytes for the card, one frame each; empty where the site file names none. */
export function framesOf(config: LaneConfig, shown: Shown, wording: Wording = {}): CardFrame[] {
  const { display, display_port: port = 0 } = config.camera;
  const words = display === undefined ? null : wordsOf(config.direction, shown, wording);
  if (words === null) return [];
  const colour = open(shown.outcome) || shown.outcome === "idle" ? "green" : "red";
  const frames =
    display === "card-64"
      ? [
          ...words.lines.map((text, line) => line64({ line, text, colour, seconds: shows_s })),
          ...(words.voice === "" ? [] : [voice64(words.voice)]),
        ]
      : [
          screenAa55(
            0,
            words.lines.map((text) => ({ text, colour, seconds: shows_s })),
          ),
          ...(words.voice === "" ? [] : [voiceAa55(1, [words.voice])]),
        ];
  return frames.map((data) => ({ port, data }));
}
