// The photo annex: the pictures themselves, small, each on its line, for whoever may see pictures; what is not in it says why.
import { readFileSync } from "node:fs";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import type { Row } from "#cloud/store/schema.ts";
import { allSealed } from "#cloud/store/spoiling-for-tests.ts";
import type { Role } from "#protocols/api/views.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { counted } from "#test/promise.ts";
import { checkLedgerFile } from "./check.ts";
import { drawPictures, maskedWords, most } from "./pictures.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(async () => {
  await allSealed(api.cloud.store);
  await api.close();
});

const picture = (name: string): Buffer => readFileSync(new URL(`../../../test/pictures/${name}`, import.meta.url));
async function post(role: Role, url: string, payload: object) {
  api.cloud.clock.now += 1_100;
  const answer = await api.ask(role, { method: "POST", url, payload });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
}
const exported = async (role: Role): Promise<Uint8Array> => {
  const answer = await api.ask(role, { method: "GET", url: "/api/v1/ledger/export" });
  expect(answer.statusCode).toBe(200);
  return new Uint8Array(answer.rawPayload);
};
const annexOf = (bytes: Uint8Array) =>
  (readWorkbook(bytes, { dates: "text" }).find(({ name }) => name === "照片附件")?.rows ?? []).filter(({ line }) => line > 3);

test("before and after are in the file, small, on their lines; what is gone, masked, or no picture is said", async (context) => {
  const report = { site: "jinxiu", place: "3 号楼", category: "消防设施", zh: "消防栓无压", source: "网格巡查" };
  const { id } = await post("grid-worker", "/api/v1/hazards", report);
  const attach = async (kind: string, mime: string, bytes: Buffer): Promise<string> =>
    (
      await post("grid-worker", `/api/v1/hazards/${id}/evidence`, {
        kind,
        mime,
        base64: bytes.toString("base64"),
        captured: true,
        place: "消防栓 2",
      })
    ).sha256;
  const before = await attach("before", "image/jpeg", picture("a.jpg"));
  const turned = await attach("before", "image/jpeg", picture("turned.jpg"));
  const after = await attach("after", "image/png", picture("small.png"));
  const gone = await attach("other", "image/jpeg", picture("other2.jpg"));
  const paper = await attach("other", "application/pdf", Buffer.from("%PDF-1.4 nothing"));
  const broken = await attach("other", "image/png", Buffer.from("89504e470d0a1a0a", "hex"));
  await api.cloud.store.change((change) => change.deleteFrom("evidence_bytes").where("sha256", "=", gone).execute());

  const bytes = await exported("bureau-officer");
  const lines = annexOf(bytes);
  const said = (sha256: string): string => lines.find(({ cells }) => cells[8] === sha256)?.cells[12] ?? "";
  expect([before, turned, after, gone, paper, broken].map(said)).toEqual([
    ...["已附", "已附（缩小）", "已附", "未附：照片已按保存期限清除，摘要仍在"],
    ...["未附：不是图片（PDF），见地址", "未附：图片不能识别，见地址"],
  ]);
  const parts = unzipSync(bytes);
  const text = (path: string): string => strFromU8(parts[path] ?? new Uint8Array());
  const drawing = text("xl/drawings/drawing1.xml");
  const hung = [...drawing.matchAll(/<xdr:col>(\d+)<.*?<xdr:row>(\d+)<.*?descr="([^"]*)".*?r:embed="(rId\d+)"/g)].map(
    ([, column, row, words, image]) => ({
      ...{ column, row: Number(row), words, image },
    }),
  );
  // Each on the line of its own hash, in the last column.
  for (const { column, row, words } of hung) {
    const line = lines.find(({ line: at }) => at === row + 1);
    expect([column, words?.split(" ").at(-1)]).toEqual(["13", line?.cells[8]]);
  }
  const relations = text("xl/drawings/_rels/drawing1.xml.rels");
  const media = Object.keys(parts).filter((path) => path.startsWith("xl/media/"));
  expect([hung.length, media.length]).toEqual([3, 3]);
  for (const { image } of hung) {
    const target = new RegExp(`Id="${image}"[^>]*Target="\\.\\./([^"]+)"`).exec(relations)?.[1];
    expect(media).toContain(`xl/${target}`);
  }
  const sheet = Object.keys(parts).find((path) => /worksheets\/sheet\d+\.xml$/.test(path) && text(path).includes("<drawing r:id="));
  expect(text(sheet?.replace("worksheets/", "worksheets/_rels/").concat(".rels") ?? "")).toContain("../drawings/drawing1.xml");
  for (const ending of ["png", "jpeg", "drawing+xml"]) expect(text("[Content_Types].xml")).toContain(ending);
  // Nothing of what the camera wrote is in them; small they are, and the file is still the ledger's own.
  for (const path of media) expect(strFromU8(parts[path] ?? new Uint8Array(), true), path).not.toContain("Exif");
  expect(Math.max(...media.map((path) => parts[path]?.length ?? 0))).toBeLessThan(200 * 1024);
  expect(checkLedgerFile(bytes).complaints).toEqual([]);

  // Whose role sees pictures only for a reason gets the lines, and no picture.
  const masked = await exported("auditor");
  expect(Object.keys(unzipSync(masked)).filter((path) => /media|drawing/.test(path))).toEqual([]);
  expect(new Set(annexOf(masked).map(({ cells }) => cells[12]))).toEqual(new Set([maskedWords]));
  expect(strFromU8(unzipSync(masked)["[Content_Types].xml"] ?? new Uint8Array())).not.toContain("drawing");
  counted(context, {
    pictures: lines.length,
    "in the file": media.length,
    "said why not": lines.length - media.length,
    masked: annexOf(masked).length,
  });
});

test("so many to a file and no more; the same picture stands once", async () => {
  const { store } = api.cloud;
  const one = picture("small.png");
  const rows = Array.from(
    { length: most.pictures + 2 },
    (_, n) => ({ sha256: String(n).padStart(64, "0"), mime: "image/png" }) as Row<"evidence">,
  );
  await store.change(async (change) => {
    for (const { sha256 } of rows)
      await change
        .insertInto("evidence_bytes")
        .values({ sha256, base64: one.toString("base64") })
        .execute();
  });
  async function* pages() {
    yield [...rows.slice(0, 3), ...rows.slice(0, 3)];
    yield rows.slice(3);
  }
  const seen = { written: 0, alive: 0 };
  const count = (what: keyof typeof seen) => (): void => {
    seen[what] += 1;
  };
  const drawing = await drawPictures(store.read, { rows: pages(), write: count("written"), alive: count("alive") });
  expect([seen.written, drawing.images.length, seen.alive]).toEqual([most.pictures, most.pictures, most.pictures]);
  expect(drawing.of(rows[0]?.sha256 ?? "")).toMatchObject({ n: 1 });
  expect(drawing.of(rows.at(-1)?.sha256 ?? "")).toEqual({ why: expect.stringContaining(`最多附 ${most.pictures} 张`) });
});
