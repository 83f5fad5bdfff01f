// What runs beside what is wanted, for each way that a document can go.
import { expect, test } from "vitest";
import type { DocumentView, RunningView } from "#protocols/api/documents.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { documentRows, earlier, mayApproveDocument } from "./wanted.ts";

const now = Date.UTC(2026, 10, 25, 4);
const of = { site: "jinxiu", gateway: "gw-1", kind: "limits" as const, kind_zh: "限值", kind_en: "limits", name: "e-bike" };
const runs = (version: number, given: Partial<RunningView> = {}): RunningView => ({
  ...{ ...of, version, hash: "sha256:a", local: "sha256:b", trial: false, said: toRfc3339(wall(now)), ...given },
});
const document = (version: number, state: DocumentView["state"], given: Partial<DocumentView> = {}): DocumentView => ({
  ...{
    ...of,
    id: `d-${version}`,
    version,
    hash: "sha256:c",
    over: null,
    person: "installer",
    approver: null,
    reason: "调整",
    dangerous: true,
  },
  ...{ state, asked: toRfc3339(wall(now - 60_000)), issued: null, taken: null, ended: null, code: null, zh: null, en: null },
  ...given,
});

test.each<readonly [string, readonly RunningView[], readonly DocumentView[], string, number | null]>([
  ["the file on site", [runs(0)], [], "local", null],
  ["a document runs", [runs(3)], [document(3, "running"), document(2, "replaced")], "as-wanted", null],
  ["a newer one waits for a second person", [runs(3)], [document(4, "waiting"), document(3, "running")], "waiting", 4],
  [
    "nobody approved it within a day",
    [runs(3)],
    [document(4, "waiting", { asked: toRfc3339(wall(now - 25 * 3600_000)) }), document(3, "running")],
    "as-wanted",
    null,
  ],
  ["it is on its way", [runs(3)], [document(4, "issued"), document(3, "running")], "on-its-way", 4],
  ["it was taken", [runs(3)], [document(4, "taken"), document(3, "running")], "taken", 4],
  ["it is on trial", [runs(4, { trial: true })], [document(4, "running"), document(3, "replaced")], "trial", null],
  ["it was refused", [runs(3)], [document(4, "refused"), document(3, "running")], "refused", 4],
  ["an older one was refused", [runs(5)], [document(5, "running"), document(4, "refused")], "as-wanted", null],
  ["it was superseded by what runs", [runs(5)], [document(5, "running"), document(4, "superseded")], "as-wanted", null],
  ["nothing was ever reported", [], [document(1, "issued")], "on-its-way", 1],
])("%s", (_, running, documents, course, wanted) => {
  const [row] = documentRows(running, documents, wall(now));
  expect([row?.course, row?.wanted?.version ?? null]).toEqual([course, wanted]);
});

test("one goes back to what ran before, and to the file on site; never forward, and never to what was refused", () => {
  const [row] = documentRows(
    [runs(4)],
    [document(5, "waiting"), document(4, "running"), document(3, "refused"), document(2, "replaced"), document(1, "replaced")],
    wall(now),
  );
  expect(row === undefined ? [] : earlier(row)).toEqual([2, 1, 0]);
  const [local] = documentRows([runs(0)], [], wall(now));
  expect(local === undefined ? null : earlier(local)).toEqual([]);
});

test("each document of each gateway has one row", () => {
  const rows = documentRows(
    [runs(1), runs(1, { gateway: "gw-2" })],
    [document(2, "issued"), document(1, "running", { gateway: "gw-2" })],
    wall(now),
  );
  expect(rows.map(({ key, course }) => `${key} ${course}`)).toEqual([
    "jinxiu/gw-1/limits/e-bike on-its-way",
    "jinxiu/gw-2/limits/e-bike as-wanted",
  ]);
});

test.each([
  [{ id: "manager", role: "property-manager" }, "yes"],
  [{ id: "installer", role: "operating-company" }, "same-person"],
  [{ id: "x", role: "installer" }, "wrong-role"],
  [null, "wrong-role"],
] as const)("who approves a document: %j", (who, may) => {
  expect(mayApproveDocument(document(4, "waiting"), who)).toBe(may);
});
