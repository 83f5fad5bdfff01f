// A ledger of five years: so many hazards in so many compounds, each with its steps in the chain, and what list, filter, ranking and export then take over the API.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openTestApi, type TestApi } from "#cloud/api/api-for-tests.ts";
import { timeCursorText } from "#cloud/api/pages.ts";
import { weekOf } from "#cloud/assessment/weeks.ts";
import { syncPeople } from "#cloud/identity/people.ts";
import { openTree } from "#cloud/identity/tree.ts";
import { checkLedgerFile } from "#cloud/ledger/sheet/check.ts";
import type { Totals } from "#cloud/ledger/sheet/columns.ts";
import { type Beginning, beginHazard, writeStep } from "#cloud/ledger/steps.ts";
import type { StorePlace } from "#cloud/store/store.ts";
import { dayMs, fromRfc3339, hourMs } from "#protocols/vocabulary/time.ts";
import { percentile } from "./table.ts";

export const now = fromRfc3339("2026-11-26T10:00:00+08:00") ?? 0;
const years = 5;
const person = { id: "grid-worker", name: "网格员" };
const sources = ["网格巡查", "自动监测", "双随机", "12345", "基线排查"] as const;
const categories = ["消防设施", "疏散通道", "电动自行车充电设施", "电气线路"] as const;

export interface Filled {
  readonly api: TestApi;
  readonly hazards: number;
  readonly steps: number;
}

export async function fillLedger(place: StorePlace | undefined, hazards: number, compounds: number): Promise<Filled> {
  const sites = Array.from({ length: compounds }, (_, n) => ({
    id: `site-${n}`,
    name: `小区 ${n}`,
    compound_code: `C${n}X`,
    area: `town-${n % 17}`,
  }));
  const towns = Array.from({ length: 17 }, (_, n) => ({ id: `town-${n}`, name: `镇街 ${n}`, kind: "street" as const }));
  const given = { tree: openTree(towns, sites), compounds: sites, sites: sites.map(({ id, name }) => ({ id, name })) };
  const api = await openTestApi({ place, given });
  api.cloud.clock.now = now;
  await syncPeople(api.cloud.store, [
    { id: "bureau-officer", name: "住建专员", role: "bureau-officer", organisation: "住建局", area: "all" },
  ]);
  let steps = 0;
  for (let from = 0; from < hazards; from += 500)
    await api.cloud.store.change(async (change) => {
      for (let n = from; n < Math.min(hazards, from + 500); n += 1) {
        const found_at = now - Math.floor(((hazards - n) / hazards) * years * 365 * dayMs);
        const site = sites[(n * 7919) % compounds] ?? sites[0];
        if (site === undefined) return;
        const beginning: Beginning = {
          ...{
            id: `${site.compound_code}-${n}`,
            site: site.id,
            compound: site.name,
            place: `${n % 40} 号楼`,
            category: categories[n % 4] ?? "其他",
          },
          ...{ zh: `第 ${n} 处隐患`, en: `hazard ${n}`, found_at, source: sources[n % 5] ?? "网格巡查" },
        };
        const row = await beginHazard(change, beginning, { at: found_at, person, action: "found", note: "发现" });
        const deadline = found_at + 10 * dayMs;
        const open = n > hazards * 0.96;
        const sent = await writeStep(change, row, {
          at: found_at + hourMs,
          person,
          action: "dispatch",
          note: "派单",
          set: { state: "整改中", responsible: "物业", deadline, original_deadline: deadline },
        });
        if (sent === undefined) throw new Error("a step was lost");
        steps += 2;
        if (open) continue;
        const closed_at = found_at + (5 + (n % 9)) * dayMs;
        await writeStep(change, sent, {
          at: closed_at,
          person,
          action: "close",
          note: "销号",
          set: { state: "已销号", closed_at, closed_by: "某", actual_fen: n % 1000 },
        });
        steps += 1;
      }
    });
  return { api, hazards, steps };
}

export interface Measured {
  readonly what: string;
  readonly times: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly bytes: number;
}

