// `cuobian device test`: does this file describe that device? By frames of a data sheet, by a live device, or by its own transcript.
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { profileHints } from "#protocols/modbus/check.ts";
import { decode, registersOf } from "#protocols/modbus/decode.ts";
import { exceptionNames, rtuFrame } from "#protocols/modbus/frame.ts";
import { blockRequest, planReads } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { coveredBy, hearFrames, type SheetExchange } from "#protocols/modbus/sheet.ts";
import { parseTranscript, renderTranscript, transcribed, transcriptComplaints, understandTogether } from "#protocols/modbus/transcript.ts";
import { type LineValues, lineOptions, openLine } from "./line.ts";
import { type LoadedProfile, loadProfile } from "./profile-file.ts";
import { readDevice } from "./read-device.ts";
import { type Ending, ended, ok, UsageError } from "./say.ts";
import { flatValues, valuesTable } from "./values-text.ts";

const options = {
  ...lineOptions,
  frames: { type: "string" },
  golden: { type: "string" },
  captured: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").toUpperCase().replace(/../g, "$& ").trim();

export async function deviceTest(args: readonly string[]): Promise<Ending> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new UsageError("device test PROFILE.json");
  const loaded = loadProfile(name);
  if (loaded.kind === "bad")
    return values.json
      ? { stdout: `${JSON.stringify({ ok: false, complaints: loaded.complaints })}\n`, stderr: "", code: 3 }
      : ended(3, `${name}: 型号文件有误 / the profile is wrong:\n${loaded.complaints.map((one) => `  ${one}`).join("\n")}`);
  if (values.frames !== undefined) return testFrames(loaded, values.frames, { ...values, frames: values.frames });
  if (values.host !== undefined || values.serial !== undefined) return testLive(loaded.profile, values);
  return testOwn(loaded, values.json);
}

/** Where the file lies, or "-" for standard input. */
const textOf = (path: string): string => readFileSync(path === "-" ? 0 : path, "utf8");

function frameLines(profile: Profile, { asked, heard, notes, line }: SheetExchange): string {
  const head = `#${line}${asked === undefined ? "" : `  > ${asked}`}`;
  const remarks = notes.map((note) => `  ! ${note}`);
  if (heard === undefined) return [head, ...remarks, "  没有应答帧 / no answer in the sheet"].join("\n");
  if (heard.kind === "exception")
    return [head, ...remarks, `  设备拒绝 / the device refuses: ${heard.code} ${exceptionNames[heard.code] ?? ""}`].join("\n");
  if (heard.kind === "echo") return [head, ...remarks, "  写入被确认 / the write is confirmed"].join("\n");
  const inside = new Set(heard.covers);
  if (inside.size === 0) return [head, ...remarks, "  这些寄存器里没有点 / no point lies in these registers"].join("\n");
  return [head, ...remarks, valuesTable(profile, decode(profile, registersOf([heard])), (name) => inside.has(name))].join("\n");
}

type Answer = Extract<NonNullable<SheetExchange["heard"]>, { kind: "answer" }>;
const badAlone = (profile: Profile, answers: readonly Answer[]): string[] =>
  answers.flatMap((heard) => {
    const flat = flatValues(decode(profile, registersOf([heard])));
    return heard.covers.filter((name) => flat[name]?.quality === "bad");
  });

function testFrames(
  { profile }: LoadedProfile,
  path: string,
  values: { json: boolean; golden?: string | undefined; captured: boolean; frames: string },
): Ending {
  let text: string;
  try {
    text = textOf(path);
  } catch (error) {
    return ended(2, `${path}: ${error instanceof Error ? error.message : error}`);
  }
  const pairs = hearFrames(profile, text);
  if (!Array.isArray(pairs)) return ended(1, `${path}: ${pairs.reason}`);
  const answers = pairs.flatMap(({ heard }) => (heard?.kind === "answer" ? [heard] : []));
  const notes = pairs.flatMap((pair) => pair.notes);
  // Some values need two questions: their sign stands far away.
  const alone = new Set(answers.flatMap(({ covers }) => covers));
  const together = new Set(coveredBy(profile, ...answers.map(({ block }) => block)).filter((one) => !alone.has(one)));
  const all = decode(profile, registersOf(answers));
  const badTogether = [...together].filter((name) => flatValues(all)[name]?.quality === "bad");
  const bad = [...badAlone(profile, answers), ...badTogether];
  // A sheet without a single value that was understood proves nothing.
  const understood = answers.reduce((sum, { covers }) => sum + covers.length, 0) + together.size;
  const code = understood > 0 && notes.length === 0 && bad.length === 0 ? 0 : 1;
  if (values.golden !== undefined) {
    const from = { origin: values.captured ? "capture" : "document", source: values.golden } as const;
    const captureNote = values.captured ? values.golden : `frames of ${values.golden}`;
    return {
      code,
      stderr: notes.map((note) => `${note}\n`).join(""),
      stdout: renderTranscript({
        profile: profile.id,
        captured: values.captured,
        captureNote,
        outsideNone: false,
        exchanges: pairs.map((pair) => transcribed(profile, pair, from)),
        together: understandTogether(profile, answers),
      }),
    };
  }
  if (values.json) {
    const known = Object.fromEntries(Object.entries(flatValues(all)).filter(([one]) => alone.has(one) || together.has(one)));
    const report = { ok: code === 0, profile: profile.id, understood, bad, notes, values: known, exchanges: pairs };
    return { code, stderr: "", stdout: `${JSON.stringify(report)}\n` };
  }
  const seen = new Set([...alone, ...together].map((one) => one.split("@")[0]));
  const unseen = profile.points.filter((point) => !seen.has(point.name)).map((point) => point.name);
  const sums = `${pairs.length} 组帧 exchanges · ${understood} 个值 values · ${bad.length} 坏值 bad · ${notes.length} 处可疑 doubts`;
  const rest = unseen.length === 0 ? "" : `\n未见于这些帧 / not in these frames: ${unseen.join(", ")}`;
  const both = together.size === 0 ? "" : `合起来 / together\n${valuesTable(profile, all, (one) => together.has(one))}\n\n`;
  return { code, stdout: `${pairs.map((pair) => frameLines(profile, pair)).join("\n\n")}\n\n${both}${sums}${rest}\n`, stderr: "" };
}

