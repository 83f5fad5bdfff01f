// Who is on duty when: hours, holidays that are worked and weekends that are not, leave; who stands in, and who reads it in the morning. And how often a robot is tried, and mail behind STARTTLS.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { usualEscalation } from "#cloud/alarms/escalation.ts";
import { openCalendar } from "#cloud/calendar/calendar.ts";
import { openAuthority } from "#cloud/enrolment/authority.ts";
import { compound, noon, openTestCloud, type TestCloud, Voice } from "#cloud/ingest/room-for-tests.ts";
import { fromRfc3339, hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { type Channel, triesAMinute } from "./channel.ts";
import { isOnDuty, nextDuty, type Roster } from "./duty.ts";
import type { LookUp } from "./guard.ts";
import { type Notifier, startNotifier } from "./notifier.ts";
import { type Notice, tellWhom } from "./plan.ts";
import { httpReceiver, mailReceiver, type Receiver } from "./receivers-for-tests.ts";

const calendar = openCalendar();
const at = (text: string): number => fromRfc3339(`${text}:00+08:00`) ?? Number.NaN;
const office: Roster = { duty: [{ days: "working", from: "08:00", to: "18:00" }] };
const night: Roster = { duty: [{ days: "working", from: "22:00", to: "06:00" }] };
const weekend: Roster = { duty: [{ days: "off", from: "00:00", to: "00:00" }] };

test.each([
  // A Friday, its evening; a Saturday; National Day; a Saturday that is worked instead.
  ["office", office, "2026-11-27T08:00", true],
  ["office", office, "2026-11-27T07:59", false],
  ["office", office, "2026-11-27T17:59", true],
  ["office", office, "2026-11-27T18:00", false],
  ["office", office, "2026-11-28T12:00", false],
  ["office", office, "2026-10-01T12:00", false],
  ["office", office, "2026-10-10T12:00", true],
  // A night belongs to the day on which it began: Friday's goes into Saturday, and Saturday has none.
  ["night", night, "2026-11-27T22:00", true],
  ["night", night, "2026-11-28T05:59", true],
  ["night", night, "2026-11-28T06:00", false],
  ["night", night, "2026-11-28T23:00", false],
  ["weekend", weekend, "2026-11-28T00:00", true],
  ["weekend", weekend, "2026-11-27T23:59", false],
  ["weekend", weekend, "2026-10-10T12:00", false],
  ["always", {}, "2026-02-17T03:00", true],
  ["away", { ...office, away: [{ from: "2026-11-25", to: "2026-11-26" }] }, "2026-11-26T12:00", false],
  ["away", { ...office, away: [{ from: "2026-11-25", to: "2026-11-26" }] }, "2026-11-27T12:00", true],
  ["away", { away: [{ from: "2026-11-25", to: "2026-11-25" }] }, "2026-11-25T12:00", false],
] as const)("%s, %o at %s: %s", (_, roster, when, is) => {
  expect(isOnDuty(roster, at(when), calendar)).toBe(is);
});

test.each([
  [office, "2026-11-27T18:00", "2026-11-30T08:00"],
  [office, "2026-09-30T19:00", "2026-10-08T08:00"],
  [office, "2026-11-27T06:00", "2026-11-27T08:00"],
  [night, "2026-11-28T12:00", "2026-11-30T22:00"],
  [{ away: [{ from: "2026-11-25", to: "2026-11-26" }] }, "2026-11-25T12:00", "2026-11-27T00:00"],
  [{ ...night, away: [{ from: "2026-11-27", to: "2026-11-27" }] }, "2026-11-27T12:00", "2026-11-28T00:00"],
] as const)("%o after %s: %s", (roster, from, next) => {
  expect(nextDuty(roster, at(from), calendar)).toBe(at(next));
});

const base = { kind: "wecom", up_to: 4, recovery: true, hourly: 100, inside: true, target: { url: "https://x.example/" } } as const;
const manager: Channel = { ...base, id: "manager", name: "经理", roles: ["property-manager"] };
const company: Channel = { ...base, id: "company", name: "运营", roles: ["operating-company"] };
const community: Channel = { ...base, id: "community", name: "社区", roles: ["community-officer"] };
const all = [manager, company, community];
const notice = (priority: number, level = 0, kind = "raised"): Notice => ({
  ...{ id: "n", alarm: "a", site: compound.id, kind, priority, rule: "station.silent", source: "station-1", zh: "", en: "" },
  ...{ count: 1, level, at: 0, taken: 0, roles: null },
});
const whom = (given: Notice, on: readonly string[], channels = all, told: readonly string[] = []) =>
  [...tellWhom(channels, given, { escalation: usualEscalation, told: new Set(told), isOnDuty: ({ id }) => on.includes(id) }).entries()].map(
    ([id, when]) => `${id} ${when}`,
  );

test("who is on duty hears now; who is not reads it when he comes; the next level that is there stands in; for life and fire everybody at once, and nobody dangerous is left to nobody", () => {
  expect(whom(notice(2), ["manager", "company"])).toEqual(["manager now"]);
  expect(whom(notice(2), ["company", "community"])).toEqual(["manager later", "company now"]);
  expect(whom(notice(2), ["community"])).toEqual(["manager later", "community now"]);
  expect(whom(notice(2), [])).toEqual(["manager now"]);
  // A device's fault at night waits for the morning; it wakes nobody.
  expect(whom(notice(3), [])).toEqual(["manager later"]);
  expect(whom(notice(3), ["company"])).toEqual(["manager later", "company now"]);
  expect(whom(notice(1), [])).toEqual(["manager now"]);
  expect(whom(notice(1), ["company", "community"])).toEqual(["manager now", "company now", "community now"]);
  // Escalated to a level whose people are off: the one above it.
  expect(whom(notice(2, 1, "escalated"), ["community"])).toEqual(["company later", "community now"]);
  // Nobody was configured for that level: nobody stands in for nobody.
  expect(whom(notice(2), ["community"], [community])).toEqual([]);
  // That it is over is read by whoever was told, when he comes.
  expect(whom(notice(2, 0, "recovered"), ["company"], all, ["manager", "company"])).toEqual(["manager later", "company now"]);
});

let cloud: TestCloud;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(async () => {
  for (const end of ends) await end();
  await cloud?.close();
});
const receiver = async (...given: Parameters<typeof httpReceiver>): Promise<Receiver> => {
  const made = await httpReceiver(...given);
  ends.push(made.close);
  return made;
};
const inner: LookUp = async () => [{ address: "127.0.0.1", family: 4 }];
const notifierOf = (channels: readonly Channel[]): Notifier =>
  startNotifier({
    ...{ store: cloud.store, channels, escalation: usualEscalation, committed: () => undefined, now: () => cloud.clock.now },
    ...{ compoundName: () => compound.name, ways: { lookUp: inner, timeout_ms: 10_000 } },
  });
const voice = new Voice();
const say = (n: number, cause: "fire" | "supervised" | "fault" = "fault") =>
  voice.say(
    "fire.raised",
    { device: "panel-1", point: `1.1.${n}`, zone: null, cause, shed: null, text: "", said_at: null, under_test: false },
    cloud.clock.now - noon,
  );
const deliveries = (channel: string) =>
  cloud.store.read.selectFrom("delivery").selectAll().where("channel", "=", channel).orderBy("made_at").execute();

test("through the night: what waits comes together in the morning, a fire at once, and what is over is said with it", async () => {
  const robot = await receiver();
  const nights: Channel = { ...base, ...office, id: "office", name: "经理", target: { url: robot.url } };
  const notifier = notifierOf([nights]);
  cloud.clock.now = at("2026-11-27T23:00");
  expect(notifier.onDuty(nights)).toBe(false);
  await voice.tell(cloud, [say(1), say(2)]);
  await notifier.tick();
  cloud.clock.now += minuteMs;
  await voice.tell(cloud, [
    voice.say("fire.over", { device: "panel-1", point: "1.1.1", zone: null, cause: "fault" }, cloud.clock.now - noon),
  ]);
  await notifier.tick();
  expect(robot.heard.length).toBe(0);
  await voice.tell(cloud, [say(3, "fire")]);
  await notifier.tick();
  expect(robot.heard.length).toBe(1);
  expect((await deliveries("office")).map(({ kind, state }) => `${kind} ${state}`)).toEqual(["single delivered", "later waiting"]);
  // Saturday and Sunday go by; on Monday at eight one message says all three.
  cloud.clock.now = at("2026-11-30T07:59");
  await notifier.tick();
  expect(robot.heard.length).toBe(1);
  cloud.clock.now = at("2026-11-30T08:00");
  await notifier.tick();
  expect(robot.heard.length).toBe(2);
  expect(robot.heard[1]?.body).toMatch(/3 条通知.*已恢复/);
});

test("a robot is tried so many times a minute and no more, also after an outage of its own; nothing is lost, and the worst goes first", async () => {
  const robot = await receiver({ status: 503 });
  const channel: Channel = { ...base, id: "paced", name: "群", hourly: 600, target: { url: robot.url }, mute: ["notify.failing"] };
  const notifier = notifierOf([channel]);
  await notifier.tick();
  const most = triesAMinute.wecom;
  // Five singles a minute wait and fail; by and by more wait than a robot takes in one.
  cloud.clock.now = at("2026-12-01T12:00");
  for (let n = 0; n < 12; n += 1) {
    await voice.tell(
      cloud,
      Array.from({ length: 5 }, (_, m) => say(100 + n * 5 + m)),
    );
    await notifier.tick();
    cloud.clock.now += minuteMs;
  }
  const waiting = (await deliveries("paced")).filter(({ state }) => state === "waiting").length;
  expect(waiting).toBeGreaterThan(most);
  robot.answer = { status: 200, body: '{"errcode":0}' };
  robot.heard.length = 0;
  cloud.clock.now += hourMs;
  await voice.tell(cloud, [say(999, "fire")]);
  for (let second = 0; second < 59; second += 1) {
    await notifier.tick();
    cloud.clock.now += 1_000;
  }
  expect(robot.heard.length).toBe(most);
  expect(robot.heard[0]?.body).toContain("一级");
  for (let minute = 0; minute < 5; minute += 1) {
    cloud.clock.now += minuteMs;
    await notifier.tick();
  }
  expect((await deliveries("paced")).filter(({ state }) => state !== "delivered")).toEqual([]);
});

test("mail with STARTTLS: behind a certificate that is checked; never in clear, never to another's name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-mail-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  // Real time: what is checked is whether the certificate is of today.
  const now = Date.now();
  const authority = openAuthority(folder, now);
  const [right, wrong] = [
    await mailReceiver(authority.issueServer({ names: ["mail.example.cn"], now })),
    await mailReceiver(authority.issueServer({ names: ["other.example.cn"], now })),
  ];
  const plain = await mailReceiver();
  ends.push(right.close, wrong.close, plain.close);
  const mailbox = (id: string, port: number, ca?: string): Channel => ({
    ...base,
    ...{ id, name: id, kind: "smtp", mute: ["notify.failing"] },
    target: {
      ...{ host: "mail.example.cn", port, tls: "starttls", user: "alarms", password: "a-mail-password" },
      ...{ from: "alarms@example.cn", to: ["duty@example.cn"], ca },
    },
  });
  const notifier = notifierOf([
    mailbox("right", right.port, authority.pem),
    mailbox("not-offered", plain.port, authority.pem),
    mailbox("other-name", wrong.port, authority.pem),
    mailbox("unknown-authority", right.port),
  ]);
  cloud.clock.now = at("2026-12-02T12:00");
  await voice.tell(cloud, [say(2_000, "supervised")]);
  await notifier.tick();
  const states = await Promise.all(
    ["right", "not-offered", "other-name", "unknown-authority"].map(async (id) => (await deliveries(id)).map(({ state }) => state)),
  );
  expect(states).toEqual([["delivered"], ["refused"], ["waiting"], ["waiting"]]);
  expect(right.mails).toMatchObject([{ to: ["duty@example.cn"], secure: true }]);
  expect([...plain.mails, ...wrong.mails]).toEqual([]);
  // Neither a name, nor a password, nor an address of anybody went in clear.
  const clear = [...right.inClear, ...plain.inClear, ...wrong.inClear];
  expect(clear.filter((line) => !/^(EHLO|STARTTLS|QUIT)/i.test(line))).toEqual([]);
  expect(JSON.stringify(await cloud.store.read.selectFrom("delivery_try").selectAll().execute())).not.toContain("a-mail-password");
});
