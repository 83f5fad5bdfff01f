// `cuobian modbus write`: a register, a coil, a setting by its name, or an order in words. Says old and new; writes only with --write; reads back what it wrote.
import { parseArgs } from "node:util";
import { type Request, rtuFrame, writeCoilRequest, writeRegisterRequest, writeRegistersRequest } from "#protocols/modbus/frame.ts";
import { orderNames } from "#protocols/modbus/orders.ts";
import { requestInWords } from "#protocols/modbus/orders-in-words.ts";
import { addressesOf } from "#protocols/modbus/placement.ts";
import type { Block } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { patternFor, rawLimits, type Shaped, shapeNames, shapes, wordsOf } from "#protocols/modbus/shapes.ts";
import { switchAddress } from "#protocols/modbus/switching.ts";
import { type Line, lineOptions, openLine } from "./line.ts";
import { faultWords, placeGiven, readBlock } from "./modbus-read.ts";
import { loadProfile } from "./profile-file.ts";
import { type Ending, ended, oneOf, UsageError, whole } from "./say.ts";

const options = {
  ...lineOptions,
  address: { type: "string" },
  table: { type: "string" },
  notation: { type: "string", default: "auto" },
  value: { type: "string" },
  type: { type: "string", default: "u16" },
  order: { type: "string" },
  fc: { type: "string" },
  profile: { type: "string" },
  do: { type: "string" },
  write: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;
type Given = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").toUpperCase().replace(/../g, "$& ").trim();

/** By number: which frame, and what must stand there afterwards. */
function byAddress(values: Given, unit: number): Request {
  const { table, address } = placeGiven({ ...values, fc: undefined });
  const value = Number(values.value);
  if (values.value === undefined || values.value.trim() === "" || !Number.isFinite(value))
    throw new UsageError("--value: 需要数字 / a number");
  const fc = whole("fc", values.fc, [5, 16]);
  if (table === "coil") {
    if (value !== 0 && value !== 1) throw new UsageError("--value: 线圈只有 0 和 1 / a coil is 0 or 1");
    return writeCoilRequest(unit, address, value === 1 ? 0xff00 : 0);
  }
  if (table !== "holding") throw new UsageError(`${table} 不可写 / ${table} cannot be written`);
  const type = oneOf("type", values.type, shapeNames);
  const orders: readonly string[] = orderNames[shapes[type].bytes];
  if (values.order !== undefined && !orders.includes(values.order)) throw new UsageError(`--order: ${orders.join(" | ")}`);
  const shaped: Shaped = { type, ...(values.order === undefined ? {} : { order: values.order }) };
  if (shapes[type].form !== "float") {
    const [least, most] = rawLimits(shaped);
    if (!Number.isInteger(value) || BigInt(value) < least || BigInt(value) > most)
      throw new UsageError(`--value: ${type} ${least} … ${most}`);
  }
  const words = wordsOf(shaped, patternFor(shaped, value));
  const [first = 0, ...others] = words;
  return others.length === 0 && fc !== 16 ? writeRegisterRequest(unit, address, first) : writeRegistersRequest(unit, address, words);
}

function byName(values: Given, profile: Profile, unit: number): Request {
  const words = values.do;
  if (words === undefined)
    throw new UsageError('--do "write meter_id 2" | "relay 1 on" | "relay 1 flash-on 700" | "socket 3 off" | "rearm" | "pulse open"');
  const request = requestInWords({ profile, unit }, words);
  if (!("pdu" in request)) throw new UsageError(`${request.zh} / ${request.en}`);
  return request;
}

const wordAt = (pdu: Uint8Array, at: number): number => ((pdu[at] ?? 0) << 8) | (pdu[at + 1] ?? 0);

/** What a write changes, and what it puts there; `undefined`: it cannot be read back in that place (flash, toggle, all, pulses). */
function effectOf(
  { pdu }: Request,
  profile: Profile | undefined,
): { readonly block: Block; readonly words: readonly number[] } | undefined {
  const [fn = 0] = pdu;
  const [address, value] = [wordAt(pdu, 1), wordAt(pdu, 3)];
  if (fn === 5) {
    const plain = value === 0xff00 || value === 0;
    const { relays, pulses } = profile ?? {};
    const own = relays === undefined ? undefined : Array.from({ length: relays.count }, (_, index) => switchAddress(relays, index));
    const special = own !== undefined ? !own.includes(address) : Object.values(pulses ?? {}).includes(address);
    return plain && !special ? { block: { table: "coil", address, count: 1 }, words: [value === 0 ? 0 : 1] } : undefined;
  }
  // A register that is an order (a relay's 0x0100, a re-arm) does not hold what was written to it.
  const isSetting =
    profile === undefined || profile.points.some((point) => point.table === "holding" && addressesOf(profile, point).includes(address));
  if (fn === 6 && isSetting) return { block: { table: "holding", address, count: 1 }, words: [value] };
  return fn === 16
    ? { block: { table: "holding", address, count: value }, words: Array.from({ length: value }, (_, at) => wordAt(pdu, 6 + 2 * at)) }
    : undefined;
}

const isWords = (read: unknown): read is readonly number[] => Array.isArray(read);
const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((word, at) => word === b[at]);
const text = (words: readonly number[]): string => words.map((word) => `0x${word.toString(16).toUpperCase().padStart(4, "0")}`).join(" ");

/** A board may answer bits only by eight. */
async function readEffect(line: Line, block: Block, profile: Profile | undefined): Promise<readonly number[] | undefined> {
  const eight = block.table === "coil" && (profile?.quirks?.includes("bits-by-eight") ?? false);
  const asked = eight ? { ...block, address: block.address - (block.address % 8), count: 8 } : block;
  const words = await readBlock(line, asked);
  return isWords(words) ? words.slice(block.address - asked.address, block.address - asked.address + block.count) : undefined;
}

export async function modbusWrite(args: readonly string[]): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const loaded = values.profile === undefined ? undefined : loadProfile(values.profile);
  if (loaded?.kind === "bad") return ended(3, loaded.complaints.join("\n"));
  const profile = loaded?.profile;
  const unit = whole("unit", values.unit, [0, 255]) ?? profile?.unit ?? 1;
  const request = profile === undefined ? byAddress(values, unit) : byName(values, profile, unit);
  const effect = effectOf(request, profile);
  const line = await openLine({ ...values, unit: String(unit) }, profile);
  try {
    const old = effect === undefined ? undefined : await readEffect(line, effect.block, profile);
    const frame = hex(rtuFrame(request));
    const change =
      effect === undefined
        ? ""
        : `${effect.block.table} ${effect.block.address}: ${old === undefined ? "?" : text(old)} → ${text(effect.words)}`;
    const report = { unit, frame, block: effect?.block, old, new: effect?.words };
    const say = (code: Ending["code"], written: boolean, words: string, more: object = {}): Ending =>
      values.json
        ? { code, stdout: `${JSON.stringify({ ok: code === 0, written, ...report, ...more })}\n`, stderr: "" }
        : { code, stdout: `${[`> ${frame}`, change, words].filter((one) => one !== "").join("\n")}\n`, stderr: "" };
    if (!values.write) return say(0, false, "没有写入；确认后加 --write / nothing was written; add --write");
    const outcome = await line.ask(request);
    if (outcome.kind !== "answer")
      return say(
        outcome.code === "timeout" || outcome.code === "closed" ? 4 : 1,
        false,
        `写入失败 / the write failed: ${faultWords(outcome)}`,
        { fault: outcome.detail },
      );
    if (effect === undefined) return say(0, true, "已确认；此命令无法回读 / confirmed; this order cannot be read back");
    const after = await readEffect(line, effect.block, profile);
    if (after === undefined) return say(1, true, "已确认，但读不回来 / confirmed, but it cannot be read back");
    return same(after, effect.words)
      ? say(0, true, `已写入并回读一致 / written, and read back the same: ${text(after)}`, { after })
      : say(1, true, `回读不一致 / it reads back as ${text(after)}`, { after });
  } finally {
    line.close();
  }
}