async function testLive(profile: Profile, values: LineValues & { json: boolean }): Promise<Ending> {
  const line = await openLine(values, profile);
  try {
    const { values: found, read, questions, faults } = await readDevice(line, profile);
    const flat = Object.entries(flatValues(found)).filter(([name]) => read.has(name));
    const bad = flat.filter(([, value]) => value?.quality === "bad").map(([name]) => name);
    const nobody = read.size === 0;
    const code = nobody ? 4 : faults.length > 0 || bad.length > 0 ? 1 : 0;
    if (values.json)
      return {
        code,
        stderr: "",
        stdout: `${JSON.stringify({ ok: code === 0, profile: profile.id, line: line.words, unit: line.unit, questions, values: Object.fromEntries(flat), faults, bad })}\n`,
      };
    const troubles = faults.map(({ block, why }) => `! ${block.table} ${block.address}+${block.count}: ${why}`);
    if (nobody)
      return ended(
        4,
        `${line.words} 从站 unit ${line.unit}: ${faults.map(({ why }) => why).join("; ")}\n  A/B 线对调？波特率？校验位？从站地址？/ A and B swapped? baud rate? parity? unit?\n  cuobian modbus scan …`,
      );
    return {
      code,
      stderr: troubles.map((one) => `${one}\n`).join(""),
      stdout: `${valuesTable(profile, found, (name) => read.has(name))}\n\n${line.words} 从站 unit ${line.unit} · ${questions} 次询问 questions · ${read.size} 个值 values · ${bad.length} 坏值 bad · ${faults.length} 处拒绝 refused\n`,
    };
  } finally {
    line.close();
  }
}

/** Nothing given but the file: is it sound, what would be asked, and does its transcript still hold? */
function testOwn({ profile, path }: LoadedProfile, json: boolean): Ending {
  const goldenPath = path.replace(/\.json$/, ".golden");
  const questions = planReads(profile).map((block) => hex(rtuFrame(blockRequest(profile.unit ?? 1, block))));
  const transcript = existsSync(goldenPath) ? parseTranscript(readFileSync(goldenPath, "utf8")) : undefined;
  const complaints = transcript === undefined ? [] : "kind" in transcript ? [transcript.reason] : transcriptComplaints(profile, transcript);
  const exchanges = transcript === undefined || "kind" in transcript ? 0 : transcript.exchanges.length;
  const hints = profileHints(profile);
  const code = complaints.length > 0 ? 1 : 0;
  if (json)
    return {
      code,
      stderr: "",
      stdout: `${JSON.stringify({ ok: code === 0, profile: profile.id, points: profile.points.length, questions, exchanges, complaints, hints })}\n`,
    };
  const lines = [
    `${profile.id}: ${profile.maker} ${profile.model}`,
    `${profile.points.length} 个点 points · 每轮 ${questions.length} 次询问 questions a round`,
    ...questions.map((one) => `  > ${one}`),
    transcript === undefined
      ? `没有 ${goldenPath}；用资料里的报文生成 / no transcript yet; make one from the sheet's frames:\n  cuobian device test ${path} --frames sheet.hex --golden "资料名称 name of the sheet" > ${goldenPath}`
      : `${goldenPath}: ${exchanges} 组帧 exchanges · ${complaints.length} 处不符 complaints`,
    ...complaints.map((one) => `  ! ${one}`),
    ...hints.map((one) => `? ${one}`),
  ];
  return code === 0 ? ok(`${lines.join("\n")}\n`) : { code, stdout: `${lines.join("\n")}\n`, stderr: "" };
}
