// The boards' queries of the telemetry are answered by a real InfluxDB; boards are whole; what is drawn across a gap is nothing.
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodePoint } from "#protocols/uplink/telemetry.ts";
import { hasCommand } from "#test/debian.ts";
import { startInflux1, type TestEngine } from "#test/world/telemetry-engines.ts";
import { boards, fieldsOf } from "./boards.ts";
import { boardJson } from "./files.ts";

const withInflux = test.skipIf(!(hasCommand("influxd") && hasCommand("nginx")));
let engine: TestEngine | undefined;
beforeAll(async () => {
  if (hasCommand("influxd") && hasCommand("nginx")) engine = await startInflux1("telemetry");
});
afterAll(() => engine?.stop());

const from = Date.UTC(2026, 10, 25, 4);
const at = (minute: number): bigint => BigInt(from + minute * 60_000) * 1_000_000n;
const tags = { socket: { station: "station-1", socket: "3" }, shed: { shed: "shed-1" }, line: { line: "line-1" } };

withInflux("every query of the charging board is answered; bad readings and gaps stay out", async () => {
  const board = boards.find(({ source }) => source === "influxdb");
  const queries = board?.panels.flatMap((panel) => panel.queries) ?? [];
  // Minutes 0 to 4 and 8 to 9; a bad reading in between.
  const lines = queries.flatMap(({ query }) =>
    fieldsOf(query).flatMap((name) => {
      const [measurement, ...rest] = name.split("_") as [keyof typeof tags, ...string[]];
      const point = (minute: number, quality: "good" | "bad", value: number) =>
        encodePoint({ measurement, tags: tags[measurement], quality, fields: { [rest.join("_")]: value }, time_ns: at(minute) });
      return [...[0, 1, 2, 3, 4, 8, 9].map((minute) => point(minute, "good", 1000 * minute)), point(6, "bad", 999_000)];
    }),
  );
  const wrote = await fetch(`${engine?.url}/api/v2/write?bucket=telemetry&precision=ns`, { method: "POST", body: lines.join("\n") });
  expect(wrote.status).toBe(204);
  for (const { query } of queries) {
    const asked = query.replace("$timeFilter", `time >= ${from}ms AND time < ${from + 600_000}ms`).replace("$__interval", "1m");
    const answer = await fetch(`${engine?.url}/query?db=telemetry&epoch=ms&q=${encodeURIComponent(asked)}`);
    const { results } = (await answer.json()) as {
      results: { error?: string; series?: { tags: object; values: [number, number | null][] }[] }[];
    };
    const values = results[0]?.series?.[0]?.values.map(([, value]) => value !== null);
    expect(values, `${asked}: ${results[0]?.error}`).toEqual([true, true, true, true, true, false, false, false, true, true]);
  }
});

test("each panel has its place, both languages and a query; stat panels of a warning say from where", () => {
  for (const board of boards) {
    const { panels } = boardJson(board) as {
      panels: { title: string; targets: object[]; gridPos: { x: number; y: number; w: number; h: number } }[];
    };
    expect(panels.length).toBe(board.panels.length);
    const taken = new Set<string>();
    for (const { title, targets, gridPos } of panels) {
      expect(title).toMatch(/\p{Script=Han}.* \/ .*[a-zA-Z]/u);
      expect(targets.length).toBeGreaterThan(0);
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
    }
  }
});
