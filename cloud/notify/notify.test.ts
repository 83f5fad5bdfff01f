// P 08.notify: every channel against a real receiver, as it is, as it refuses, as it says nothing, as it sends elsewhere; told time between the tries.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tickAlarms } from "#cloud/alarms/clockwork.ts";
import { usualEscalation } from "#cloud/alarms/escalation.ts";
import { compound, noon, openTestCloud, type TestCloud, Voice } from "#cloud/ingest/room-for-tests.ts";
import { counted } from "#test/promise.ts";
import type { Channel } from "./channel.ts";
import { type LookUp, whereTo } from "./guard.ts";
import { type Notifier, startNotifier } from "./notifier.ts";
import { backoff_ms } from "./plan.ts";
import { httpReceiver, type MailReceiver, mailReceiver, type Receiver } from "./receivers-for-tests.ts";

let cloud: TestCloud;
let mail: MailReceiver;
const receivers: Receiver[] = [];
const receiver = async (...given: Parameters<typeof httpReceiver>): Promise<Receiver> => {
  const made = await httpReceiver(...given);
  receivers.push(made);
  return made;
};
beforeAll(async () => {
  cloud = await openTestCloud();
  mail = await mailReceiver();
});
afterAll(async () => {
  for (const one of receivers) await one.close();
  await mail?.close();
  await cloud?.close();
});

const base = { name: "值班群", up_to: 4, recovery: true, hourly: 100, inside: true } as const;
const noLookUp: LookUp = async (host) => {
  throw Object.assign(new Error(host), { code: "ENOTFOUND" });
};
/** Of whoever is to say nothing: told to end when it has been heard, so that no test waits and none depends on a machine's speed. */
const ending = new Map<string, AbortController>();
const never = new AbortController().signal;
function notifierOf(channels: readonly Channel[], lookUp: LookUp = noLookUp): Notifier {
  return startNotifier({
    ...{ store: cloud.store, channels, escalation: usualEscalation, committed: () => undefined, now: () => cloud.clock.now },
    compoundName: () => compound.name,
    ways: {
      ...{ lookUp, timeout_ms: 10_000 },
      expire(_after_ms, channel) {
        // An address where nobody is: refused at once or never, and either way a failure.
        if (channel === "rebinding") return AbortSignal.timeout(100);
        if (channel !== "silent") return never;
        const ends = new AbortController();
        ending.set(channel, ends);
        return ends.signal;
      },
    },
  });
}
let device = 0;
function fresh(): string {
  device += 1;
  return `panel-${device}`;
}
/** A fire of a panel of its own, told and planned. */
async function raise(voice: Voice, named: string, cause: "fire" | "fault" = "fire"): Promise<void> {
  const at = cloud.clock.now - noon;
  const data = {
    device: named,
    point: "1.42.17",
    zone: null,
    cause,
    shed: null,
    text: "1号棚烟感 *@所有人* <b>",
    said_at: null,
    under_test: false,
  };
  await voice.tell(cloud, [voice.say("fire.raised", data, at)]);
}
const over = (voice: Voice, named: string, cause: "fire" | "fault" = "fire") =>
  voice.tell(cloud, [voice.say("fire.over", { device: named, point: "1.42.17", zone: null, cause }, cloud.clock.now - noon)]);
const deliveries = (channel: string) =>
  cloud.store.read.selectFrom("delivery").selectAll().where("channel", "=", channel).orderBy("made_at").execute();
const triesOf = (id: string) => cloud.store.read.selectFrom("delivery_try").selectAll().where("delivery", "=", id).orderBy("n").execute();

