// `cuobian device address`: gives one device another unit or baud rate, and believes it only when the device has answered there.
// Boards are shipped with one and the same unit, so before anything is written it is looked whether one device is there, and nobody at the new place.
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  addressedAs,
  addressRequest,
  baudRequest,
  baudSetting,
  broadcastUnit,
  firstUnit,
  lastUnit,
  unitSetting,
} from "#protocols/modbus/addressing.ts";
import { answerWords } from "#protocols/modbus/decode.ts";
import { type Request, rtuFrame } from "#protocols/modbus/frame.ts";
import { blockRequest, planReads } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { sortHeard } from "../diagnosis/heard.ts";
import { judgeAddress } from "../diagnosis/line.ts";
import { addressWords, findingText } from "../diagnosis/line-words.ts";
import { type Ear, openEar } from "./ear.ts";
import { type LineSettings, type LineValues, lineOptions, lineSettings } from "./line.ts";
import { loadProfile } from "./profile-file.ts";
import { type Ending, ended, UsageError, whole } from "./say.ts";

const options = {
  ...lineOptions,
  profile: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  "to-baud": { type: "string" },
  wait: { type: "string" },
  alone: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;
type Given = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

/** What is to become of the device. */
interface Wish {
  readonly profile: Profile;
  readonly from: number;
  readonly to: number;
  readonly baud: number | undefined;
  readonly settings: LineSettings;
  readonly values: Given;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").toUpperCase().replace(/../g, "$& ").trim();
/** Two at one address do not always collide. */
const looks = 4;
const usualWait_s = 120;

function wishOf(args: readonly string[]): Wish | Ending {
  const { values } = parseArgs({ args: [...args], options });
  if (values.profile === undefined) throw new UsageError("--profile meters/sdm120：怎样改写由型号文件说明 / says how it is written");
  const loaded = loadProfile(values.profile);
  if (loaded.kind === "bad") return ended(3, loaded.complaints.join("\n"));
  const { profile } = loaded;
  const from = whole("from", values.from ?? values.unit, [1, 255]) ?? profile.unit ?? 1;
  const baud = whole("to-baud", values["to-baud"], [300, 1_000_000]);
  const to = whole("to", values.to, [firstUnit, lastUnit]) ?? (baud === undefined ? undefined : from);
  if (to === undefined) throw new UsageError("--to N：新地址 / the new unit; --to-baud N：新波特率 / the new rate");
  if (to === from && baud === undefined) throw new UsageError(`--to: 已是 ${from} / it is ${from} already`);
  if (to !== from && baud !== undefined)
    throw new UsageError("一次改一样：先 --to，再 --to-baud / one at a time: first --to, then --to-baud");
  const settings = lineSettings({ ...values, unit: String(from), timeout: values.timeout ?? "200" }, profile);
  if (settings.address.kind === "tcp")
    throw new UsageError(
      "改地址要看得见线上每个字节：用 --serial，或 --host 加 --rtu / needs to see every byte: --serial, or --host with --rtu",
    );
  return { profile, from, to, baud, settings, values };
}

/** What one address shows to the question that the profile asks first. */
async function lookAt(ear: Ear, profile: Profile, { unit, times }: { unit: number; times: number }) {
  const block = planReads(profile, { asked: true })[0];
  if (block === undefined) throw new Error(`${profile.id} asks nothing`);
  const tries = [];
  for (let turn = 0; turn < times; turn += 1) {
    const sorted = sortHeard(await ear.ask(blockRequest(unit, block)));
    tries.push(sorted);
    // One question may be lost on a bad line; two are an empty place.
    if (turn === 1 && tries.every(({ kind }) => kind === "nothing" || kind === "echo")) break;
  }
  return judgeAddress(tries);
}

/** The word that shares the register with the address. */
async function heldWords(ear: Ear, wish: Wish): Promise<readonly number[] | undefined> {
  const setting = wish.baud === undefined ? unitSetting(wish.profile) : baudSetting(wish.profile);
  if (setting === undefined || !setting.kept) return undefined;
  const { frame } = sortHeard(await ear.ask(blockRequest(wish.from, setting.block)));
  if (frame === undefined || ((frame[1] ?? 0) & 0x80) !== 0) return undefined;
  const words = answerWords(setting.block, frame.slice(1, -2));
  return Array.isArray(words) ? words : undefined;
}

const saying = (wish: Wish, code: Ending["code"], text: string, more: object = {}): Ending =>
  wish.values.json
    ? {
        code,
        stdout: `${JSON.stringify({ ok: code === 0, profile: wish.profile.id, from: wish.from, to: wish.to, ...(wish.baud === undefined ? {} : { baud: wish.baud }), ...more })}\n`,
        stderr: "",
      }
    : code === 0
      ? { code, stdout: `${text}\n`, stderr: "" }
      : ended(code, text);

/** Why nothing may be written now. */
async function refusedBefore(ear: Ear, wish: Wish, progress: (text: string) => void): Promise<Ending | undefined> {
  const { profile, from, to } = wish;
  const here = await lookAt(ear, profile, { unit: from, times: looks });
  if (here === "silent")
    return saying(wish, 4, `${ear.words} 地址 ${from} 无应答 / nobody answers at unit ${from}\n${findingText("silence")}`, {
      refused: "silent",
    });
  if (here === "two-devices" || here === "perhaps-two" || here === "unsteady" || here === "foreign") {
    const [zh, en] = addressWords[here];
    const finding = findingText(here === "two-devices" ? "conflict" : here === "unsteady" ? "noise" : "perhaps-conflict");
    return saying(wish, 1, `没有写入：地址 ${from} ${zh} / nothing was written: unit ${from}: ${en}\n${finding}`, { refused: here });
  }
  if (to !== from && (await lookAt(ear, profile, { unit: to, times: 2 })) !== "silent")
    return saying(
      wish,
      1,
      `没有写入：地址 ${to} 已有设备应答；换一个，或先把那一台改走 / nothing was written: unit ${to} is taken; choose another, or move that one first`,
      { refused: "taken" },
    );
  if (addressedAs(profile, from) !== broadcastUnit || wish.values.alone) return undefined;
  const others = await othersOn(ear, wish, progress);
  return others.length === 0
    ? undefined
    : saying(
        wish,
        1,
        `没有写入：这种设备只接受广播，线上还有 ${others.join(", ")}，会被一起改掉；先断开它们 / nothing was written: this model takes only a write to everybody, and ${others.join(", ")} would be changed as well; disconnect them first`,
        { refused: "not-alone", others },
      );
}

async function othersOn(ear: Ear, { profile, from }: Wish, progress: (text: string) => void): Promise<number[]> {
  const found: number[] = [];
  for (let unit = firstUnit; unit <= lastUnit; unit += 1) {
    if (unit === from) continue;
    progress(`${unit}/${lastUnit}`);
    if ((await lookAt(ear, profile, { unit, times: 1 })) !== "silent") found.push(unit);
  }
  return found;
}

const lineWith = (values: LineValues, more: { readonly unit: number; readonly baud?: number | undefined }): LineValues => ({
  ...values,
  unit: String(more.unit),
  timeout: values.timeout ?? "200",
  ...(more.baud === undefined ? {} : { baud: String(more.baud) }),
});

/** Listens at the new place until somebody answers there. At the same time the old one tells whether the write was taken at all. */
async function heardThere(wish: Wish, progress: (text: string) => void): Promise<"there" | "still-here" | "nowhere"> {
  const { profile, from, to, values } = wish;
  const slow = profile.addressing?.takes === "after-restart";
  const wait_s = whole("wait", values.wait, [0, 3_600]) ?? (slow ? usualWait_s : 3);
  const until = performance.now() + wait_s * 1_000;
  const there = lineSettings(lineWith(values, { unit: to, baud: wish.baud }), profile);
  let last: "still-here" | "nowhere" = "nowhere";
  for (;;) {
    const ear = await openEar(there);
    try {
      if ((await lookAt(ear, profile, { unit: to, times: looks })) === "answers") return "there";
      // A rate is changed at the same unit, so that only a second ear could hear the old one; the new one is enough.
      last = wish.baud === undefined && (await lookAt(ear, profile, { unit: from, times: 1 })) !== "silent" ? "still-here" : "nowhere";
    } finally {
      ear.close();
    }
    const left = until - performance.now();
    if (left <= 0) return last;
    if (slow) progress(`断电再上电 / switch it off and on again … ${Math.ceil(left / 1000)} s`);
    await pause(Math.min(slow ? 700 : 200, left));
  }
}

function requestFor(wish: Wish, held: readonly number[] | undefined): Request | Refusal {
  const device = { profile: wish.profile, unit: wish.from };
  return wish.baud === undefined ? addressRequest(device, wish.to, held) : baudRequest(device, wish.baud, held);
}

export async function deviceAddress(args: readonly string[], progress: (text: string) => void): Promise<Ending> {
  const wish = wishOf(args);
  if ("code" in wish) return wish;
  const { profile } = wish;
  // What the file itself refuses needs no line.
  const early = requestFor(wish, [0, 0]);
  if ("kind" in early) return saying(wish, early.code === "no-addressing" ? 1 : 2, `${early.zh} / ${early.en}`, { refused: early.code });
  const ear = await openEar(wish.settings);
  let request: Request | Refusal;
  try {
    const refused = await refusedBefore(ear, wish, progress);
    if (refused !== undefined) return refused;
    request = requestFor(wish, await heldWords(ear, wish));
    if ("kind" in request)
      return saying(wish, 1, `没有写入 / nothing was written: ${request.zh} / ${request.en}`, { refused: request.code });
    if (wish.values["dry-run"])
      return saying(wish, 0, `> ${hex(rtuFrame(request))}\n没有写入（--dry-run）/ nothing was written`, {
        frame: hex(rtuFrame(request)),
        written: false,
      });
    await ear.ask(request);
  } finally {
    ear.close();
  }
  const { prepare, takes } = profile.addressing ?? {};
  if (takes === "after-restart") progress("断电再上电 / switch it off and on again");
  const outcome = await heardThere(wish, progress);
  const frame = hex(rtuFrame(request));
  if (outcome === "there") return done(wish, frame);
  const hint =
    outcome === "still-here"
      ? `它还在 ${wish.from} / it is still at ${wish.from}${prepare === undefined ? "" : `\n  ${prepare.zh} / ${prepare.en}`}${takes === "after-restart" ? "\n  写入后要断电再上电 / after the write it must be off and on again" : ""}`
      : `两处都没有应答：看供电；也许它已在别的地址：cuobian modbus scan / nobody answers at either place: look at its power; perhaps it is somewhere else: cuobian modbus scan`;
  return saying(wish, 1, `> ${frame}\n已写入，但新处没有应答 / written, but nobody answers at the new place: ${hint}`, {
    frame,
    written: true,
    heard: outcome,
  });
}

function done(wish: Wish, frame: string): Ending {
  const { profile, from, to, baud } = wish;
  const rate = baud ?? wish.settings.baud;
  const label = `${profile.model.split(/[,;，；（(]/)[0]?.trim()} · 地址 unit ${to} · ${rate}`;
  const what = baud === undefined ? `${from} → ${to}` : `${wish.settings.baud} → ${baud}`;
  return saying(
    wish,
    0,
    [
      `> ${frame}`,
      `${what}：已在新处应答 / answers at the new place`,
      `在外壳贴上 / write on its case:  ${label}`,
      "再接下一台 / now connect the next one",
    ].join("\n"),
    { frame, written: true, heard: "there", label },
  );
}
