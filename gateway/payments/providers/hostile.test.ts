// What a stranger, a thief of one key, a wrong clock or a change of keys can bring to a provider's door: each message is judged alone, and only a genuine word about money of ours is heard.
import { afterAll, beforeAll, expect, test } from "vitest";
import { wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { apiV3Key, type Making, type Message, type PayWorld, platformSerial, startPayWorld } from "#test/world/pay-providers.ts";
import { httpExchange } from "./accounts.ts";
import { alipay } from "./alipay.ts";
import type { Channel, Notice, Told } from "./provider.ts";
import { wechatPay } from "./wechat.ts";

const now = Date.UTC(2026, 10, 26, 4);
const clock = { wall: () => wall(now) };
const nextSerial = "PUB_KEY_ID_0119000000012027";
let world: PayWorld;
let wechat: Channel;
let ali: Channel;
let aliNext: Channel;
beforeAll(async () => {
  world = await startPayWorld(() => now);
  const { files, stranger, base } = world;
  const [key, platformKey] = [files["merchant.pem"] ?? "", files["platform.pub"] ?? ""];
  const platform = new Map([
    [platformSerial, platformKey],
    [nextSerial, stranger],
  ]);
  const merchant = { appid: "wxd678efh567hg6787", mchid: "1900000001", serial: "5157F09EFDC096DE", key };
  wechat = wechatPay({ ...merchant, platform, apiV3Key, notifyUrl: "https://pay.example/n", base }, { clock, exchange: httpExchange });
  const seller = {
    appId: "2021000000000001",
    sellerId: "2088000000000001",
    key,
    notifyUrl: "https://pay.example/n",
    gateway: `${base}/gateway.do`,
  };
  ali = alipay({ ...seller, alipayKey: platformKey }, { clock, exchange: httpExchange });
  aliNext = alipay({ ...seller, alipayKey: platformKey, nextKey: stranger }, { clock, exchange: httpExchange });
});
afterAll(() => world.stop());

const paid = { charge: "charge00000000000000000000000001", amount_fen: 400 };
const told = ({ headers, body }: Message): Told => ({ headers, body: Buffer.from(body) });
const said = (channel: Channel, provider: "wechat" | "alipay", making: Making = {}): string => {
  const heard = channel.hear(told(world.notice(provider, paid, now, making)));
  return heard.kind === "undecodable" ? "refused" : `${heard.state} ${heard.amount_fen} ${heard.currency}`;
};
const flipped = (text: string, at: number): string => `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;

const wechatCases: [string, Making, string][] = [
  ["genuine", {}, "paid 400 CNY"],
  ["299 s old: the clocks differ", { age_s: 299 }, "paid 400 CNY"],
  ["299 s ahead", { age_s: -299 }, "paid 400 CNY"],
  ["302 s old: a replay", { age_s: 302 }, "refused"],
  ["302 s ahead", { age_s: -302 }, "refused"],
  ["under the next key, its own serial", { signer: "stranger", serial: nextSerial }, "paid 400 CNY"],
  ["under the next key, the old serial", { signer: "stranger" }, "refused"],
  ["under the old key, the next serial", { serial: nextSerial }, "refused"],
  ["a serial that nobody knows", { serial: "PUB_KEY_ID_0" }, "refused"],
  ["a serial that every object has: __proto__", { serial: "__proto__" }, "refused"],
  ["constructor", { serial: "constructor" }, "refused"],
  ["encrypted for another merchant's key", { v3Key: "vutsrqponmlkjihgfedcba9876543210" }, "refused"],
  ["for another merchant", { merchant: "1900000002" }, "refused"],
  ["for another appid", { over: { appid: "wx0000000000000000" } }, "refused"],
  ["ciphertext changed", { resource: (it) => ({ ...it, ciphertext: flipped(it.ciphertext ?? "", 12) }) }, "refused"],
  ["tag changed", { resource: (it) => ({ ...it, ciphertext: flipped(it.ciphertext ?? "", (it.ciphertext ?? "").length - 6) }) }, "refused"],
  ["tag cut off", { resource: (it) => ({ ...it, ciphertext: (it.ciphertext ?? "").slice(0, -8) }) }, "refused"],
  ["nothing but half a tag", { resource: (it) => ({ ...it, ciphertext: "AAAAAAAA" }) }, "refused"],
  ["nonce changed", { resource: (it) => ({ ...it, nonce: flipped(it.nonce ?? "", 3) }) }, "refused"],
  ["associated data changed", { resource: (it) => ({ ...it, associated_data: "refund" }) }, "refused"],
  ["another algorithm", { resource: (it) => ({ ...it, algorithm: "AEAD_SM4_GCM" }) }, "refused"],
  ["body changed after signing", { after: (body) => body.replace("SUCCESS", "SUCCESs") }, "refused"],
  ["half a fen", { over: { amount: { total: 400.5, currency: "CNY" } } }, "refused"],
  ["an amount in words", { over: { amount: { total: "400", currency: "CNY" } } }, "refused"],
  ["without a currency: told as it came, and not credited", { over: { amount: { total: 400 } } }, "paid 400 "],
  ["dollars: told as they came", { over: { amount: { total: 400, currency: "USD" } } }, "paid 400 USD"],
  ["no number of the money", { over: { transaction_id: "" } }, "refused"],
  ["given back since", { over: { trade_state: "REFUND" } }, "closed 0 "],
  ["a failed attempt is not the end", { over: { trade_state: "PAYERROR" } }, "pending 0 "],
  ["a state that nobody has heard of", { over: { trade_state: "PAID" } }, "refused"],
  ["a state that every object has", { over: { trade_state: "constructor" } }, "refused"],
];
const alipayCases: [string, Making, string][] = [
  ["genuine", {}, "paid 400 CNY"],
  ["signed by a stranger", { signer: "stranger" }, "refused"],
  ["for another seller", { merchant: "2088000000000002" }, "refused"],
  ["for another application", { over: { app_id: "2021000000000002" } }, "refused"],
  ["a tenth of a fen", { over: { total_amount: "4.001" } }, "refused"],
  ["in powers of ten", { over: { total_amount: "4e2" } }, "refused"],
  ["less than nothing", { over: { total_amount: "-4.00" } }, "refused"],
  ["one digit after the point", { over: { total_amount: "4.5" } }, "paid 450 CNY"],
  ["dollars: told as they came", { over: { trans_currency: "USD" } }, "paid 400 USD"],
  ["waits for the buyer", { over: { trade_status: "WAIT_BUYER_PAY" } }, "pending 400 CNY"],
  ["a state that every object has", { over: { trade_status: "toString" } }, "refused"],
  ["a field added after signing", { after: (body) => `${body}&total_amount=9.00` }, "refused"],
  ["the sum changed after signing", { after: (body) => body.replace("total_amount=4.00", "total_amount=4.01") }, "refused"],
  ["a weaker signature is asked for", { after: (body) => body.replace("RSA2", "RSA") }, "refused"],
];

test("P 06.pay: every message at a provider's door is judged: forged, tampered, stale, of another merchant, under a changed key", (context) => {
  for (const [name, making, expected] of wechatCases) expect([name, said(wechat, "wechat", making)]).toEqual([name, expected]);
  for (const [name, making, expected] of alipayCases) expect([name, said(ali, "alipay", making)]).toEqual([name, expected]);
  expect(said(aliNext, "alipay", { signer: "stranger" })).toBe("paid 400 CNY");
  expect(said(aliNext, "alipay")).toBe("paid 400 CNY");
  const cases = [...wechatCases, ...alipayCases];
  counted(context, { messages: cases.length + 2, refused: cases.filter(([, , expected]) => expected === "refused").length });
});

test.each(["wechat", "alipay"] as const)("%s: bytes that are no message at all are refused, and nothing is thrown", (provider) => {
  const channel = provider === "wechat" ? wechat : ali;
  const { headers } = world.notice(provider, paid, now);
  for (const body of ["", "{", "null", "[]", "\u0000", "sign=&sign_type=RSA2", "a".repeat(60_000), "%E4%A=1"])
    expect(channel.hear({ headers, body: Buffer.from(body) }).kind, body.slice(0, 20)).toBe("undecodable");
  expect(channel.hear({ headers: {}, body: new Uint8Array([0xff, 0xfe, 0xff]) }).kind).toBe("undecodable");
});

test.each(["wechat", "alipay"] as const)("%s: an answer that speaks of another charge is no answer", async (provider) => {
  const channel = provider === "wechat" ? wechat : ali;
  world.queried.set(paid.charge, paid);
  expect(await channel.query(paid.charge)).toMatchObject({ state: "paid", charge: paid.charge } satisfies Partial<Notice>);
  world.queried.set("another-charge", paid);
  expect(await channel.query("another-charge")).toMatchObject({ kind: "device-fault" });
});
