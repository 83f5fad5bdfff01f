// DL/T 645-2007 messages: what the control code asks or answers. Source: DL/T 645-2007 §7.
// [From memory, to be verified against the standard: everything of control codes 08, 12, 14–1C but their numbers; recorded frames exist for 11 and 91.]
import { bytesOf, concat, toHex } from "#protocols/frames/bytes.ts";
import { hex, hexLowFirst, maybe, u8 } from "#protocols/frames/fields.ts";
import { type Body, body, decodeBody, encodeBody, isUndecodable, type Message, names, type Values } from "#protocols/frames/layout.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { type Dlt645Frame, encodeFrame } from "./frame.ts";
import { itemOf, type items } from "./items.ts";

const item = hexLowFirst("item", "数据标识 / data identifier", 4);
const sequence = u8("sequence", "帧序号 / frame number");
/** The first byte is the level of access, the other three the password. */
const password = hexLowFirst("password", "密码（末字节为权限） / password (its last byte is the level)", 4);
const operator = hexLowFirst("operator", "操作者代码 / operator", 4);
const time = hexLowFirst("time", "时间 YYMMDDhhmmss / time YYMMDDhhmmss", 6);

export const controls = names({
  26: "跳闸 / trip",
  27: "合闸允许 / allow closing",
  28: "直接合闸 / close",
  42: "报警 / alarm",
  43: "报警解除 / end of the alarm",
  58: "保电 / keep supplied",
  59: "保电解除 / end of keeping supplied",
});

export const errorBits = names({
  0: "其他错误 / other error",
  1: "无请求数据 / no such data",
  2: "密码错或未授权 / wrong password or no right",
  3: "通信速率不能更改 / baud rate cannot change",
  4: "年时区数超 / too many zones",
  5: "日时段数超 / too many periods",
  6: "费率数超 / too many rates",
});

export const requests = {
  8: body("broadcast-time", "广播校时 / time for all", [time]),
  17: body("read", "读数据 / read", [
    item,
    maybe(u8("blocks", "负荷记录块数 / load record blocks")),
    maybe(hex("since", "起始时间 / since", 5)),
  ]),
  18: body("read-on", "读后续数据 / read on", [item, sequence]),
  19: body("read-address", "读通信地址 / read the address", []),
  20: body("write", "写数据 / write", [item, password, operator, hex("data", "数据 / data", "rest")]),
  21: body("write-address", "写通信地址 / write the address", [hexLowFirst("address", "新地址 / new address", 6)]),
  22: body("freeze", "冻结 / freeze", [hexLowFirst("moment", "冻结时间 MMDDhhmm（99=每） / moment MMDDhhmm (99: every)", 4)]),
  23: body("set-baud", "更改通信速率 / set the baud rate", [hex("baud", "速率特征字 / baud rate", 1)]),
  24: body("set-password", "修改密码 / set a password", [item, password, hexLowFirst("new_password", "新密码 / new password", 4)]),
  28: body("control", "跳合闸、报警、保电 / trip, close, alarm, keep supplied", [
    password,
    operator,
    u8("control", "控制命令 / command", { names: controls }),
    u8("reserved", "保留 / reserved"),
    hexLowFirst("valid_until", "有效截止 YYMMDDhhmmss / valid until YYMMDDhhmmss", 6),
  ]),
} as const;

const done = {
  20: body("written", "写数据应答 / written", []),
  21: body("address-written", "写地址应答 / address written", []),
  22: body("frozen", "冻结应答 / frozen", []),
  23: body("baud-set", "速率应答 / baud rate set", [hex("baud", "速率特征字 / baud rate", 1)]),
  24: body("password-set", "改密应答 / password set", [hexLowFirst("new_password", "新密码 / new password", 4)]),
  28: body("control-done", "控制应答 / command taken", []),
} as const;
export const answers = {
  ...done,
  17: body("values", "读数据应答 / values", [item, hex("data", "数据 / data", "rest")]),
  18: body("more-values", "读后续应答 / more values", [item, hex("data", "数据与帧序号 / data and frame number", "rest")]),
  19: body("address", "通信地址 / address", [hexLowFirst("address", "通信地址 / address", 6)]),
} as const;
export const refused = body("refused", "异常应答 / refused", [u8("error", "错误信息字 / error", { bits: errorBits })]);

/** `follows`: the meter has more and waits for `read-on`. `function`: what was refused. */
export type Dlt645Message =
  | Message<(typeof requests)[keyof typeof requests]>
  | (Message<(typeof answers)[keyof typeof answers]> & { readonly follows: boolean })
  | (Message<typeof refused> & { readonly function: number });

const asked: Readonly<Record<number, Body>> = requests;
const answered: Readonly<Record<number, Body>> = answers;
const reply = 0x80;
const abnormal = 0x40;
const more = 0x20;

export function dlt645Body(control: number): Body | undefined {
  const code = control & 0x1f;
  if ((control & reply) === 0) return (control & (abnormal | more)) === 0 ? asked[code] : undefined;
  return (control & abnormal) !== 0 ? refused : answered[code];
}

export function decode({ control, data }: Dlt645Frame): Dlt645Message | Undecodable {
  const of = dlt645Body(control);
  if (of === undefined) return undecodable(`control code ${toHex(Uint8Array.of(control))} is not described`, 8);
  const message = decodeBody(of, data);
  if (isUndecodable(message) || (control & reply) === 0) return message as Dlt645Message | Undecodable;
  const added = of === refused ? { function: control & 0x1f } : { follows: (control & more) !== 0 };
  return { ...message, ...added } as Dlt645Message;
}

const byKind = (bodies: Readonly<Record<number, Body>>) =>
  new Map(Object.entries(bodies).map(([code, of]) => [of.kind, [Number(code), of] as const]));
const requestCodes = byKind(asked);
const answerCodes = byKind(answered);

function controlOf(message: Dlt645Message): readonly [number, Body] {
  if (message.kind === "refused") return [message.function | reply | abnormal, refused];
  const request = requestCodes.get(message.kind);
  if (request !== undefined) return request;
  const answer = answerCodes.get(message.kind);
  if (answer === undefined) throw new RangeError(`${message.kind} is no DL/T 645 message`);
  return [answer[0] | reply | ("follows" in message && message.follows ? more : 0), answer[1]];
}

export function encode(address: string, message: Dlt645Message, preamble = 4): Uint8Array {
  const [control, of] = controlOf(message);
  return encodeFrame({ preamble, address, control, data: encodeBody(of, message) });
}

type Items = typeof items;
export type ItemValues = { readonly [Code in keyof Items]: { readonly item: Code } & Values<Items[Code]["fields"]> }[keyof Items];

/** The numbers of a `values` answer, for an identifier that `items` describes. */
export function valuesOf(answer: { readonly item: string; readonly data: string }): ItemValues | Undecodable {
  const of = itemOf(answer.item);
  if (of === undefined) return undecodable(`data identifier ${answer.item} is not described`);
  const message = decodeBody(of, bytesOf(answer.data));
  if (isUndecodable(message)) return message;
  const { kind: _, ...values } = message;
  return { item: answer.item, ...values } as ItemValues;
}

/** The other way: for the simulator of a meter. */
export function answerWith(values: ItemValues): Extract<Dlt645Message, { kind: "values" }> {
  const of = itemOf(values.item);
  if (of === undefined) throw new RangeError(`${values.item} is not described`);
  return { kind: "values", item: values.item, data: toHex(concat(encodeBody(of, values))), follows: false };
}
