// Photos that look alike are said to whoever judges the work: of another hazard, before and after, mirrored, turned; nothing is refused for it.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import type { EvidenceView, HazardView } from "#protocols/api/hazards.ts";
import type { Role } from "#protocols/api/views.ts";
import { counted } from "#test/promise.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.close());

const ask = async (role: Role, url: string, payload?: object) =>
  api.ask(role, payload === undefined ? { method: "GET", url } : { method: "POST", url, payload });
async function hazard(place: string): Promise<string> {
  const report = { site: "jinxiu", place, category: "消防设施", zh: "消防栓无压", source: "网格巡查" };
  return ((await ask("grid-worker", "/api/v1/hazards", report)).json() as HazardView).id;
}
async function upload(id: string, name: string, kind: "before" | "after"): Promise<EvidenceView> {
  const base64 = readFileSync(new URL(`../../test/pictures/${name}`, import.meta.url)).toString("base64");
  const mime = name.endsWith(".png") ? "image/png" : "image/jpeg";
  const answer = await ask("property-manager", `/api/v1/hazards/${id}/evidence`, { kind, mime, base64 });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json() as EvidenceView;
}
const said = ({ alike }: EvidenceView): string[] =>
  alike.map(({ hazard, kind, mirrored, here }) => `${hazard} ${kind}${mirrored ? " mirrored" : ""}${here ? " here" : ""}`);

test("the same photo, halved, mirrored or turned, is named at the second hazard; before and after alike is named; work goes on", async (context) => {
  const [one, two, three] = [await hazard("1 号楼"), await hazard("2 号楼"), await hazard("3 号楼")];
  expect(said(await upload(one, "a.jpg", "before"))).toEqual([]);
  expect(said(await upload(two, "half.jpg", "before"))).toEqual([`${one} before`]);
  expect(said(await upload(three, "other2.jpg", "before"))).toEqual([]);
  // Two views of one thing before the work are no matter.
  expect(said(await upload(three, "other3.jpg", "before"))).toEqual([]);
  expect(said(await upload(three, "mirrored.jpg", "before")).sort()).toEqual([`${one} before mirrored`, `${two} before mirrored`].sort());
  expect(said(await upload(one, "flat.jpg", "before"))).toEqual([]);
  await ask("street-officer", `/api/v1/hazards/${two}/transitions`, { action: "dispatch", note: "请整改", responsible: "锦绣物业" });
  await ask("property-manager", `/api/v1/hazards/${two}/transitions`, { action: "receive", note: "签收" });
  // "After" is the picture of before, packed anew.
  expect(said(await upload(two, "progressive.jpg", "after"))).toContain(`${two} before here`);
  const asked = await ask("property-manager", `/api/v1/hazards/${two}/transitions`, { action: "request-reinspection", note: "已修好" });
  expect([asked.statusCode, (asked.json() as HazardView).state]).toEqual([200, "待复查"]);
  const seen = (await ask("street-officer", `/api/v1/hazards/${two}`)).json() as HazardView;
  expect(seen.evidence.filter(({ alike }) => alike.length > 0)).toHaveLength(2);
  expect(seen.steps.filter(({ note }) => note.includes("请复查人核对"))).toHaveLength(2);
  // Turned by its camera it is the same; as a PNG too.
  const four = await hazard("4 号楼");
  expect(said(await upload(four, "turned.jpg", "before")).length).toBeGreaterThan(0);
  expect(said(await upload(four, "palette.png", "after"))).toContain(`${four} before here`);
  const paper = await ask("street-officer", `/api/v1/hazards/${two}/paper?kind=photos`);
  expect(paper.body).toContain("疑似与其他照片相同");
  counted(context, { photos: 10, "named as alike": 5 });
});