test("P 08.notify: delivered, refused, timed out, redirected inside; tried again, recovered, written down", async (context) => {
  const counts = { delivered: 0, tries: 0, retries: 0, refused: 0, failed: 0, recovered: 0, "connections to an inside address: wrong": 0 };
  const voice = new Voice();
  const secret = "SECtest-secret";
  const [wecom, dingtalk, feishu, webhook] = [
    await receiver(),
    await receiver(),
    await receiver({ status: 200, body: '{"code":0,"msg":"success"}' }),
    await receiver({ status: 204 }),
  ];
  const channels: Channel[] = [
    { ...base, id: "wecom", kind: "wecom", target: { url: wecom.url } },
    { ...base, id: "dingtalk", kind: "dingtalk", target: { url: dingtalk.url, secret } },
    { ...base, id: "feishu", kind: "feishu", target: { url: feishu.url, secret } },
    { ...base, id: "webhook", kind: "webhook", recovery: false, target: { url: webhook.url, secret } },
    {
      ...{ ...base, id: "mail", kind: "smtp" },
      target: {
        host: "127.0.0.1",
        port: mail.port,
        tls: "none",
        user: undefined,
        password: undefined,
        from: "alarms@example.cn",
        to: ["duty@example.cn"],
      },
    },
  ];
  const all = notifierOf(channels);
  const first = fresh();
  await raise(voice, first);
  expect(await all.tick()).toEqual({ planned: 1, tried: 5 });
  const bodyOf = (one: Receiver, n = 0): Record<string, never> => JSON.parse(one.heard[n]?.body ?? "{}");
  // The shapes and signatures of the vendors' own pages.
  expect(bodyOf(wecom)).toMatchObject({ msgtype: "markdown", markdown: { content: expect.stringContaining("一级") } });
  expect(JSON.stringify(bodyOf(wecom))).toContain("立即到场确认");
  // What a panel calls its point addresses nobody and is no markup.
  expect(JSON.stringify(bodyOf(wecom))).not.toMatch(/@所有人|<b>/);
  const asked = new URL(dingtalk.heard[0]?.url ?? "", "http://x");
  const stamp = asked.searchParams.get("timestamp") ?? "";
  expect(asked.searchParams.get("sign")).toBe(createHmac("sha256", secret).update(`${stamp}\n${secret}`).digest("base64"));
  expect(asked.searchParams.get("key")).toBe("a-secret-key-42f7");
  expect(bodyOf(dingtalk)).toMatchObject({ msgtype: "markdown", markdown: { title: expect.any(String), text: expect.any(String) } });
  const said = bodyOf(feishu) as unknown as { timestamp: string; sign: string; msg_type: string; content: unknown };
  expect(said.sign).toBe(createHmac("sha256", `${said.timestamp}\n${secret}`).update("").digest("base64"));
  expect(said).toMatchObject({ msg_type: "post", content: { post: { zh_cn: { title: expect.any(String) } } } });
  const [, t = "", v1 = ""] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(webhook.heard[0]?.headers["x-cuobian-signature"])) ?? [];
  expect(createHmac("sha256", secret).update(`${t}.${webhook.heard[0]?.body}`).digest("hex")).toBe(v1);
  expect(bodyOf(webhook)).toMatchObject({
    v: 1,
    notices: [{ kind: "raised", priority: 1, compound: compound.name, source: `${first}/1.42.17` }],
  });
  expect(mail.mails).toMatchObject([{ to: ["duty@example.cn"], text: expect.stringContaining("Auto-Submitted: auto-generated") }]);

  // It is over: whoever was told of it and wants to know is told.
  await over(voice, first);
  await all.tick();
  expect([wecom, dingtalk, feishu, webhook].map(({ heard }) => heard.length)).toEqual([2, 2, 2, 1]);
  expect(JSON.stringify(bodyOf(wecom, 1))).toContain("已恢复");
  expect(mail.mails.length).toBe(2);
  counts.recovered = 4;
  for (const channel of channels)
    for (const row of await deliveries(channel.id)) {
      expect(row, channel.id).toMatchObject({ state: "delivered", tries: 1 });
      counts.delivered += 1;
      counts.tries += (await triesOf(row.id)).length;
    }

  // Refuses for now, says nothing, refuses for good.
  interface Case {
    readonly id: string;
    readonly kind: Channel["kind"];
    readonly answer: Receiver["answer"];
    readonly state: "failed" | "refused";
    readonly detail: RegExp;
  }
  const elsewhere = await receiver();
  const cases: readonly Case[] = [
    {
      id: "busy",
      kind: "wecom",
      answer: { status: 200, body: '{"errcode":45009,"errmsg":"api freq out of limit"}' },
      state: "failed",
      detail: /45009/,
    },
    { id: "error", kind: "webhook", answer: { status: 503 }, state: "failed", detail: /status 503/ },
    { id: "no-json", kind: "feishu", answer: { status: 200, body: "<html>" }, state: "failed", detail: /no JSON/ },
    { id: "silent", kind: "dingtalk", answer: "never", state: "failed", detail: /no answer within 10000 ms/ },
    { id: "gone", kind: "webhook", answer: { status: 410 }, state: "refused", detail: /status 410/ },
    {
      id: "redirected",
      kind: "webhook",
      answer: { status: 302, location: elsewhere.url },
      state: "refused",
      detail: /redirected to 127\.0\.0\.1:\d+: redirects are not followed/,
    },
    {
      id: "metadata",
      kind: "wecom",
      answer: { status: 307, location: "http://169.254.169.254/latest/" },
      state: "refused",
      detail: /redirected to 169\.254\.169\.254/,
    },
  ];
  const made = await Promise.all(cases.map(async (one) => ({ ...one, receiver: await receiver(one.answer) })));
  for (const { id, receiver: one } of made) one.onHeard = () => ending.get(id)?.abort();
  const watching = await receiver();
  const failing = notifierOf([
    ...made.map(({ id, kind, receiver: { url } }): Channel => ({ ...base, id, kind, target: { url, secret } })),
    { ...base, id: "watching", kind: "wecom", target: { url: watching.url } },
  ]);
  await raise(voice, fresh());
  await failing.tick();
  for (const wait of [0, ...backoff_ms]) {
    cloud.clock.now += wait;
    await failing.tick();
  }
  for (const {
    id,
    state,
    detail,
    receiver: { heard },
  } of made) {
    const [row] = await deliveries(id);
    expect(row, id).toMatchObject({ state, detail: expect.stringMatching(detail), tries: state === "failed" ? 6 : 1 });
    const tries = await triesOf(row?.id ?? "");
    expect(tries.length, id).toBe(row?.tries);
    expect(heard.length, id).toBeGreaterThanOrEqual(tries.length);
    // Each no sooner than its wait after the one before.
    for (const [n, one] of tries.slice(1).entries()) expect(one.at - (tries[n]?.at ?? 0), id).toBeGreaterThanOrEqual(backoff_ms[n] ?? 0);
    counts.tries += tries.length;
    counts.retries += tries.length - 1;
    counts[state] += 1;
    // No key and no address of a receiver is in what was written down.
    expect(JSON.stringify([row, tries])).not.toMatch(/a-secret-key|SECtest/);
  }
  counts["connections to an inside address: wrong"] += elsewhere.heard.length;
  // That a channel does not work is an alarm, told by those that do, and over once it works.
  const failingAlarms = () =>
    cloud.store.read.selectFrom("alarm").select(["source", "active"]).where("rule", "=", "notify.failing").orderBy("source").execute();
  expect((await failingAlarms()).filter(({ active }) => active === 1).map(({ source }) => source)).toEqual(made.map(({ id }) => id).sort());
  expect(watching.heard.some(({ body }) => body.includes("通知通道投递失败"))).toBe(true);
  const [busy] = made;
  if (busy !== undefined) busy.receiver.answer = { status: 200, body: '{"errcode":0}' };
  await raise(voice, fresh());
  cloud.clock.now += 3_600_000;
  await failing.tick();
  expect((await failingAlarms()).find(({ source }) => source === "busy")?.active).toBe(0);

  // A refusing mailbox: for now, and for good.
  const mailbox = notifierOf([channels[4] as Channel]);
  for (const [rcpt, state] of [
    ["451 later", "waiting"],
    ["550 no such user", "refused"],
  ] as const) {
    mail.rcpt = rcpt;
    await raise(voice, fresh());
    await mailbox.tick();
    expect((await deliveries("mail")).at(-1)).toMatchObject({ state, detail: `SMTP ${rcpt.slice(0, 3)}` });
    counts.tries += 1;
    if (state === "refused") counts.refused += 1;
  }

  // Names that lead inside, at once or a moment later.
  const loopback = await receiver();
  const { port } = new URL(loopback.url);
  const outside = (id: string, host: string): Channel => ({
    ...{ ...base, id, kind: "webhook", mute: ["notify.failing"], inside: false },
    target: { url: `https://${host}.example.cn:${port}/x`, secret },
  });
  for (const [n, answers] of [
    ["127.0.0.1"],
    ["10.1.2.3"],
    ["192.0.2.1", "192.168.1.1"],
    ["::ffff:127.0.0.1"],
    ["fd00::1"],
    ["64:ff9b::7f00:1"],
  ].entries()) {
    let lookups = 0;
    const lookUp: LookUp = async () => {
      lookups += 1;
      return answers.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    };
    const id = `inside-${n}`;
    const sneaky = notifierOf([outside(id, "hooks")], lookUp);
    await raise(voice, fresh());
    await sneaky.tick();
    expect((await deliveries(id))[0], id).toMatchObject({ state: "refused", detail: expect.stringContaining("inside address") });
    expect(lookups).toBe((await deliveries(id)).length);
    counts.refused += 1;
  }
  let asks = 0;
  const rebinding: LookUp = async () => {
    asks += 1;
    return [{ address: asks === 1 ? "192.0.2.1" : "127.0.0.1", family: 4 }];
  };
  const rebound = notifierOf([outside("rebinding", "rebinding")], rebinding);
  await raise(voice, fresh());
  await rebound.tick();
  // It went to the address that was looked at, where nobody is; the name was not asked again.
  expect([asks, (await deliveries("rebinding"))[0]?.state]).toEqual([1, "waiting"]);
  cloud.clock.now += backoff_ms[0] ?? 0;
  await rebound.tick();
  expect((await deliveries("rebinding"))[0]).toMatchObject({ state: "refused", tries: 2 });
  counts.refused += 1;
  counts.tries += 2 + 6;
  counts.retries += 1;
  counts["connections to an inside address: wrong"] += loopback.heard.length;
  expect(counts["connections to an inside address: wrong"]).toBe(0);
  counted(context, counts);
});

