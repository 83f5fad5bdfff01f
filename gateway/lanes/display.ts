// What the card behind the camera shows and says of a read: four short lines and a sentence, in the frames of its family. It decides nothing, and a lane without one is the same lane.
import { type PassState, passWords } from "#gateway/core/parking/pass-price.ts";
import { line64, voice64 } from "#protocols/displays/card-64.ts";
import { screenAa55, voiceAa55 } from "#protocols/displays/card-aa55.ts";
import { type Fen, yuanText } from "#protocols/vocabulary/money.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { Outcome } from "./reads.ts";

export interface Shown {
  readonly outcome: Outcome;
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

const open = (outcome: Outcome): boolean => outcome === "opened" || outcome === "opened-again" || outcome === "repeat-opened";

/** null: nothing that a driver should hear, for instance the camera's own repeat. */
export function wordsOf(direction: "entry" | "exit", { outcome, plate, due, free, pass }: Shown): Words | null {
  const name = plate ?? "";
  const card = pass === undefined ? null : passWords(pass);
  if (open(outcome)) {
    if (direction === "exit") {
      if (card !== null) return { lines: [name, "一路平安", card.line], voice: `${name}，一路平安，${card.voice}` };
      return { lines: [name, "一路平安"], voice: `${name}，一路平安` };
    }
    if (card !== null) return { lines: [name, "欢迎光临", card.line, `余位 ${free}`], voice: `${name}，欢迎光临，${card.voice}` };
    return { lines: [name, "欢迎光临", `余位 ${free}`], voice: `${name}，欢迎光临` };
  }
  switch (outcome) {
    case "unpaid":
      if (due !== null && pass?.kind === "expired" && card !== null)
        return { lines: [name, card.line, `请缴费 ${yuanText(due)} 元`], voice: `${name}，${card.voice}，请缴费${yuanText(due)}元` };
      return due === null
        ? { lines: [name, "请缴费"], voice: `${name}，请缴费` }
        : { lines: [name, `请缴费 ${yuanText(due)} 元`], voice: `${name}，请缴费${yuanText(due)}元` };
    case "lot-full":
      return { lines: ["车位已满", "仅限月租车"], voice: "车位已满" };
    case "no-plate":
    case "low-confidence":
    case "no-entry":
    case "no-tariff":
      return { lines: [name, "请等待工作人员"], voice: "请等待工作人员" };
    case "blacklisted":
      return { lines: [name, "请联系工作人员"], voice: "请联系工作人员" };
    case "lane-closed":
      return { lines: ["车道停用"], voice: "车道停用，请走其他车道" };
    default:
      return null;
  }
}

const shows_s = 10;

/** Bytes for the card, one frame each; empty where the site file names none. */
export function framesOf(config: LaneConfig, shown: Shown): { readonly port: number; readonly data: Uint8Array }[] {
  const { display, display_port: port = 0 } = config.camera;
  const words = display === undefined ? null : wordsOf(config.direction, shown);
  if (words === null) return [];
  const colour = open(shown.outcome) ? "green" : "red";
  const frames =
    display === "card-64"
      ? [...words.lines.map((text, line) => line64({ line, text, colour, seconds: shows_s })), voice64(words.voice)]
      : [
          screenAa55(
            0,
            words.lines.map((text) => ({ text, colour, seconds: shows_s })),
          ),
          voiceAa55(1, [words.voice]),
        ];
  return frames.map((data) => ({ port, data }));
}
