// A file made aside: queued, running, ready, cancelled; only whoever asked fetches it; what a dead process began is begun anew; and it is byte for byte what is written at once.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, people, type TestApi, tellEverything } from "#cloud/api/api-for-tests.ts";
import { syncPeople } from "#cloud/identity/people.ts";
import type { LiveMessage } from "#cloud/live/ring.ts";
import { mayHave } from "#cloud/views/exports.ts";
import type { Role } from "#protocols/api/views.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { askExport, type Job, mostWaiting, startExports } from "./exports.ts";
import { exportAside } from "./sheet/aside.ts";
import { checkLedgerFile } from "./sheet/check.ts";
import type { LedgerFile } from "./sheet/export.ts";

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
    const another = startExports({ store, committed: api.live.show, now: () => clock.now, log });
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

  const cancel = (role: Role, id: string) => api.ask(role, { method: "POST", url: `/api/v1/ledger/exports/${id}/cancellation` });
  const piecesLeft = async (id: string): Promise<number> =>
    (await api.cloud.store.read.selectFrom("export_piece").select("n").where("job", "=", id).execute()).length;
  /** Asked for as by the route, and not begun: no runner of the service was woken. */
  async function queued(): Promise<Job> {
    const { store, clock } = api.cloud;
    const known = await store.read.selectFrom("export_job").select("asked").where("state", "=", "ready").executeTakeFirstOrThrow();
    const asked = { ...(JSON.parse(known.asked) as LedgerFile), now: clock.now };
    const job = await store.change((change) => askExport(change, { person: "bureau-officer", asked, name: "台账.csv", site: null }));
    if ("code" in job) throw new Error(job.en);
    return job;
  }

  test("P 11.cancel: what waits or runs is cancelled by whoever asked, twice without harm, by nobody else; nothing of the file is left, and what is over is not cancelled", async (context) => {
    const { store } = api.cloud;
    const before = await store.read.selectFrom("audit_head").select("ordinal").executeTakeFirstOrThrow();
    const ready = await ended("bureau-officer", (await ask("bureau-officer", { as: "csv" })).id);
    const late = await cancel("bureau-officer", ready.id);
    expect([late.statusCode, late.json().type]).toEqual([409, "urn:cuobian:problem:ended"]);
    expect(late.body).toContain("已经做好");
    expect(await piecesLeft(ready.id)).toBeGreaterThan(0);

    const job = await queued();
    for (const role of ["street-officer", "auditor", "property-manager"] as const)
      expect((await cancel(role, job.id)).statusCode).toBe(404);
    expect((await cancel("finance", job.id)).statusCode).toBe(403);
    expect((await cancel("bureau-officer", "nobody")).statusCode).toBe(404);
    const [first, second] = [await cancel("bureau-officer", job.id), await cancel("bureau-officer", job.id)];
    expect([first.statusCode, first.json().state, second.statusCode]).toEqual([200, "cancelled", 200]);
    expect(second.json()).toEqual(first.json());
    const file = await get("bureau-officer", `/api/v1/ledger/exports/${job.id}/file`);
    expect([file.statusCode, file.json().type]).toEqual([409, "urn:cuobian:problem:cancelled"]);
    // No runner begins it any more, and the one behind it is made.
    const after = await ended("bureau-officer", (await ask("bureau-officer", { as: "csv" })).id);
    expect([after.state, (await get("bureau-officer", `/api/v1/ledger/exports/${job.id}`)).json().state]).toEqual(["ready", "cancelled"]);

    const failed = { state: "failed", why: "测试" };
    await store.change((change) => change.updateTable("export_job").set(failed).where("id", "=", after.id).execute());
    expect((await cancel("bureau-officer", after.id)).json().type).toBe("urn:cuobian:problem:ended");
    const rows = await store.read.selectFrom("audit").selectAll().where("ordinal", ">", before.ordinal).execute();
    const said = rows.filter(({ action }) => action === "ledger.export-cancel").map(({ person, outcome }) => `${person} ${outcome}`);
    expect(said).toEqual(["finance refused", "bureau-officer done", "bureau-officer done"]);
    counted(context, { cancelled: 1, "said again": 1, "refused to others": 5, "refused when over": 3 });
  });

  test("P 11.cancel: the thread that writes it ends, whichever process it is in; what it says afterwards is not written", async (context) => {
    const { store, clock } = api.cloud;
    const shown: LiveMessage[] = [];
    const leave = api.live.ring.listen((messages) => void shown.push(...messages.map(({ message }) => message)));
    let [stops, late] = [0, 0];
    /** The real thread, whose words after the first are kept back until they come too late. */
    const slow = () => {
      const [begun, released] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()];
      const held: (() => void)[] = [];
      const aside: typeof exportAside = (place, asked, told) => {
        const real = exportAside(place, asked, {
          total: (rows) => {
            told.total(rows);
            begun.resolve(rows);
          },
          done: (rows) => void held.push(() => told.done(rows)),
          bytes: (bytes) => void held.push(() => told.bytes(bytes)),
        });
        const stop = (): void => {
          stops += 1;
          real.stop();
        };
        real.ended.catch(() => undefined);
        return { ended: Promise.all([real.ended, released.promise]).then(([rows]) => rows), stop };
      };
      const release = (): void => {
        late += held.length;
        for (const say of held.splice(0)) say();
        released.resolve();
      };
      return { aside, begun: begun.promise, release };
    };
    const states: string[] = [];
    for (const here of [true, false]) {
      const job = await queued();
      const { aside, begun, release } = slow();
      const runner = startExports({ store, committed: api.live.show, now: () => clock.now, log: api.surroundings.log, aside });
      const rows = await begun;
      // What it wrote so far.
      await store.change((change) => change.insertInto("export_piece").values({ job: job.id, n: 0, base64: "YQ==" }).execute());
      const answer = await cancel("bureau-officer", job.id);
      states.push(answer.json().state);
      expect([answer.statusCode, await piecesLeft(job.id)]).toEqual([200, 0]);
      if (here) runner.drop(job.id);
      release();
      await runner.stop();
      const left = await store.read.selectFrom("export_job").selectAll().where("id", "=", job.id).executeTakeFirstOrThrow();
      expect([left.state, left.sha256, left.total === null || left.total === rows, await piecesLeft(job.id)]).toEqual([
        ...["cancelled", null, true, 0],
      ]);
    }
    await api.live.settled();
    leave();
    const told = shown.flatMap((message) => (message.kind === "export" ? [message] : []));
    expect(told.map(({ view }) => view.state)).toContain("cancelled");
    // The stream tells them to nobody else.
    const whole = { all: true, sites: [""] };
    for (const { job } of told) {
      expect(job && mayHave(job, { id: "bureau-officer", role: "bureau-officer" }, whole)).toBe(true);
      expect(job && mayHave(job, { id: "auditor", role: "auditor" }, whole)).toBe(false);
      expect(job && mayHave(job, { id: "bureau-officer", role: "bureau-officer" }, { all: false, sites: ["elsewhere"] })).toBe(false);
    }
    expect(stops).toBeGreaterThan(0);
    counted(context, {
      processes: states.length,
      "told on the stream": told.length,
      "words that came too late": late,
      "written of them, wrong": 0,
    });
  });
});