test("whoever has not been told of it rises: roles at their time; what a channel did not ask for does not reach it", async () => {
  const voice = new Voice({ epoch: "bbbbbbbbbbbbbbbb" });
  const [duty, street, only1] = [await receiver(), await receiver(), await receiver()];
  const notifier = notifierOf([
    { ...base, id: "duty", kind: "wecom", roles: ["booth", "property-manager"], mute: ["fire.battery"], target: { url: duty.url } },
    { ...base, id: "street", kind: "wecom", roles: ["street-officer"], target: { url: street.url } },
    { ...base, id: "only-1", kind: "wecom", up_to: 1, sites: ["jinxiu"], target: { url: only1.url } },
  ]);
  await notifier.tick(); // what other tests left
  cloud.clock.now += 2 * 3_600_000;
  for (const one of [duty, street, only1]) one.heard.length = 0;
  await raise(voice, fresh());
  await raise(voice, fresh(), "fault");
  await notifier.tick();
  expect([duty, street, only1].map(({ heard }) => heard.length)).toEqual([2, 0, 1]);
  const start = cloud.clock.now;
  cloud.clock.now = start + 5 * 60_000;
  await tickAlarms({ store: cloud.store, committed: () => undefined, escalation: usualEscalation }, cloud.clock.now);
  await notifier.tick();
  expect(street.heard.some(({ body }) => body.includes("无人确认，升级 2 级"))).toBe(true);
});

