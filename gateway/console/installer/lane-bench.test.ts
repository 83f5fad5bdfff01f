// The lane bench: a read with its times from trigger to arm, loops as they are, and a trial that decides as ever and leaves nothing behind.
import { afterEach, expect, test } from "vitest";
import type { LaneBench, LaneTried } from "#protocols/api/installer.ts";
import { counted } from "#test/promise.ts";
import { boothToken, type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";

let site: ParkingSite | undefined;
afterEach(async () => {
  await site?.stop();
  site = undefined;
});
async function ask<Told>(method: string, path: string, body?: object): Promise<{ status: number; told: Told }> {
  const headers = { authorization: `Bearer ${boothToken}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
  const answer = await fetch(`${site?.http()}/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, told: (await answer.json()) as Told };
}

test("P 11.lane-bench a car is let in: its read stands there with its times, the loops are seen; a trial opens nothing and writes nothing", async (context) => {
  site = await startParkingSite({ console: true });
  await site.goOn(400);
  const everything = () =>
    JSON.stringify(
      ["visit", "bill", "camera_read", "gate_order", "lane_exception", "event"].map((table) =>
        site?.journal().all(`SELECT * FROM ${table}`),
      ),
    );
  const before = everything();
  const tries = [
    ["in", "闽C71E23", true],
    ["out", "闽C71E23", false],
  ] as const;
  let outcomes = 0;
  for (const [lane, plate, opens] of tries) {
    const tried = await ask<LaneTried>("POST", `/lanes/${lane}/try`, { plate });
    expect([lane, tried.status, tried.told.opens]).toEqual([lane, 200, opens]);
    outcomes += 1;
  }
  expect(everything()).toBe(before);
  expect((await ask("POST", "/lanes/in/try", { plate: "hello" })).status).toBe(422);
  expect((await ask("POST", "/lanes/nowhere/try", { plate: "闽C71E23" })).status).toBe(404);

  site.push("in", { license: "闽C71E23" });
  site.clock.advance(600);
  const board = site.board("in");
  Object.assign(board, { open: true, closed: false, opened: board.opened + 1 });
  await site.goOn(400);
  const { told } = await ask<LaneBench>("GET", "/lanes/in/bench");
  expect(told.board).toMatchObject({ open: true, closed: false, opened: board.opened });
  const [read] = told.reads;
  expect(read).toMatchObject({ plate: "闽***23", outcome: "opened", decided_ms: expect.any(Number), gate_ms: 0 });
  expect(read?.in_place_ms).toBeGreaterThanOrEqual(600);
  expect(JSON.stringify(told)).not.toContain("71E23");
  // The trials are no reads.
  expect(told.reads).toHaveLength(1);
  counted(context, { trials: outcomes, reads: told.reads.length, "in place, ms": read?.in_place_ms ?? 0 });
});
