// A plate that an entry's camera read wrongly, put right by a person: the visit goes on under its own plate, the car is let in once, and both plates stay written.
import { afterEach, expect, test } from "vitest";
import { booth } from "#test/world/booth.ts";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";

let site: ParkingSite;
afterEach(() => site?.stop());

const ask = async (path: string, body?: object) => {
  const answer = await booth(site).ask(`/api/v1${path}`, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
  return { status: answer.status, body: answer.body as Record<string, unknown> };
};
const correct = (plate: string, more: object = {}) => ask("/lanes/in/plate", { person: "门岗甲", plate, ...more });
const rows = <T>(sql: string): T[] => site.journal().all<T & Record<string, unknown>>(sql) as T[];
const inside = () =>
  rows<{ plate: string; n: number }>("SELECT plate, count(*) AS n FROM visit WHERE state <> 'gone' GROUP BY plate ORDER BY plate");

async function passes(lane: "in" | "out" = "in"): Promise<void> {
  const board = site.board(lane);
  Object.assign(board, { open: true, closed: false, opened: board.opened + 1, passed: board.passed + 1 });
  await site.goOn(400);
  Object.assign(board, { open: false, closed: true });
  await site.goOn(400);
}
const begin = async (): Promise<void> => {
  site = await startParkingSite({ console: true });
  await site.goOn(400);
};

test("let in under a wrong plate: its visit goes on under its own, the camera's further misreadings are that car, and an exit that misreads it alike asks a person", async () => {
  await begin();
  expect(site.push("in", { license: "闽C99H23" }).reason).toBe("opened");
  const { status, body } = await correct("闽C71E23");
  const [visit] = rows<{ id: string }>("SELECT id FROM visit");
  expect([status, body]).toEqual([200, { visit: visit?.id, read: "闽C·99H23", plate: "闽C·71E23", gate: null }]);
  // The camera still sees 99H23; the car is still the one before the arm, and has one visit.
  expect(site.push("in", { license: "闽C99H23" }).reason).toBe("opened-again");
  await passes();
  expect(site.push("in", { license: "闽C99H23" }).reason).toBe("just-passed");
  expect(inside()).toEqual([{ plate: "闽C71E23", n: 1 }]);
  expect(site.events("visit.corrected")).toEqual([{ visit: visit?.id, lane: "in", read: "闽C99H23", plate: "闽C71E23", person: "门岗甲" }]);
  expect(site.events("lane.passed")).toMatchObject([{ visit: visit?.id }]);
  // Told again it changes nothing.
  expect((await correct("闽C71E23")).body).toEqual(body);
  expect(site.events("visit.corrected")).toHaveLength(1);
  // The real 99H23 comes later: another car.
  site.clock.leap(30_000);
  await site.goOn(400);
  expect(site.push("in", { license: "闽C99H23" }).reason).toBe("opened");
  await passes();
  site.clock.leap(20 * 60_000);
  await site.goOn(400);
  // It leaves under its own plate; then the first one is misread at the exit as it was at the entry.
  site.push("out", { license: "闽C99H23" });
  await passes("out");
  site.clock.leap(60_000);
  await site.goOn(400);
  expect(site.push("out", { license: "闽C99H23" }).reason).toBe("no-entry");
  const asked = (await ask("/lanes/out/candidates")).body as { read: string; corrected: string; candidates: { visit: string }[] };
  expect([asked.read, asked.corrected, asked.candidates.map((one) => one.visit)]).toEqual(["闽C·99H23", "闽C·71E23", [visit?.id]]);
});

test("read by nobody: a person's plate lets it in, once however often it is told", async () => {
  await begin();
  expect(site.push("in", { license: "_无_" }).reason).toBe("no-plate");
  const pulses = site.board("in").pulses;
  expect(await correct("闽C71E23")).toMatchObject({ status: 409, body: { code: "no-command" } });
  expect(inside()).toEqual([]);
  const told = await correct("闽C71E23", { command: "command-0001" });
  expect(told).toMatchObject({ status: 200, body: { read: null, plate: "闽C·71E23", gate: "opening" } });
  await site.goOn(400);
  expect(await correct("闽C71E23", { command: "command-0001" })).toMatchObject({ status: 200, body: { visit: told.body.visit } });
  expect([site.board("in").pulses - pulses, inside()]).toEqual([1, [{ plate: "闽C71E23", n: 1 }]]);
  expect(site.events("gate.ordered")).toMatchObject([{ person: "门岗甲", visit: told.body.visit }]);
  expect(site.events("visit.corrected")).toMatchObject([{ read: null, plate: "闽C71E23" }]);
  await passes();
  expect(site.events("gate.opened").at(-1)).toMatchObject({ cause: "manual" });
});

test("refused in words, with nothing written: nobody there, a car that has paid, one that is kept out, a lane that is shut", async () => {
  await begin();
  expect(await correct("闽C71E23", { command: "command-0001" })).toMatchObject({ status: 409, body: { code: "no-read" } });
  await ask("/register", {
    person: "物业甲",
    cars: [{ car: "c-1", list: "blocked", plate: "闽C66666", reason: "safety", words: "多次闯杆" }],
  });
  site.push("in", { license: "_无_" });
  expect(await correct("闽C66666", { command: "command-0002" })).toMatchObject({ status: 409, body: { code: "blacklisted" } });
  await ask("/lanes/in/mode", { mode: "closed", person: "门岗甲", reason: "检修" });
  expect(await correct("闽C71E23", { command: "command-0003" })).toMatchObject({ status: 409, body: { code: "lane-closed" } });
  await ask("/lanes/in/mode", { mode: "normal", person: "门岗甲", reason: "好了" });
  expect([inside(), site.events("visit.corrected"), site.board("in").pulses]).toEqual([[], [], 0]);
  site.push("in", { license: "闽C11111" });
  await passes();
  site.clock.leap(60_000);
  await site.goOn(200);
  site.context().journal.commit((tx) => tx.run("UPDATE visit SET paid_fen = 100"));
  expect(await correct("闽C22222")).toMatchObject({ status: 409, body: { code: "already-paid" } });
  site.clock.leap(11 * 60_000);
  await site.goOn(200);
  expect(await correct("闽C22222")).toMatchObject({ status: 409, body: { code: "no-read" } });
});

test("another car of that plate is inside: it is put right all the same, and a person is told; a ghost of it gives way", async () => {
  await begin();
  site.push("in", { license: "闽C71E23" });
  await passes();
  site.clock.leap(60_000);
  await site.goOn(200);
  site.push("in", { license: "闽C99H23" });
  expect(await correct("闽C71E23")).toMatchObject({ status: 200 });
  expect(inside()).toEqual([{ plate: "闽C71E23", n: 2 }]);
  expect(site.events("lane.exception").at(-1)).toMatchObject({ reason: "already-inside", plate: "闽C71E23" });
});