test("a test message says that it is one, and what became of it is known at once", async () => {
  const one = await receiver();
  const notifier = notifierOf([{ ...base, id: "tested", kind: "wecom", target: { url: one.url } }]);
  expect(await notifier.test("tested")).toMatchObject({ state: "delivered", kind: "test", tries: 1 });
  expect(one.heard[0]?.body).toContain("通道测试");
  one.answer = { status: 500 };
  expect(await notifier.test("tested")).toMatchObject({ state: "failed", detail: "status 500" });
  expect(await notifier.test("nobody-s")).toBeUndefined();
});

test("a name with addresses of both families is reached where only one of them can be: each was looked at, and the other one's silence stops nothing", async () => {
  const one = await receiver({ status: 204 });
  const { port } = new URL(one.url);
  const lookUp: LookUp = async () => [
    { address: "2001:db8::1", family: 6 },
    { address: "127.0.0.1", family: 4 },
  ];
  expect(await whereTo("both.example.cn", { lookUp, allowed: true })).toMatchObject({
    to: { family: 4 },
    all: [{ family: 6 }, { family: 4 }],
  });
  const both: Channel = { ...base, id: "both", kind: "webhook", target: { url: `http://both.example.cn:${port}/hook`, secret: "s" } };
  expect(await notifierOf([both], lookUp).test("both")).toMatchObject({ state: "delivered" });
  expect(one.heard.length).toBe(1);
  // One of them inside is enough to refuse both.
  expect(await whereTo("both.example.cn", { lookUp, allowed: false })).toMatchObject({ code: "inside-address" });
});