/** Each question so many times, with other values each time where it has any. */
export async function measureLedger({ api, hazards }: Filled, times: number): Promise<Measured[]> {
  const seldom = times < 10 ? 1 : Math.floor(times / 5);
  const week = weekOf(now - 7 * dayMs).name;
  const site = (n: number): string => `site-${(n * 31) % api.surroundings.compounds.length}`;
  const questions: readonly (readonly [what: string, url: (n: number) => string, times: number])[] = [
    ["list, first page", () => "/api/v1/hazards?limit=50", times],
    ["list, deep page", (n) => `/api/v1/hazards?limit=50&after=${timeCursorText(now - ((n % 5) + 0.5) * 365 * dayMs, "C1X-1")}`, times],
    ["filter: overdue", () => "/api/v1/hazards?list=overdue&limit=50", times],
    [
      "filter: compound and category",
      (n) => `/api/v1/hazards?site=${site(n)}&category=${encodeURIComponent(categories[n % 4] ?? "")}&limit=50`,
      times,
    ],
    ["filter: words", (n) => `/api/v1/hazards?text=${encodeURIComponent(`第 ${(n * 977) % hazards} 处`)}`, times],
    ["filter: a word that few have", (n) => `/api/v1/hazards?text=${encodeURIComponent(`${n % 7} 处没有的`)}&limit=50`, times],
    ["filter: a word that all have", () => `/api/v1/hazards?text=${encodeURIComponent("隐患")}&limit=50`, times],
    ["ranking of a week", () => `/api/v1/ledger/ranking?week=${week}`, seldom],
    ["ranking, four years ago", () => `/api/v1/ledger/ranking?week=${weekOf(now - 4 * 365 * dayMs).name}`, seldom],
    ["totals of a compound", (n) => `/api/v1/ledger/totals?site=${site(n)}`, times],
    ["export of a compound, xlsx", (n) => `/api/v1/ledger/export?site=${site(n)}`, seldom],
    [
      "export of what is open of a category, CSV",
      (n) => `/api/v1/ledger/export?as=csv&list=open&category=${encodeURIComponent(categories[n % 4] ?? "")}`,
      seldom,
    ],
    ["list by deadline, page 1 and how many", () => "/api/v1/hazards?page=1&limit=50", times],
    [
      "list by deadline, deep page and how many",
      (n) => `/api/v1/hazards?page=${1 + Math.floor(hazards / 50 / (2 + (n % 3)))}&limit=50`,
      times,
    ],
    ["search of a word that all have, and how many", () => `/api/v1/hazards?page=1&limit=50&text=${encodeURIComponent("隐患")}`, times],
    ["figures of all", () => "/api/v1/ledger/figures", times],
    ["totals of all", () => "/api/v1/ledger/totals", times],
    ["escalation, rehearsed", () => "/api/v1/ledger/escalations?days=1", seldom],
  ];
  const measured: Measured[] = [];
  for (const [what, url, often] of questions) {
    const took: number[] = [];
    let bytes = 0;
    for (let n = 0; n < often; n += 1) {
      const begun = performance.now();
      const answer = await api.ask("bureau-officer", { method: "GET", url: url(n) });
      took.push(performance.now() - begun);
      if (answer.statusCode !== 200) throw new Error(`${what}: ${answer.statusCode} ${answer.body.slice(0, 300)}`);
      bytes = Math.max(bytes, answer.rawPayload.length);
    }
    measured.push(said(what, took, bytes));
  }
  return [...measured, ...(await exportAside(api))];
}

const said = (what: string, took: readonly number[], bytes: number): Measured => ({
  ...{ what, times: took.length, p50_ms: percentile(took, 50), p95_ms: percentile(took, 95), bytes },
});

interface Job {
  readonly id: string;
  readonly state: string;
  readonly done: number;
  readonly total: number | null;
  readonly bytes: number;
  readonly file: string | null;
  readonly why: string | null;
}

/** All of it as one file, made aside; and how long others wait for a page of the list, and for the loop of the process, meanwhile. */
async function exportAside(api: TestApi): Promise<Measured[]> {
  const ask = async (url: string, payload?: object) => {
    const answer = await api.ask("bureau-officer", payload === undefined ? { method: "GET", url } : { method: "POST", url, payload });
    if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.statusCode} ${answer.body.slice(0, 300)}`);
    return answer;
  };
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const begun = performance.now();
  const { id } = (await ask("/api/v1/ledger/exports", { as: "xlsx" })).json() as Job;
  delay.enable();
  const others: number[] = [];
  const seen: string[] = [];
  for (;;) {
    const from = performance.now();
    await ask(others.length % 2 === 0 ? "/api/v1/hazards?limit=50" : "/api/v1/hazards?list=overdue&limit=50");
    others.push(performance.now() - from);
    const job = (await ask(`/api/v1/ledger/exports/${id}`)).json() as Job;
    const counts = `${job.state} ${job.done}/${job.total ?? "?"}`;
    if (seen.at(-1) !== counts) seen.push(counts);
    if (job.state === "failed") throw new Error(`the export failed: ${job.why}`);
    if (job.file !== null) {
      const took = performance.now() - begun;
      delay.disable();
      const file = await ask(job.file);
      if (file.rawPayload.length !== job.bytes) throw new Error(`the file has ${file.rawPayload.length} bytes, not ${job.bytes}`);
      // As `cuobian ledger check` reads it: 28 typed columns, and sums that are the API's. Of a hundred thousand that takes minutes, and nobody waits for it here.
      if ((job.total ?? 0) <= 5_000) {
        const totals = (await ask("/api/v1/ledger/totals")).json() as Totals;
        const { complaints } = checkLedgerFile(file.rawPayload, totals);
        if (complaints.length > 0) throw new Error(`the file is not the ledger: ${JSON.stringify(complaints[0])}`);
      }
      return [
        said(`export of all, aside (${seen.length} counts seen)`, [took], job.bytes),
        said("a page of the list meanwhile", others, 0),
        { ...said("the loop of the process meanwhile", [0], 0), p50_ms: delay.percentile(50) / 1e6, p95_ms: delay.percentile(95) / 1e6 },
      ];
    }
    await new Promise((done) => setTimeout(done, 20));
  }
}
