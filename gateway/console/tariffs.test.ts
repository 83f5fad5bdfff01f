// The tariff tools at the console: the same answers as on the command line, and refusals in words.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { booth } from "#test/world/booth.ts";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { repository } from "#test/world/program.ts";

let site: ParkingSite;
afterEach(() => site?.stop());
const tariff = (name: string): string => readFileSync(join(repository, "tariffs", `${name}.yaml`), "utf8");

test("quote, check, diff and explain; malformed questions and faulty files are refused; without the token nothing", async () => {
  site = await startParkingSite({ console: true });
  const ask = (tool: string, body: unknown, token?: null) =>
    booth(site, ...(token === null ? [null] : [])).ask(`/api/v1/tariffs/${tool}`, { method: "POST", body: JSON.stringify(body) });
  const station = tariff("quanzhou-station");
  const stay = { tariff: station, enter: "2025-11-03 09:00", exit: "2025-11-03 13:00", plate: "闽C·D12345" };
  expect(await ask("quote", stay)).toMatchObject({ status: 200, body: { total_fen: 600, tariff: "quanzhou-station@2025-04-08" } });
  expect(await ask("quote", { ...stay, history: ["2025-11-03 06:00/2025-11-03 07:00=0"] })).toMatchObject({
    status: 200,
    body: { total_fen: 1200 },
  });
  expect(await ask("quote", { ...stay, enter: "yesterday" })).toMatchObject({ status: 409, body: { code: "not-understood" } });
  expect(await ask("quote", { ...stay, tip: 5 })).toMatchObject({ status: 400, body: { code: "not-as-described" } });
  expect(await ask("quote", { ...stay, tariff: tariff("bad/negative") })).toMatchObject({ status: 409, body: { code: "tariff-refused" } });
  expect(await ask("check", { tariff: tariff("bad/periods-gap") })).toMatchObject({
    status: 200,
    body: { ok: false, complaints: [{ code: "periods-gap" }] },
  });
  expect(await ask("check", { tariff: station })).toMatchObject({ status: 200, body: { ok: true, complaints: [] } });
  const dearer = station.replaceAll("price: 3 ", "price: 4 ");
  const diff = await ask("diff", { before: station, after: dearer });
  expect(diff).toMatchObject({ status: 200, body: { gone: [{ zh: "首4小时内每小时3元" }], come: [{ zh: "首4小时内每小时4元" }] } });
  expect(await ask("explain", { tariff: station, at: "2019-01-01" })).toMatchObject({ status: 200, body: { version: "2018-11-15" } });
  for (const tool of ["quote", "check", "diff", "explain"]) expect(await ask(tool, {}, null)).toMatchObject({ status: 401 });
});
