// What the cloud may ask of a gateway. The signed text travels as it was signed, so that nobody has to agree on how JSON is written twice.
import Type, { type Static, type TSchema } from "typebox";
import { idPattern } from "#protocols/vocabulary/ids.ts";
import { tripName } from "./shed-events.ts";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: idPattern });
const person = Type.String({ minLength: 1, maxLength: 64 });
const key = Type.String({ minLength: 8, maxLength: 64 });
const fen = Type.Integer({ minimum: 1, maximum: 100_000_000 });
const socket = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}/[1-9][0-9]{0,2}$" });

interface Action<S extends TSchema = TSchema> {
  readonly zh: string;
  readonly en: string;
  readonly args: S;
  /** Never carried out later than this after it was issued: a late pulse at a gate is worse than none. */
  readonly lifetime_s: number;
  /** Two people: whoever asks and another who approves. */
  readonly dangerous: boolean;
}
const action = <S extends TSchema>(zh: string, en: string, rest: Pick<Action<S>, "args" | "lifetime_s" | "dangerous">): Action<S> => ({
  zh,
  en,
  ...rest,
});

export const actions = {
  "gate.open": action("远程开闸", "open a gate", { args: Type.Object({ lane: id }, strict), lifetime_s: 10, dangerous: false }),
  // Never over a car: the lane decides by what its board says at that moment, and a late one is worse than none.
  "gate.close": action("远程落杆", "send an arm down", { args: Type.Object({ lane: id }, strict), lifetime_s: 10, dangerous: false }),
  // Nobody drives in or out until it is unlocked; a fire opens it all the same.
  "gate.lock": action("封闭车道", "lock a lane", { args: Type.Object({ lane: id }, strict), lifetime_s: 60, dangerous: true }),
  "gate.unlock": action("解除封闭", "unlock a lane", { args: Type.Object({ lane: id }, strict), lifetime_s: 60, dangerous: false }),
  // Counted by the gateway's own clock from when it takes it: it ends there, whatever becomes of the line to the cloud.
  "gate.hold": action("常开", "hold a gate open for a time", {
    args: Type.Object({ lane: id, minutes: Type.Integer({ minimum: 1, maximum: 60 }) }, strict),
    lifetime_s: 60,
    dangerous: true,
  }),
  "gate.release": action("结束常开", "end a hold before its time", {
    args: Type.Object({ lane: id }, strict),
    lifetime_s: 60,
    dangerous: false,
  }),
  "gateway.diagnose": action("远程诊断", "examine a gateway: its checks and numbers come as an event", {
    args: Type.Object({}, strict),
    lifetime_s: 300,
    dangerous: false,
  }),
  // The plate that the person read on his page goes with it: what he saw is what is carried out.
  "lane.choose": action("选定出口车辆", "say which car inside stands at the exit", {
    args: Type.Object({ lane: id, visit: key, plate: Type.String({ minLength: 5, maxLength: 12 }) }, strict),
    lifetime_s: 30,
    dangerous: false,
  }),
  // A late one would close a relay in front of somebody who has gone, or is only just plugging in.
  "socket.start": action("开始充电", "begin a charge", { args: Type.Object({ socket }, strict), lifetime_s: 30, dangerous: false }),
  "socket.stop": action("停止充电", "end the charge of a socket", {
    args: Type.Object({ socket }, strict),
    lifetime_s: 60,
    dangerous: false,
  }),
  "socket.reset-latch": action("解除锁定", "reset a socket's latch", {
    args: Type.Object({ socket, trip: tripName }, strict),
    lifetime_s: 300,
    dangerous: true,
  }),
  "visit.bill": action("查询应缴", "ask what a car owes: its bill comes as an event", {
    args: Type.Object({ visit: key }, strict),
    lifetime_s: 60,
    dangerous: false,
  }),
  // Money was taken and is owed to the driver, however late the lane hears of it; it opens only where the car stands then.
  "visit.pay": action("入账他处收款", "credit money that was taken elsewhere", {
    args: Type.Object({ payment: key, bill: key, method: Type.Enum(["wechat", "alipay", "sandbox"]), amount_fen: fen }, strict),
    lifetime_s: 7 * 86_400,
    dangerous: true,
  }),
  "payment.refund": action("退款", "give money back", {
    args: Type.Object({ payment: key, entry: key, amount_fen: fen }, strict),
    lifetime_s: 7 * 86_400,
    dangerous: true,
  }),
  "payment.void": action("冲正", "take a payment back: it was never made", {
    args: Type.Object({ payment: key, entry: key }, strict),
    lifetime_s: 7 * 86_400,
    dangerous: true,
  }),
  "bill.waive": action("免收", "let a bill off", {
    args: Type.Object({ bill: key, entry: key }, strict),
    lifetime_s: 600,
    dangerous: true,
  }),
  "dispute.open": action("登记异议", "a driver says that a bill is not right", {
    args: Type.Object({ dispute: key, visit: key }, strict),
    lifetime_s: 7 * 86_400,
    dangerous: false,
  }),
  "dispute.end": action("处理异议", "answer a dispute, with money or without", {
    args: Type.Object({ dispute: key, entry: Type.Optional(key), amount_fen: Type.Optional(fen) }, strict),
    lifetime_s: 7 * 86_400,
    dangerous: true,
  }),
} as const;
export type ActionName = keyof typeof actions;
export const actionNames = Object.keys(actions) as ActionName[];
export type ActionArgs<A extends ActionName> = Static<(typeof actions)[A]["args"]>;

