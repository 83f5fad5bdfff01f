// Changing over from another system: its sheets, a day in its shadow, the difference to what the guards did, live and back again. A real journal, real boards, told time.
import { afterEach, expect, test } from "vitest";
import { writeWorkbook } from "#protocols/excel/write.ts";
import { booth } from "../world/booth.ts";
import { boothToken, type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { mine, minute, other, quickScene, type Scene } from "./at-the-lane.ts";

let site: ParkingSite | undefined;
afterEach(() => site?.stop());

interface Desk extends Scene {
  sheet(path: string, text: string | Uint8Array): Promise<Record<string, unknown>>;
  ask(path: string): Promise<Record<string, unknown> | null>;
  text(path: string): Promise<string>;
}

async function desk(): Promise<Desk> {
  const started = await startParkingSite({ console: true });
  site = started;
  await started.goOn(1_000);
  const authorization = `Bearer ${boothToken}`;
  return {
    ...quickScene(started),
    sheet: async (path, body) => {
      const headers = { authorization, "content-type": "text/csv" };
      return (await (await fetch(`${started.http()}/api/v1${path}`, { method: "POST", headers, body: body as never })).json()) as Record<
        string,
        unknown
      >;
    },
    ask: async (path) => (await booth(started).ask(`/api/v1${path}`)).body,
    text: async (path) => (await fetch(`${started.http()}/api/v1${path}`, { headers: { authorization } })).text(),
  };
}

test("another system's sheet of passes: wrong cells by their place, nothing written; mended, written; again, nothing changes; paid here, not set back", async () => {
  const scene = await desk();
  const head = "车牌号码,房号,联系电话,开始日期,到期日期,车位数";
  const right = [`${mine},3-1201,13800000000,2026/1/1,2026/12/31,1`, "闽C67890 闽C67891,3-1202,,2026-01-01,2026年12月5日,1"];
  const wrong = [`闽C,3-1203,,2026-01-01,2026-12-31,1`, `${other},3-1204,,2026-01-01,去年,0`, `${mine},3-1205,,2026-01-01,2026-12-31,1`];
  const path = "/go-live/passes?lot=main&person=%E7%89%A9%E4%B8%9A";
  const first = await scene.sheet(path, [head, ...right, ...wrong].join("\n"));
  expect(first).toMatchObject({ written: false, rows: 5 });
  expect((first.complaints as { cell: string }[]).map(({ cell }) => cell)).toEqual(["A4", "E5", "F5", "A6"]);
  expect(await scene.ask("/register/passes")).toMatchObject({ rows: [] });
  expect(await scene.sheet(`${path}&dry_run=1`, [head, ...right].join("\n"))).toMatchObject({ written: false, new: 2 });
  expect(await scene.sheet(`${path}&only_right=1`, [head, ...right, ...wrong].join("\n"))).toMatchObject({ written: true, new: 2 });
  expect(await scene.sheet(path, [head, ...right].join("\n"))).toMatchObject({ written: true, new: 0, changed: 0, unchanged: 2 });
  // The same rows as a workbook are the same rows.
  const cells = [head, ...right].map((line) => line.split(","));
  const columns = (cells[0] ?? []).map((name) => ({ head: name, kind: "text" as const, width: 12 }));
  const book = writeWorkbook([{ name: "月租", title: "月租车一览表", info: "", columns, rows: cells.slice(1) }]);
  expect(await scene.sheet(path, book)).toMatchObject({ written: true, new: 0, changed: 0, unchanged: 2, complaints: [] });
  // Its last day is whole.
  await scene.parks(mine);
  expect(scene.atExit(mine, 150 * minute)).toBe("opened");
  await scene.drives("out");

  // A renewal that was paid here outlives the old sheet.
  const pass = (await scene.ask(`/register/passes?plate=${encodeURIComponent(mine)}`))?.rows as { pass: string }[];
  const id = pass[0]?.pass ?? "";
  const prices = {
    lot: "main",
    from: "2026-11-01",
    person: "甲",
    rows: [{ row: "first", zh: "首车", en: "first", nth: 1, month_fen: 30_000 }],
  };
  await scene.post("/pass-prices", { ...prices, grace_days: 0, changes_per_year: 1, replacement_days: 0 });
  expect(
    (
      await scene.post(`/passes/${id}/orders`, {
        order: "order-0001",
        term: { by: "date", months: 1 },
        amount_fen: 30_000,
        method: "cash",
        collector: "甲",
      })
    ).status,
  ).toBe(200);
  expect(await scene.sheet(path, [head, ...right].join("\n"))).toMatchObject({ kept: 1, unchanged: 1 });
});

test("cars that are inside already: known times are stays like any other, unknown ones are free, once", async () => {
  const scene = await desk();
  const sheet = `车牌,入场时间\n${mine},\n${other},2026-11-25 09:30\n闽C12345,2026-11-26 09:30\n`;
  expect(await scene.sheet("/go-live/inside?lot=main", sheet)).toMatchObject({
    written: false,
    complaints: [{ cell: "A4", zh: expect.stringContaining("将来") }],
  });
  for (const [expected, known] of [
    [2, 0],
    [0, 2],
  ] as const)
    expect(await scene.sheet("/go-live/inside?lot=main&only_right=1", sheet)).toMatchObject({ written: true, new: expected, known });
  expect(scene.visits()).toHaveLength(2);
  // 12:00 now; in since 9:30: an hour free, then 2 yuan an hour begun.
  expect(scene.atExit(other, 1_000)).toBe("unpaid");
  expect((await booth(scene.site).due("out")).body).toMatchObject({ due_fen: 400 });
  expect(scene.atExit(mine, 300 * minute)).toBe("opened");
  await scene.drives("out");
  await scene.parks(mine);
  expect(await scene.sheet("/go-live/inside?lot=main&only_right=1", sheet)).toMatchObject({ new: 0 });
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
});

test("in the shadow: read and priced, nothing commanded; the guards' day beside ours; live by one switch and back by the same", async () => {
  const scene = await desk();
  const switchTo = (mode: string) => scene.post("/go-live/mode", { mode, person: "物业甲", reason: "试运行" });
  expect((await switchTo("shadow")).body).toMatchObject({ mode: "shadow" });
  // The other system opens for the car that came in.
  expect(scene.site.push("in", { license: mine })).toEqual({ reason: "opened", opens: false });
  await scene.drives("in");
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  expect((await scene.pays()).body).toMatchObject({ code: "shadow" });
  expect((await booth(scene.site).open("out", { command: "command-0001", person: "门岗甲", reason: "已收费" })).body).toEqual({
    gate: "not-opened",
    reason: "shadow",
  });
  await scene.drives("out");
  expect([scene.pulses("in"), scene.pulses("out"), scene.visits()]).toEqual([0, 0, [`${mine} gone`]]);
  // One that stays shut although we would have opened, and one opening that nobody of ours would have made.
  expect(scene.site.push("in", { license: other })).toEqual({ reason: "opened", opens: false });
  await scene.site.goOn(12_000);
  await scene.armGoesUp("out");
  await scene.armComesDown("out");
  const opened = scene.site.events("gate.opened");
  expect(opened.map(({ cause, command }) => [cause, command])).toEqual(opened.map(() => ["unknown", null]));
  expect([scene.site.events("gate.unanswered"), scene.reasons().includes("opened-by-nobody")]).toEqual([[], false]);
  expect(await scene.ask(`/arrears?plate=${encodeURIComponent(mine)}`)).toEqual([]);

  const left = scene.site.events("visit.closed").at(-1)?.left_at ?? 0;
  const at = new Date(left + 8 * 3_600_000 + 60_000).toISOString().slice(0, 19).replace("T", " ");
  expect(await scene.sheet("/go-live/ledger?lot=main", `车牌号,出场时间,实收金额\n${mine},${at},5.00\n闽C99999,${at},2\n`)).toMatchObject({
    written: true,
    rows: 2,
  });
  const report = await scene.ask("/go-live/report?date=2026-11-25");
  expect(report).toMatchObject({ left: 1, ours_fen: 400, theirs_fen: 700, same: 0, would_open_stayed: 1, exceptions: { unpaid: 1 } });
  expect(report?.differences).toMatchObject([
    { kind: "other-amount", ours_fen: 400, theirs_fen: 500, difference_fen: -100 },
    { kind: "only-in-old", ours_fen: null, theirs_fen: 200 },
  ]);
  expect(await scene.text("/go-live/report/csv?date=2026-11-25")).toContain("金额不同");

  // A fire is no other system's matter.
  await scene.post("/fire", { fire: true, person: "门岗甲", reason: "演练" });
  await scene.site.goOn(1_000);
  expect(scene.pulses("out")).toBe(1);
  await scene.post("/fire", { fire: false, person: "门岗甲", reason: "演练结束" });

  expect((await switchTo("live")).body).toMatchObject({ mode: "live" });
  await scene.site.goOn(10_000);
  expect(scene.pulses("in")).toBe(1); // the fire's; nothing of the shadow is made up for
  expect(scene.site.push("in", { license: other }).opens).toBe(true);
  await scene.drives("in");
  await switchTo("shadow");
  expect(scene.atExit(other, 5 * minute)).toBe("opened");
  expect(scene.pulses("out")).toBe(1);
  expect(await scene.text("/go-live/inside/csv")).toContain("闽C·F00888,main,2026-11-25");
  expect(scene.site.events("site.shadow").map(({ mode }) => mode)).toEqual(["shadow", "live", "shadow"]);
});
