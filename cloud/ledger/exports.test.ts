// A file made aside: queued, running, ready; only whoever asked fetches it; what a dead process began is begun anew; and it is byte for byte what is written at once.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, people, type TestApi, tellEverything } from "#cloud/api/api-for-tests.ts";
import { syncPeople } from "#cloud/identity/people.ts";
import type { Role } from "#protocols/api/views.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { mostWaiting, startExports } from "./exports.ts";
import { checkLedgerFile } from "./sheet/check.ts";

interface View {
  readonly id: string;
  readonly state: string;
  readonly ahead: number;
  readonly done: number;
  readonly total: number | null;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly file: string | null;
  readonly why: string | null;
}

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await tellEverything(api.cloud);
  await syncPeople(api.cloud.store, [
    ...people,
    { id: "other", name: "另一人", role: "bureau-officer", organisation: "住建局", area: "all" },
  ]);
});
afterAll(() => api?.close());

const get = (role: Role, url: string) => api.ask(role, { method: "GET", url });
const ask = async (role: Role, payload: object): Promise<View> => {
  const answer = await api.ask(role, { method: "POST", url: "/api/v1/ledger/exports", payload });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json() as View;
};
async function ended(role: Role, id: string): Promise<View> {
  for (;;) {
    const view = (await get(role, `/api/v1/ledger/exports/${id}`)).json() as View;
    if (view.state === "ready" || view.state === "failed") return view;
    // The thread is another's time: nobody's clock is told here.
    await new Promise((done) => setImmediate(done));
  }
}

describe("exports made aside", () => {
  test("asked for, made, fetched: the same bytes as at once, the sums of the API, and a hash that says so", async (context) => {
    const asked = await ask("bureau-officer", { as: "xlsx" });
    expect([asked.file, asked.sha256]).toEqual([null, null]);
    const ready = await ended("bureau-officer", asked.id);
    expect([ready.state, ready.why, ready.done]).toEqual(["ready", null, ready.total]);
    const file = await get("bureau-officer", ready.file ?? "");
    expect([file.statusCode, file.rawPayload.length, file.headers["content-length"]]).toEqual([200, ready.bytes, String(ready.bytes)]);
    expect(createHash("sha256").update(file.rawPayload).digest("hex")).toBe(ready.sha256);
    const atOnce = await get("bureau-officer", "/api/v1/ledger/export");
    expect(Buffer.compare(atOnce.rawPayload, file.rawPayload)).toBe(0);
    const totals = (await get("bureau-officer", "/api/v1/ledger/totals")).json();
    expect(checkLedgerFile(file.rawPayload, totals).complaints).toEqual([]);
    expect(readWorkbook(file.rawPayload, { dates: "text" })[0]?.name).toBe("汇总");
    const csv = await ended("bureau-officer", (await ask("bureau-officer", { as: "csv", list: "open" })).id);
    const lines = (await get("bureau-officer", csv.file ?? "")).body.split("\r\n");
    expect([lines[0]?.startsWith("\ufeff隐患编号,"), lines.length - 2]).toEqual([true, csv.total]);
    const mine = (await get("bureau-officer", "/api/v1/ledger/exports")).json() as View[];
    expect(mine.map(({ id }) => id).sort()).toEqual([asked.id, csv.id].sort());
    counted(context, { files: 2, hazards: ready.total ?? 0, bytes: ready.bytes });
  });

  test("nobody else's: not another person's, not a resident's; after a day it is gone", async () => {
    const ready = await ended("bureau-officer", (await ask("bureau-officer", { as: "csv" })).id);
    for (const role of ["street-officer", "auditor", "property-manager"] as const)
      for (const url of [`/api/v1/ledger/exports/${ready.id}`, ready.file ?? ""]) expect((await get(role, url)).statusCode).toBe(404);
    expect((await api.server.inject({ method: "GET", url: ready.file ?? "" })).statusCode).toBe(401);
    api.cloud.clock.now += dayMs + 1;
    api.forgetCookies();
    expect((await get("bureau-officer", ready.file ?? "")).statusCode).toBe(404);
    await ended("bureau-officer", (await ask("bureau-officer", { as: "csv" })).id);
    const kept = await api.cloud.store.read.selectFrom("export_piece").select("job").distinct().execute();
    expect(kept.map(({ job }) => job)).not.toContain(ready.id);
  });

  test("a compound that is not seen is not there; so many at once, and no more", async () => {
    const elsewhere = { as: "csv", site: "yuehu" };
    expect((await api.ask("property-manager", { method: "POST", url: "/api/v1/ledger/exports", payload: elsewhere })).statusCode).toBe(404);
    const asked: number[] = [];
    const { store } = api.cloud;
    const waiting = await store.read.selectFrom("export_job").selectAll().executeTakeFirstOrThrow();
    await store.change(async (change) => {
      for (let n = 0; n < mostWaiting; n += 1)
        await change
          .insertInto("export_job")
          .values({ ...waiting, id: `waits-${n}`, person: "auditor", state: "running", runner: "somebody", beat_at: api.cloud.clock.now })
          .execute();
    });
    const more = await api.ask("auditor", { method: "POST", url: "/api/v1/ledger/exports", payload: { as: "csv" } });
    asked.push(more.statusCode);
    expect([asked, more.json().type]).toEqual([[429], "urn:cuobian:problem:too-many"]);
    await store.change((change) => change.deleteFrom("export_job").where("person", "=", "auditor").execute());
  });

  test("what a process began that then fell silent is begun anew by another, and given up after the third time", async () => {
    const { store, clock } = api.cloud;
    const ready = await ended("bureau-officer", (await ask("bureau-officer", { as: "csv" })).id);
    const left = { state: "running", runner: "a dead process", beat_at: clock.now - 61_000, done: 3, tries: 1, sha256: null };
    await store.change((change) => change.updateTable("export_job").set(left).where("id", "=", ready.id).execute());
    const { log } = api.surroundings;
    const another = startExports({ store, now: () => clock.now, log });
    const again = await ended("bureau-officer", ready.id);
    expect([again.state, again.bytes, again.sha256]).toEqual(["ready", ready.bytes, ready.sha256]);
    await store.change((change) =>
      change
        .updateTable("export_job")
        .set({ ...left, tries: 3 })
        .where("id", "=", ready.id)
        .execute(),
    );
    another.wake();
    expect((await ended("bureau-officer", ready.id)).state).toBe("failed");
    // Still alive, it is left to whoever makes it.
    await store.change((change) =>
      change
        .updateTable("export_job")
        .set({ ...left, beat_at: clock.now })
        .where("id", "=", ready.id)
        .execute(),
    );
    another.wake();
    await another.stop();
    expect(((await get("bureau-officer", `/api/v1/ledger/exports/${ready.id}`)).json() as View).state).toBe("running");
  });
});
