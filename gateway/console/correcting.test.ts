// A plate that the camera read wrongly, put right by a person at the exit: what is due is the right car's, what the camera read stays on record; and the slip of his shift says what he did.
import { afterEach, expect, test } from "vitest";
import { booth } from "#test/world/booth.ts";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";

let site: ParkingSite;
afterEach(() => site?.stop());

const ask = (path: string, body?: object) =>
  booth(site).ask(`/api/v1${path}`, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
async function drivesIn(license: string): Promise<void> {
  site.push("in", { license });
  const board = site.board("in");
  Object.assign(board, { open: true, closed: false, opened: board.opened + 1, passed: board.passed + 1 });
  await site.goOn(200);
  Object.assign(board, { open: false, closed: true });
}
interface Told {
  read: string;
  corrected: string | null;
  candidates: { visit: string; plate: string; cost: number }[];
}
const correct = async (plate: string) => {
  const answer = await ask("/lanes/out/plate", { person: "门岗甲", plate });
  return { status: answer.status, body: answer.body as unknown as Told & { code?: string } };
};

test("two characters off: no candidate by the camera's read, the right car by the person's; chosen, billed, and both plates written", async () => {
  site = await startParkingSite({ console: true });
  await site.goOn(400);
  await drivesIn("闽C71E23");
  await drivesIn("闽C55555");
  site.clock.leap(3 * 3_600_000 + 60_000);
  await site.goOn(200);
  expect(site.push("out", { license: "闽C99H23" }).reason).toBe("no-entry");
  expect((await ask("/lanes/out/candidates")).body).toBeNull();
  const first = await correct("闽C71E32");
  expect([first.status, first.body.read, first.body.corrected, first.body.candidates]).toEqual([200, "闽C·99H23", "闽C·71E32", []]);
  // Typed again, as it stands there.
  const { body } = await correct("闽C71E23");
  expect([body.read, body.corrected, body.candidates.map(({ plate, cost }) => [plate, cost])]).toEqual([
    "闽C·99H23",
    "闽C·71E23",
    [["闽C·71E23", 0]],
  ]);
  const chosen = await ask("/lanes/out/candidates", { command: "command-0001", person: "门岗甲", visit: body.candidates[0]?.visit });
  expect([chosen.status, chosen.body]).toMatchObject([200, { gate: null, due: { plate: "闽C·71E23", due_fen: 600 } }]);
  expect(site.events("visit.chosen")).toMatchObject([{ read: "闽C99H23", plate: "闽C71E23", person: "门岗甲" }]);
  expect((await ask("/lanes/out/candidates")).body).toBeNull();
});

test("a new read is asked about as it was read; a correction that is ten minutes old is none", async () => {
  site = await startParkingSite({ console: true });
  await site.goOn(400);
  for (const plate of ["闽C8D123", "闽C8Q123"]) await drivesIn(plate);
  site.push("out", { license: "闽C80123" });
  expect((await correct("闽C8D123")).body).toMatchObject({
    read: "闽C·80123",
    corrected: "闽C·8D123",
    candidates: [{ plate: "闽C·8D123" }],
  });
  site.clock.leap(70_000);
  await site.goOn(200);
  site.push("out", { license: "闽C80123" });
  expect((await ask("/lanes/out/candidates")).body).toMatchObject({ corrected: null, candidates: [{}, {}] });
  await correct("闽C8D123");
  site.clock.leap(11 * 60_000);
  await site.goOn(200);
  expect((await ask("/lanes/out/candidates")).body).toBeNull();
});

test("refused in words: no plate, an entry where nothing was read, no such lane; nothing is asked then", async () => {
  site = await startParkingSite({ console: true });
  for (const [lane, plate, status, code] of [
    ["out", "车牌车车车", 400, "no-plate"],
    ["in", "闽C71E23", 409, "no-read"],
    ["north", "闽C71E23", 404, "no-lane"],
  ] as const) {
    const answer = await ask(`/lanes/${lane}/plate`, { person: "门岗甲", plate });
    expect([answer.status, answer.body]).toMatchObject([status, { code, detail_zh: expect.stringMatching(/[一-龥]/) }]);
  }
  expect(site.journal().all("SELECT * FROM exit_asked")).toEqual([]);
});

test("the slip of a shift: its cash, what went to the code, and each opening by hand under its reason; of nobody else's", async () => {
  site = await startParkingSite({ console: true });
  await site.goOn(400);
  const begun = (await ask("/shifts", { person: "门岗甲" })).body as unknown as { shift: string };
  await drivesIn("闽C71E23");
  site.clock.leap(3 * 3_600_000 + 60_000);
  await site.goOn(200);
  site.push("out", { license: "闽C71E23" });
  const due = (await ask("/lanes/out/due")).body as unknown as { bill: string; due_fen: number };
  await ask("/lanes/out/payments", {
    payment: "payment-0001",
    bill: due.bill,
    method: "cash",
    amount_fen: due.due_fen,
    collector: "门岗甲",
  });
  for (const [nth, person, reason] of [
    [1, "门岗甲", "救护车"],
    [2, "门岗甲", "救护车"],
    [3, "门岗甲", "搬家"],
    [4, "门岗乙", "搬家"],
  ] as const)
    await ask("/lanes/in/open", { command: `command-000${nth}`, person, reason });
  await ask(`/shifts/${begun.shift}/hand-over`, { to: "门岗乙", counted_fen: due.due_fen });
  expect((await ask(`/shifts/${begun.shift}/report`)).body).toMatchObject({
    ...{ person: "门岗甲", to: "门岗乙", expected_fen: due.due_fen, counted_fen: due.due_fen },
    ...{ cash: { count: 1, amount_fen: due.due_fen }, code: { count: 0, amount_fen: 0 }, waived: { count: 0 }, refunded: { count: 0 } },
    openings: [
      { reason: "救护车", count: 2 },
      { reason: "搬家", count: 1 },
    ],
  });
  expect((await ask("/shifts/nobody/report")).status).toBe(409);
});
