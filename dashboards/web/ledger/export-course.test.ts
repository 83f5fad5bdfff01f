import { expect, test } from "vitest";
import type { ExportView } from "#protocols/api/exports.ts";
import { isWaiting, newerOf } from "./export-course.ts";

const view = (state: ExportView["state"], done: number, id = "e"): ExportView => ({
  ...{ id, name: "台账.xlsx", state, ahead: 0, done, total: 9, bytes: 0, sha256: null, why: null, file: null },
  ...{ asked_at: "2026-11-26T10:00:00+08:00", ended_at: null, expires_at: "2026-11-27T10:00:00+08:00" },
});

test.each([
  ["nothing was asked for", null, view("running", 3), null],
  ["nothing was told yet", view("queued", 0), undefined, "queued 0"],
  ["it is told that it runs", view("queued", 0), view("running", 3), "running 3"],
  ["it is told further", view("running", 3), view("running", 7), "running 7"],
  ["an answer overtook the stream", view("running", 7), view("running", 3), "running 7"],
  ["it was cancelled, and an older word comes late", view("cancelled", 4), view("running", 6), "cancelled 4"],
  ["another tab cancelled it", view("running", 9), view("cancelled", 4), "cancelled 4"],
  ["another file", view("queued", 0), view("ready", 9, "other"), "queued 0"],
] as const)("%s", (_, answered, heard, wanted) => {
  const newer = newerOf(answered, heard);
  expect(newer && `${newer.state} ${newer.done}`).toBe(wanted);
});

test("what has ended is not waited for", () => {
  expect((["queued", "running", "ready", "failed", "cancelled"] as const).map((state) => isWaiting(view(state, 1)))).toEqual([
    ...[true, true, false, false, false],
  ]);
});
