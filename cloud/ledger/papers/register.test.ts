// The register of papers: numbers without a gap by issuer and year, what was printed kept as it was, service and receipt by the right organisation, in the hazard's chain.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, people, type TestApi } from "#cloud/api/api-for-tests.ts";
import { syncPeople } from "#cloud/identity/people.ts";
import { allSealed } from "#cloud/store/spoiling-for-tests.ts";
import type { Role } from "#protocols/api/views.ts";
import { dayMs, fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { verifyChain } from "../chain.ts";

let api: TestApi;
const organisations: Partial<Record<Role, string>> = {
  "street-officer": "青阳街道办",
  "bureau-officer": "住建局",
  alliance: "消防救援大队",
};
beforeAll(async () => {
  api = await openTestApi();
  const named = people.map((one) => ({ ...one, organisation: organisations[one.role] ?? "锦绣物业" }));
  await syncPeople(api.cloud.store, named);
});
afterAll(async () => {
  await allSealed(api.cloud.store);
  await api.close();
});

const at = (moment: string): number => fromRfc3339(`${moment}:00+08:00`) ?? Number.NaN;
const ask = async (role: Role, url: string, payload?: object) => {
  const answer = await api.ask(role, payload === undefined ? { method: "GET", url } : { method: "POST", url, payload });
  return { code: answer.statusCode, body: answer.headers["content-type"]?.toString().includes("json") ? answer.json() : answer.body };
};
const clock = (moment: string): void => {
  api.cloud.clock.now = at(moment);
  api.forgetCookies();
};
async function hazard(place: string, dispatched = true): Promise<string> {
  const report = { site: "jinxiu", place, category: "消防设施", zh: "消防栓无压", source: "网格巡查" };
  const { id } = (await ask("grid-worker", "/api/v1/hazards", report)).body;
  if (dispatched)
    await ask("street-officer", `/api/v1/hazards/${id}/transitions`, { action: "dispatch", note: "请整改", responsible: "锦绣物业" });
  return id as string;
}
const issue = (role: Role, id: string, kind = "notice") => ask(role, `/api/v1/hazards/${id}/papers`, { kind });
const step = (role: Role, id: string, said: object) => ask(role, `/api/v1/ledger/papers/${id}/steps`, said);

test("numbered by issuer and year without a gap, printed as it was, served and received by the right people, taken back and never used again", async (context) => {
  clock("2026-12-28T09:00");
  const first = await hazard("1 号楼");
  const open = await hazard("2 号楼", false);
  expect([
    (await issue("street-officer", open)).code,
    (await issue("community-officer", first)).code,
    (await issue("street-officer", first, "closure")).code,
  ]).toEqual([409, 403, 409]);
  const numbers: string[] = [];
  for (const role of ["street-officer", "bureau-officer", "street-officer", "alliance"] as const)
    numbers.push((await issue(role, first)).body.number);
  // What was refused has used no number.
  expect(numbers).toEqual([
    "青阳街道办改字〔2026〕1号",
    "住建局改字〔2026〕1号",
    "青阳街道办改字〔2026〕2号",
    "消防救援大队改字〔2026〕1号",
  ]);
  const { items } = (
    await ask("street-officer", "/api/v1/ledger/papers?organisation=%E9%9D%92%E9%98%B3%E8%A1%97%E9%81%93%E5%8A%9E&year=2026")
  ).body;
  const byNumber = (number: string | undefined) =>
    (items as { number: string }[]).find((one) => one.number === number) as (typeof items)[0];
  const [paper, second] = [byNumber(numbers[0]), byNumber(numbers[2])];
  expect([paper.number, paper.service, paper.serve_due.slice(0, 10), paper.addressee]).toEqual([
    numbers[0],
    "waiting",
    "2026-12-31",
    "锦绣物业",
  ]);
  const printed = await ask("property-manager", `/api/v1/ledger/papers/${paper.id}`);
  expect([printed.code, printed.body.includes(numbers[0] ?? ""), printed.body.includes("隐患整改通知书")]).toEqual([200, true, true]);
  // What the hazard becomes changes nothing of what was issued.
  await ask("street-officer", `/api/v1/hazards/${first}/transitions`, { action: "correct", note: "更正", field: "zh", value: "另一回事" });
  expect((await ask("property-manager", `/api/v1/ledger/papers/${paper.id}`)).body).toBe(printed.body);
  const row = await api.cloud.store.read.selectFrom("issued_paper").selectAll().where("id", "=", paper.id).executeTakeFirstOrThrow();
  expect(createHash("sha256").update(row.body).digest("hex")).toBe(paper.sha256);

  expect([
    (await step("bureau-officer", paper.id, { step: "serve", how: "直接送达" })).code,
    (await step("street-officer", paper.id, { step: "serve" })).code,
    (await step("street-officer", paper.id, { step: "serve", how: "直接送达", at: "2026-12-27T10:00:00+08:00" })).code,
    (await step("street-officer", paper.id, { step: "receive" })).code,
  ]).toEqual([403, 400, 409, 403]);
  clock("2027-01-05T10:00");
  const served = await step("street-officer", paper.id, { step: "serve", how: "留置送达", by: "王某、李某" });
  expect([served.code, served.body.service, served.body.served_how]).toEqual([200, "served-late", "留置送达"]);
  expect((await step("street-officer", paper.id, { step: "serve", how: "直接送达" })).code).toBe(409);
  const received = await step("property-manager", paper.id, { step: "receive", by: "物业经理" });
  expect([received.code, received.body.received_by]).toEqual([200, "物业经理"]);
  expect((await step("street-officer", second.id, { step: "withdraw", why: "地址写错" })).body.service).toBe("withdrawn");
  expect((await step("property-manager", second.id, { step: "receive" })).code).toBe(409);
  // A new year begins at one, and the number that was taken back stays used.
  expect((await issue("street-officer", first)).body.number).toBe("青阳街道办改字〔2027〕1号");
  const unserved = (await ask("street-officer", "/api/v1/ledger/papers?state=unserved")).body.items as {
    number: string;
    service: string;
  }[];
  expect(unserved.map(({ number, service }) => `${number} ${service}`).sort()).toEqual([
    ...["住建局改字〔2026〕1号 late", "消防救援大队改字〔2026〕1号 late", "青阳街道办改字〔2027〕1号 late"].sort(),
  ]);
  const steps = (await ask("street-officer", `/api/v1/hazards/${first}`)).body.steps as { action: string; note: string }[];
  expect(steps.filter(({ action }) => action.startsWith("paper-")).map(({ action, note }) => `${action} ${note.includes("〔")}`)).toEqual([
    ...Array<string>(4).fill("paper-issue true"),
    ...["paper-serve true", "paper-receive true", "paper-withdraw true", "paper-issue true"],
  ]);
  expect(await verifyChain(api.cloud.store.read)).toHaveProperty("sound");
  expect(api.cloud.clock.now - at("2026-12-28T09:00")).toBeGreaterThan(dayMs);
  counted(context, { papers: numbers.length + 1, steps: steps.length, "refused, each in words": 10 });
});

test("each list counts what it shows, whatever it is narrowed to; the file holds the same rows and computes nothing", async (context) => {
  const narrowed = [
    "",
    "&year=2026",
    "&kind=notice",
    "&organisation=%E4%BD%8F%E5%BB%BA%E5%B1%80",
    "&text=%E9%94%A6%E7%BB%A3",
    "&text=2027",
    "&text=%25",
  ];
  let counted_ = 0;
  for (const narrow of narrowed) {
    const counts = (await ask("street-officer", `/api/v1/ledger/papers/counts?${narrow.slice(1)}`)).body as Record<string, number>;
    for (const list of ["all", "unserved", "late", "unreceived", "withdrawn"]) {
      const url = `/api/v1/ledger/papers?limit=500${narrow}${list === "all" ? "" : `&state=${list}`}`;
      const { items } = (await ask("street-officer", url)).body as { items: { service: string; received_at: string | null }[] };
      expect([narrow, list, items.length]).toEqual([narrow, list, counts[list]]);
      if (list === "late") expect(items.every(({ service }) => service === "late")).toBe(true);
      counted_ += 1;
    }
  }
  const { body } = await ask("street-officer", "/api/v1/ledger/papers/counts");
  expect([body.organisations.length, body.years, body.all > 4, body.withdrawn]).toEqual([3, [2027, 2026], true, 1]);
  // A sign of a pattern is a letter like any other.
  expect((await ask("street-officer", "/api/v1/ledger/papers/counts?text=%25")).body.all).toBe(0);
  const csv = (await ask("auditor", "/api/v1/ledger/papers/export?as=csv")).body as string;
  expect(csv.trim().split("\r\n")).toHaveLength(1 + body.all);
  expect((await ask("street-officer", "/api/v1/ledger/papers?site=nowhere")).code).toBe(404);
  expect((await ask("finance", "/api/v1/ledger/papers/counts")).code).toBe(403);
  counted(context, { lists: counted_, papers: body.all });
});

test("many at once: every number once, none left out", async () => {
  const id = await hazard("9 号楼");
  const before = (await issue("bureau-officer", id)).body.n as number;
  const answers = await Promise.all(Array.from({ length: 12 }, () => issue("bureau-officer", id)));
  const given = answers.filter(({ code }) => code === 201).map(({ body }) => body.n as number);
  expect(given.sort((a, b) => a - b)).toEqual(Array.from({ length: given.length }, (_, n) => before + 1 + n));
  expect(given.length).toBeGreaterThan(0);
});

test("the bureau's own word before the year, from the day on which its rule holds", async () => {
  const body = [
    {
      ...{ id: "housing", zh: "住建局", en: "housing bureau", roles: ["bureau-officer"] },
      papers: [{ kind: "notice", title: "隐患整改通知书", word: "晋住建改字" }],
    },
  ];
  const rule = { kind: "issuers", scope: "", valid_from: "2027-01-01", note: "文号", body };
  expect((await ask("bureau-officer", "/api/v1/ledger/rules", rule)).code).toBe(201);
  const id = await hazard("7 号楼");
  expect((await issue("bureau-officer", id)).body.number).toBe("晋住建改字〔2027〕1号");
  expect((await issue("street-officer", id)).code).toBe(403);
});
