// A mediation: two parties at least, an agreement that was reached is written down, versions in the chain; and nothing of it leaves by any way that more people read.
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { type Role, roles } from "#protocols/api/views.ts";
import { counted } from "#test/promise.ts";
import { verifyChain } from "./chain.ts";
import { mediationsWrong } from "./mediation.ts";
import { differencesOf } from "./steps.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.close());

const secret = "噪声扰民赔偿八百元";
const words = "三楼与四楼漏水争执";
const parties = [
  { name: "当事人甲某某", side: "申请人" },
  { name: "当事人乙某某", side: "被申请人" },
];

test("parties, agreement, outcome: by whom they are written, and who reads which of it", async (context) => {
  const ask = async (role: Role, method: "GET" | "POST", url: string, payload?: object) => {
    api.cloud.clock.now += 1_100;
    const answer = await api.ask(role, { method, url, ...(payload === undefined ? {} : { payload }) });
    const type = answer.headers["content-type"]?.includes("json") ? String(answer.json().type ?? "") : "";
    return {
      status: answer.statusCode,
      text: answer.rawPayload.toString("latin1") + answer.body,
      answer,
      code: type.replace("urn:cuobian:problem:", ""),
    };
  };
  const reported = await ask("community-officer", "POST", "/api/v1/hazards", {
    ...{ site: "jinxiu", place: "3 号楼", category: "邻里", zh: words, source: "网格巡查", matter: "mediation" },
  });
  const { id } = reported.answer.json();
  const url = `/api/v1/hazards/${id}/mediation`;
  const write = (more: object) => ask("alliance", "POST", url, { parties, outcome: "调解中", confidential: true, ...more });
  expect([
    (await write({ parties: [parties[0], parties[0]] })).code,
    (await write({ outcome: "达成协议" })).code,
    (await write({})).status,
    (await write({ outcome: "达成协议", agreement: secret })).status,
    (await ask("bureau-officer", "POST", url, { parties, outcome: "撤回", confidential: false })).status,
  ]).toEqual(["no-parties", "no-agreement", 201, 201, 403]);

  const paper = `${url}/agreement`;
  const worded = (answer: { rawPayload: Buffer }): string =>
    strFromU8(unzipSync(new Uint8Array(answer.rawPayload))["word/document.xml"] ?? new Uint8Array());
  const whole: readonly Role[] = ["alliance", "community-officer", "street-officer", "bureau-officer", "auditor"];
  const outcome: readonly Role[] = ["property-manager", "owners-committee", "community-committee"];
  const found = { roles: 0, whole: 0, outcome: 0, nothing: 0, ways: 0 };
  for (const confidential of [true, false]) {
    if (!confidential) expect((await write({ outcome: "达成协议", agreement: secret, confidential: false })).status).toBe(201);
    for (const role of roles) {
      const { status, text, answer } = await ask(role, "GET", url);
      found.roles += 1;
      if (whole.includes(role)) {
        expect([status, text.includes(secret), text.includes("当事人乙某某")], role).toEqual([200, true, true]);
        // On paper the same, to be signed: the newest version, with its hash, and what it says of secrecy only where it is secret.
        const page = (await ask(role, "GET", paper)).answer;
        const file = worded((await ask(role, "GET", `${paper}?as=docx`)).answer);
        for (const said of [page.body, file])
          for (const one of [
            secret,
            "申请人：当事人甲某某",
            "被申请人：当事人乙某某",
            words,
            answer.json().at(-1).hash,
            "调解员",
            "三十日内",
          ])
            expect(said, `${role} ${one}`).toContain(one);
        expect([page.body.includes("本次调解不公开"), file.includes("本次调解不公开"), page.headers["cache-control"]]).toEqual([
          ...[confidential, confidential, "private, no-store"],
        ]);
        found.whole += 1;
      } else if (outcome.includes(role) && !confidential) {
        expect([status, answer.json().length, answer.json()[0].outcome, answer.json()[0].parties], role).toEqual([
          200,
          1,
          "达成协议",
          null,
        ]);
        found.outcome += 1;
      } else {
        expect([403, 404], role).toContain(status);
        found.nothing += 1;
      }
      if (whole.includes(role)) continue;
      for (const one of [secret, "当事人", words]) expect(text, role).not.toContain(one);
      expect([403, 404], role).toContain((await ask(role, "GET", paper)).status);
    }
  }
  // Nothing was agreed at last: there is no paper of it, whatever stood in a version before.
  expect((await write({ outcome: "未达成协议" })).status).toBe(201);
  expect((await ask("alliance", "GET", paper)).code).toBe("not-yet");
  expect((await ask("alliance", "GET", "/api/v1/hazards/JX01-20260101-M99/mediation/agreement")).status).toBe(404);
  // Nor by any other way out: rows, search, files, papers, pictures, the public page.
  const picture = { kind: "other", mime: "image/png", base64: "iVBORw0KGgo=" };
  expect((await ask("alliance", "POST", `/api/v1/hazards/${id}/evidence`, picture)).status).toBe(201);
  expect((await ask("property-manager", "GET", `/api/v1/hazards/${id}/evidence`)).status).toBe(404);
  expect((await ask("alliance", "GET", `/api/v1/hazards/${id}/evidence`)).answer.json().length).toBe(1);
  for (const role of ["booth", "property-manager", "owners-committee"] as const)
    for (const way of [
      "/api/v1/hazards",
      `/api/v1/hazards/${id}`,
      `/api/v1/hazards/${id}/paper?kind=notice`,
      "/api/v1/ledger/export?as=csv",
    ]) {
      const { text } = await ask(role, "GET", way);
      found.ways += 1;
      for (const one of [secret, "当事人", words]) expect(text, `${role} ${way}`).not.toContain(one);
    }
  const searched = await ask("booth", "GET", `/api/v1/hazards?text=${encodeURIComponent("漏水")}`);
  expect(searched.answer.json().items).toEqual([]);
  // A file goes from hand to hand: a mediator's has nothing of it either, and the sums agree.
  const file = await ask("bureau-officer", "GET", "/api/v1/ledger/export?as=csv&matter=mediation");
  expect([file.status, file.text.includes(words), file.text.includes(id)]).toEqual([200, false, false]);
  expect((await ask("bureau-officer", "GET", "/api/v1/ledger/totals?matter=mediation")).answer.json().rows).toBe(0);
  const published = await ask("street-officer", "POST", `/api/v1/hazards/${id}/transitions`, { action: "publish", note: "公开" });
  expect([published.status, published.code]).toEqual([409, "confidential"]);
  const page = (await api.server.inject({ method: "GET", url: "/pub/JX01/zh-CN" })).body;
  for (const one of [secret, "当事人", words]) expect(page).not.toContain(one);

  const { store } = api.cloud;
  expect([await mediationsWrong(store.read), await differencesOf(store.read), "sound" in (await verifyChain(store.read))]).toEqual([
    [],
    [],
    true,
  ]);
  await store.change((change) =>
    change.updateTable("mediation").set({ agreement: "赔偿八千元" }).where("hazard", "=", id).where("seq", "=", 2).execute(),
  );
  expect(await mediationsWrong(store.read)).toEqual([`${id} 调解记录第 2 版`]);
  counted(context, found);
});