/** What was asked, as the signed text says it. Times are milliseconds since 1970. */
export const Command = Type.Object(
  {
    v: Type.Literal(1),
    id: Type.String({ pattern: "^[0-9a-f-]{8,64}$" }),
    site: id,
    gateway: id,
    action: Type.Enum(actionNames),
    args: Type.Record(Type.String({ maxLength: 40 }), Type.Unknown()),
    person,
    approver: Type.Union([person, Type.Null()]),
    reason: Type.String({ minLength: 2, maxLength: 200 }),
    issued_at: Type.Integer(),
    expires_at: Type.Integer(),
  },
  strict,
);
export type Command = Static<typeof Command>;

export const SignedCommand = Type.Object(
  {
    v: Type.Literal(1),
    /** Command as JSON text, byte for byte what was signed. */
    command: Type.String({ minLength: 2, maxLength: 4096 }),
    /** Which of the cloud's keys: the first 16 hex digits of the SHA-256 of its public key (SPKI, DER). */
    key: Type.String({ pattern: "^[0-9a-f]{16}$" }),
    /** Ed25519 over the UTF-8 bytes of `command`, base64. */
    signature: Type.String({ minLength: 88, maxLength: 88 }),
  },
  strict,
);
export type SignedCommand = Static<typeof SignedCommand>;
export const largestCommand = 8 * 1024;

/** Why a gateway does not carry a command out. The words are for whoever asked. */
export const refusals = {
  unreadable: { zh: "指令无法解析", en: "the command cannot be read" },
  signature: { zh: "签名不符", en: "the signature is not the cloud's" },
  "no-key": {
    zh: "网关未配置云端公钥，不接受远程指令",
    en: "the gateway holds no key of the cloud (commands.key_file): it takes no command",
  },
  "wrong-gateway": { zh: "指令是发给别的网关的", en: "the command is for another gateway" },
  arguments: { zh: "指令内容不符合该动作的要求", en: "the arguments are not what this action takes" },
  expired: { zh: "指令已过期，未执行", en: "the command had expired: nothing was done" },
  "not-yet": { zh: "指令的签发时间在将来：云端或网关时钟有误", en: "the command is from the future: one clock is wrong" },
  "too-long": { zh: "指令的有效期超过该动作允许的时长", en: "the command would live longer than its action may" },
  "clock-unset": {
    zh: "网关时钟未校准，无法判断指令是否过期",
    en: "the gateway's clock is not set: it cannot tell whether the command has expired",
  },
  "one-person": { zh: "该动作须另一人批准", en: "this action takes another person's approval" },
  differs: { zh: "同一编号的指令内容不同", en: "another command has this id" },
  "no-such-place": { zh: "没有这条车道或插座", en: "no such lane or socket" },
  occupied: { zh: "地感有车，禁止落杆", en: "a car stands on a loop: the arm is not sent down" },
  "board-silent": { zh: "道闸控制板无应答，看不到杆下，不能落杆", en: "the board is silent: nobody knows what stands under the arm" },
  "car-ahead": { zh: "已放行的车辆尚未通过，禁止落杆", en: "a car that was let through has not passed yet" },
  "kept-open": { zh: "车道处于常开或消防状态，须先结束", en: "the lane is kept open by a hold or a fire: end that first" },
  fire: { zh: "消防联动中，须先解除", en: "a fire holds this lane open: end that first" },
  "not-locked": { zh: "车道没有封闭", en: "the lane is not locked" },
  "lane-locked": { zh: "车道已封闭，须先解除封闭", en: "the lane is locked: unlock it first" },
  "not-held": { zh: "车道没有处于常开", en: "no hold keeps this lane open" },
  "arm-unseen": { zh: "道闸控制板无应答，看不到杆位，不能常开", en: "the board is silent: nobody would see whether the arm is up" },
  shadow: { zh: "本站正在影子运行，不动道闸", en: "this site runs in the shadow of another system: it moves no arm" },
  "no-such-trip": { zh: "该插座没有这次锁定", en: "this socket holds no such trip" },
  "on-site": {
    zh: "烟雾、火警造成的锁定只能由人员在现场查看后解除",
    en: "what smoke or fire has locked is reset on site alone, by a person who has looked",
  },
  "not-connected": { zh: "保护进程未连接，未执行", en: "protection is not connected: nothing was done" },
  "not-seen": { zh: "看不清该插座，不送电", en: "the socket is not seen well enough to be energised" },
  locked: { zh: "插座已锁定，须先由人员解除", en: "the socket is locked until a person resets it" },
  "not-plugged": { zh: "没有插上充电器", en: "nothing is plugged in" },
  busy: { zh: "该插座正在充电", en: "a charge of this socket is under way" },
  "nothing-to-do": { zh: "没有需要执行的：该插座没有进行中的充电", en: "there is nothing to do: no charge of this socket is under way" },
} as const;
export type RefusalCode = keyof typeof refusals;
