// A shift goes from one person to the next: what was signed is what was open, nothing falls between two shifts, and nobody takes over in another's name.
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashHolds } from "#cloud/handovers/handovers.ts";
import { syncPeople } from "#cloud/identity/people.ts";
import type { Voice } from "#cloud/ingest/room-for-tests.ts";
import type { HandoverFigures, HandoverNow, HandoverView } from "#protocols/api/handovers.ts";
import { hourMs, minuteMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { cookieIn, openTestApi, ours, people, type TestApi, tellEverything } from "./api-for-tests.ts";

let api: TestApi;
let voice: Voice;
const night = { id: "night", name: "夜班某", role: "booth", organisation: "演示单位", area: "jinxiu" } as const;
const far = { id: "far-booth", name: "别处某", role: "booth", organisation: "别处", area: "elsewhere" } as const;
const cookies = new Map<string, string>();
beforeAll(async () => {
  api = await openTestApi();
  voice = await tellEverything(api.cloud);
  await syncPeople(api.cloud.store, [...people, night, far]);
});
afterAll(() => api?.close());

async function ask(who: string, method: "GET" | "POST", url: string, payload?: object, headers: Record<string, string> = {}) {
  if (!cookies.has(who))
    cookies.set(
      who,
      cookieIn(await api.server.inject({ method: "POST", url: "/api/v1/session", headers: ours, payload: { person: who } })),
    );
  const answer = await api.server.inject({
    ...{ method, url, headers: { ...ours, cookie: cookies.get(who) ?? "", ...headers } },
    ...(payload === undefined ? {} : { payload }),
  });
  const body = answer.json();
  return {
    status: answer.statusCode,
    body,
    code: String(body.type ?? "")
      .split(":")
      .at(-1),
    etag: String(answer.headers.etag ?? ""),
  };
}
const root = "/api/v1/handovers";
const now = async (who = "booth"): Promise<HandoverNow> => (await ask(who, "GET", `${root}/now?site=jinxiu`)).body;
const sign = (who: string, to: string, notes = "东门杆臂异响，已报修", headers = {}) =>
  ask(who, "POST", root, { site: "jinxiu", to, notes }, headers);
const answer = (who: string, id: string, accept: boolean, note = "", headers = {}) =>
  ask(who, "POST", `${root}/${id}/answer`, { accept, note }, headers);
const goOn = (ms: number): void => {
  api.cloud.clock.now += ms;
};
const openedBy = async (person: string, reason: string, times: number): Promise<void> => {
  const at = api.cloud.clock.now - Date.parse("2026-11-25T04:00:00Z");
  await voice.tell(
    api.cloud,
    Array.from({ length: times }, (_, n) =>
      voice.say("gate.ordered", { lane: "east-in", command: `by-hand-${at}-${n}`, person, reason, visit: null, picture: null }, at + n),
    ),
  );
};
const sumOf = (all: readonly { count: number }[]): number => all.reduce((sum, { count }) => sum + count, 0);

test("P 11.handover: signed with what is open, answered by whoever was named, by nobody else, once; each begins where the one before was signed", async (context) => {
  goOn(10 * minuteMs);
  const first = await now();
  expect([first.on, first.waiting]).toEqual([null, null]);
  expect(first.people.map(({ person }) => person).sort()).toEqual(["booth", "night", "property-manager"]);
  // What is open and dangerous is not handed over without a word; nor to oneself, to nobody, to a post that sits elsewhere.
  const refusals: [string, Awaited<ReturnType<typeof sign>>][] = [
    ["409 say-what", await sign("booth", "night", " ")],
    ["409 same-person", await sign("booth", "booth")],
    ["409 no-such-sitter", await sign("booth", "finance")],
    ["409 no-such-sitter", await sign("booth", "far-booth")],
    ["404 not-found", await sign("far-booth", "booth")],
    ["403 wrong-role", await sign("finance", "booth")],
  ];
  for (const [expected, { status, code }] of refusals) expect(`${status} ${code}`).toBe(expected);

  // Twice under one key, and two at once: one.
  const key = { "idempotency-key": "handover-test-1" };
  const signed = (await sign("booth", "night", undefined, key)).body as HandoverView;
  expect((await sign("booth", "night", undefined, key)).body).toEqual(signed);
  const both = await Promise.all([sign("booth", "night"), sign("property-manager", "night")]);
  expect(both.map(({ status, code }) => `${status} ${code}`)).toEqual(["409 waiting", "409 waiting"]);
  expect(signed).toMatchObject({ number: 1, from: "booth", to: "night", signed_by: "booth", begun: null, state: "signed", ended: null });
  expect(signed.figures).toEqual(first.figures);
  expect(signed.figures.alarms.unacknowledged).toBeGreaterThan(0);

  // Between the signing and the answer a gate is opened: that belongs to whoever takes over.
  goOn(minuteMs);
  await openedBy("night", "救护车", 2);
  const { etag } = await ask("night", "GET", `${root}/${signed.id}`);
  const wrong: [string, Awaited<ReturnType<typeof answer>>][] = [
    ["403 not-you", await answer("booth", signed.id, true)],
    ["403 not-you", await answer("property-manager", signed.id, true)],
    ["403 wrong-role", await answer("auditor", signed.id, true)],
    ["404 not-found", await answer("far-booth", signed.id, true)],
    ["409 say-what", await answer("night", signed.id, false)],
    ["412 changed-meanwhile", await answer("night", signed.id, true, "", { "if-match": '"long ago"' })],
  ];
  for (const [expected, { status, code }] of wrong) expect(`${status} ${code}`).toBe(expected);
  goOn(minuteMs);
  const taken = await answer("night", signed.id, true, "钥匙两把已收", { "if-match": etag });
  expect(taken.body).toMatchObject({ state: "accepted", ended_by: "night", reply: "钥匙两把已收" });
  expect((await answer("night", signed.id, true)).code).toBe("answered");
  // What was signed stays as it was signed.
  expect(taken.body.figures).toEqual(signed.figures);

  const second = await now();
  expect(second).toMatchObject({ on: { person: "night", since: taken.body.ended }, counted_from: signed.signed });
  expect(second.figures.openings).toEqual([{ reason: "救护车", count: 2 }]);

  // Whoever is not on hands nothing over; a manager does in his place, and says why.
  expect((await sign("booth", "property-manager")).code).toBe("not-on");
  expect((await sign("property-manager", "booth", "")).code).toBe("say-what");
  const inPlace = (await sign("property-manager", "booth", "夜班突发疾病")).body as HandoverView;
  expect(inPlace).toMatchObject({ number: 2, from: "night", signed_by: "property-manager", to: "booth", begun: taken.body.ended });
  // Refused, the one before is still on; withdrawn by who may.
  expect((await answer("booth", inPlace.id, false, "未交钥匙")).body).toMatchObject({ state: "refused", reply: "未交钥匙" });
  expect((await now()).on?.person).toBe("night");
  const third = (await sign("night", "booth")).body as HandoverView;
  const withdraw = (who: string, reason: string) => ask(who, "POST", `${root}/${third.id}/withdrawal`, { reason });
  expect([(await withdraw("booth", "不该由我")).code, (await withdraw("night", "写错了人")).body.state]).toEqual([
    "not-yours",
    "withdrawn",
  ]);
  expect((await now()).counted_from).toBe(signed.signed);
  counted(context, { signed: 3, accepted: 1, refused: refusals.length + wrong.length, "taken over wrongly": 0 });
});

test("P 11.handover: every number agrees with the report of the same time, and what stands open with the lists", async (context) => {
  goOn(hourMs);
  await openedBy("night", "识别失败", 3);
  goOn(1_000);
  const { counted_from, figures } = await now();
  const to = toRfc3339(wall(api.cloud.clock.now));
  const period = `site=jinxiu&from=${encodeURIComponent(counted_from)}&to=${encodeURIComponent(to)}`;
  const report = (await ask("property-manager", "GET", `/api/v1/reports?${period}`)).body as {
    figures: { of: string; key: string; count: number; amount_fen: number | null }[];
  };
  const of = (is: (one: { of: string; key: string }) => boolean) => report.figures.filter(is);
  const money = (is: (one: { of: string; key: string }) => boolean) => ({
    count: sumOf(of(is)),
    amount_fen: of(is).reduce((sum, { amount_fen }) => sum + (amount_fen ?? 0), 0),
  });
  expect(sumOf(figures.openings)).toBe(sumOf(of((one) => one.of === "operators")));
  expect(figures.operators.map(({ person, count }) => [person, count])).toEqual(
    of((one) => one.of === "operators").map(({ key, count }) => [key, count]),
  );
  expect(figures.cash).toEqual(money((one) => (one.of === "parking" || one.of === "passes") && one.key === "cash"));
  expect(figures.waived).toEqual(money((one) => one.of === "let-off"));
  expect(figures.given_back).toEqual(money((one) => one.of === "given-back"));
  const whole: HandoverFigures = (await ask("booth", "GET", `${root}?site=jinxiu&limit=1`)).body.items[0].figures;
  const alarms = (await ask("booth", "GET", "/api/v1/alarms?site=jinxiu&limit=500")).body.items as {
    id: string;
    state: string;
    acknowledged_at: string | null;
  }[];
  expect(figures.alarms.unacknowledged).toBe(
    (
      await api.cloud.store.read
        .selectFrom("alarm")
        .select("id")
        .where("open", "=", 1)
        .where("test", "is", null)
        .where("acknowledged_at", "is", null)
        .execute()
    ).length,
  );
  expect(figures.alarms.rows.every(({ id }) => alarms.some((one) => one.id === id && one.acknowledged_at === null))).toBe(true);
  expect(whole.behind).toBe(0);
  counted(context, { openings: sumOf(figures.openings), alarms: figures.alarms.unacknowledged, "wrong numbers": 0 });
});

test("P 11.handover: the list is filtered and paged; another compound's is not there; what was signed is not changed unseen", async () => {
  const list = async (query: string, who = "booth") => (await ask(who, "GET", `${root}?site=jinxiu${query}`)).body;
  const all = (await list("&limit=500")).items as HandoverView[];
  expect(all.map(({ number }) => number)).toEqual([3, 2, 1]);
  const paged: HandoverView[] = [];
  let after = "";
  do {
    const page = await list(`&limit=1${after === "" ? "" : `&after=${after}`}`);
    paged.push(...page.items);
    after = page.next ?? "";
  } while (after !== "");
  expect(paged).toEqual(all);
  expect((await list("&state=accepted")).items.map(({ number }: HandoverView) => number)).toEqual([1]);
  expect((await list("&person=property-manager")).items).toEqual([]);
  expect((await list("&person=night")).items).toHaveLength(3);
  expect((await list(`&from=${encodeURIComponent(all[1]?.signed ?? "")}`)).items).toHaveLength(2);
  expect((await list(`&to=${encodeURIComponent(all[1]?.signed ?? "")}`)).items).toHaveLength(1);
  expect([(await list("&from=yesterday")).status, (await ask("booth", "GET", `${root}?site=jinxiu&who=x`)).status]).toEqual([400, 400]);
  expect((await ask("booth", "GET", `${root}?site=elsewhere`)).status).toBe(404);
  expect((await ask("far-booth", "GET", `${root}/${all[0]?.id}`)).status).toBe(404);
  expect((await ask("finance", "GET", `${root}?site=jinxiu`)).status).toBe(403);

  const rows = await api.cloud.store.read.selectFrom("handover").selectAll().orderBy("number").execute();
  expect(rows.map(hashHolds)).toEqual([true, true, true]);
  expect(rows.map(({ previous }) => previous)).toEqual(["", rows[0]?.hash, rows[1]?.hash]);
  const [row] = rows;
  expect(row === undefined || hashHolds({ ...row, notes: "没有异常" })).toBe(false);
  const audit = await api.cloud.store.read
    .selectFrom("audit")
    .select(["action", "person"])
    .where("action", "like", "handover.%")
    .where("outcome", "=", "done")
    .orderBy("ordinal")
    .execute();
  expect(audit.map(({ action, person }) => `${action} ${person}`)).toEqual([
    ...["handover.sign booth", "handover.answer night", "handover.sign property-manager", "handover.answer booth"],
    ...["handover.sign night", "handover.withdraw night"],
  ]);
});
