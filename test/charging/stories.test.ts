// House rules of charging as a service, a story a test: real sessions, protection and journal in told time, with simulated batteries.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify from "fastify";
import { afterEach, expect, test } from "vitest";
import { cardRoutes, chargeRoutes } from "#gateway/console/charges.ts";
import { meterStep } from "#gateway/core/charging/meter.ts";
import { untilNight_ms } from "#gateway/core/charging/night.ts";
import { chargeSeen } from "#gateway/sessions/by-hand.ts";
import { cardOf, cardsOf, loseCard, moveBalance, topUp, writeCard } from "#gateway/sessions/cards.ts";
import { storyOf } from "#gateway/sessions/story.ts";
import { tokensOf } from "#gateway/sessions/tokens.ts";
import { tripCurveOf } from "#gateway/sessions/trip-curve.ts";
import type { ChargeAsked, Sessions } from "#gateway/site-context.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { readyLimits } from "#test/limits.ts";
import { Shed } from "./told-shed.ts";

let shed: Shed;
afterEach(() => shed?.charging.stop());
const evening = "2026-11-25T18:30";
const relays = (): number => shed.plant.bays.filter(({ relay }) => relay).length;

test.each<[string, Partial<ChargeAsked>, number, string]>([
  // chosen, so long at the most, and what ends it
  ["time", { choice: { kind: "time", seconds: 120 }, paid_fen: 200 }, 140, "time"],
  ["energy", { choice: { kind: "energy", mWh: 10_000 }, paid_fen: 200 }, 300, "energy"],
  ["money", { choice: { kind: "money", fen: 1 }, paid_fen: 1 }, 600, "money"],
])("%s ends the charge that chose it; the bill comes with it, what was not used is given back", (_what, asked, most_s, cause) => {
  shed = new Shed(evening, 1);
  const socket = shed.plug(1);
  expect(shed.begin({ socket, ...asked })).toMatchObject({ state: "asked" });
  for (let n = 0; n < most_s && shed.data("session.ended").length === 0; n += 1) shed.seconds(1);
  expect(shed.data("session.ended")).toMatchObject([{ socket, cause }]);
  expect(relays()).toBe(0);
  shed.plant.unplug(shed.plant.bay(socket));
  shed.seconds(40);
  const [bill] = shed.data("session.billed");
  expect(bill).toMatchObject({ socket, paid_fen: asked.paid_fen });
  expect(Number(bill?.total_fen) + Number(bill?.refund_fen)).toBe(asked.paid_fen);
  // Not again by itself, whatever happens.
  shed.plant.restart();
  shed.seconds(60);
  expect([relays(), shed.data("session.billed").length]).toEqual([0, 1]);
});

test("a second charge on the same socket is refused while one is open; without a price nothing is sold", () => {
  shed = new Shed(evening, 1);
  const socket = shed.plug(1);
  shed.begin({ socket });
  expect(shed.begin({ socket, charge: "another-charge" })).toMatchObject({ code: "busy" });
  shed.charging.stop();
  shed = new Shed(evening, 1, { price: "broken" });
  const other = shed.plug(1);
  expect(shed.begin({ socket: other })).toMatchObject({ code: "no-price" });
  shed.tap(1, 7);
  expect([relays(), shed.data("charging.refused")[0]?.code]).toEqual([0, "no-price"]);
});

test("night: a charge that runs into it ends at its minute though the site is dead, is billed for what was used, and does not begin again in the morning", () => {
  const night = [{ from: 19 * 3600, until: 20 * 3600 }];
  shed = new Shed("2026-11-25T18:58", 1, { night });
  const socket = shed.plug(1);
  shed.begin({ socket, choice: { kind: "time", seconds: 7_200 }, paid_fen: 300 });
  shed.seconds(10);
  expect(relays()).toBe(1);
  shed.charging.linkDown(); // nobody decides any more; protection has leave until the night
  const { charging } = shed;
  shed.charging = { ...charging, heard: () => undefined };
  shed.seconds(115);
  expect(relays()).toBe(0);
  shed.charging = shed.start();
  shed.plant.hello();
  shed.seconds(30);
  expect(shed.data("session.ended")).toMatchObject([{ cause: "night" }]);
  expect(shed.begin({ socket, charge: "in-the-night" })).toMatchObject({ code: "night" });
  shed.clock.advance(3_600_000);
  shed.seconds(60);
  expect(relays()).toBe(0);
  shed.plant.unplug(shed.plant.bay(socket));
  shed.seconds(40);
  expect(shed.data("session.billed")).toHaveLength(1);
  expect(Number(shed.data("session.billed")[0]?.refund_fen)).toBeGreaterThan(250);
  charging.stop();
});

test("a socket that is kept: a reminder after the grace, then its fee, on the one bill", () => {
  shed = new Shed(evening, 1);
  const socket = shed.plug(1);
  shed.begin({ socket, choice: { kind: "time", seconds: 60 }, paid_fen: 500 });
  shed.seconds(90);
  expect(shed.data("session.ended")).toHaveLength(1);
  expect(shed.data("session.billed")).toHaveLength(0); // it waits for the socket
  for (let n = 0; n < 75; n += 1) {
    shed.clock.advance(58_000);
    shed.seconds(2);
  }
  for (let n = 0; n < 6; n += 1) shed.seconds(6);
  expect(shed.data("session.occupied")).toHaveLength(1);
  shed.plant.unplug(shed.plant.bay(socket));
  shed.seconds(40);
  expect(shed.data("session.billed")).toMatchObject([{ occupied_fen: 20 }]); // an hour free, a part of the next begun
});

test("after a mains failure charges return one after another; by the other policy none does", () => {
  shed = new Shed(evening, 4, { spacing_ms: 10_000 });
  for (const n of [1, 2, 3, 4]) shed.begin({ socket: shed.plug(n) });
  shed.seconds(20);
  expect(relays()).toBe(4);
  shed.plant.failSupply();
  shed.clock.advance(30_000);
  shed.plant.supplied = true;
  shed.plant.restart();
  const seen: number[] = [];
  for (let n = 0; n < 60; n += 1) {
    shed.seconds(1);
    seen.push(relays());
  }
  expect(seen.at(-1)).toBe(4);
  const closedAt = [1, 2, 3, 4].map((count) => seen.findIndex((now) => now >= count));
  for (const [at, second] of closedAt.slice(1).entries()) expect(second - (closedAt[at] ?? 0)).toBeGreaterThanOrEqual(9);
  shed.charging.stop();

  shed = new Shed(evening, 1, { goOn: false });
  shed.begin({ socket: shed.plug(1) });
  shed.seconds(20);
  shed.plant.restart();
  shed.seconds(60);
  expect([relays(), shed.data("session.ended")[0]?.cause]).toEqual([0, "interrupted"]);
});

test("cards: a hold of the balance, the bill of it, a lost card begins nothing, its balance moves to another once", () => {
  shed = new Shed(evening, 1, { cards: { hold_fen: 300 } });
  const by = { person: "office", at: shed.clock.stamp() };
  shed.journal.commit((tx) => {
    writeCard(tx, { ...by, card: "77", groups: ["visitor"] });
    writeCard(tx, { ...by, card: "78", groups: ["visitor"] });
    topUp(tx, { ...by, card: "77", entry: "entry-0001", amount_fen: 1_000 });
    topUp(tx, { ...by, card: "77", entry: "entry-0001", amount_fen: 1_000 }); // said twice
  });
  const socket = shed.plug(1);
  shed.tap(1, 99);
  shed.tap(1, 78);
  expect(shed.data("charging.refused").map(({ code }) => code)).toEqual(["no-such-card", "balance-low"]);
  shed.tap(1, 77);
  shed.seconds(120);
  expect(cardOf(shed.journal, "77")).toMatchObject({ balance_fen: 1_000, held_fen: 300 });
  shed.journal.commit((tx) => loseCard(tx, { ...by, card: "77" }));
  expect(shed.journal.commit((tx) => moveBalance(tx, { ...by, card: "77", to: "78", entry: "move-0001" }))).toMatchObject({
    code: "card-busy",
  });
  shed.plant.unplug(shed.plant.bay(socket));
  shed.seconds(45);
  const [bill] = shed.data("session.billed");
  expect(cardOf(shed.journal, "77")).toMatchObject({ state: "lost", held_fen: 0, balance_fen: 1_000 - Number(bill?.total_fen) });
  const moved = () => shed.journal.commit((tx) => moveBalance(tx, { ...by, card: "77", to: "78", entry: "move-0001" }));
  expect([moved(), moved()]).toMatchObject([
    { balance_fen: 1_000 - Number(bill?.total_fen) },
    { balance_fen: 1_000 - Number(bill?.total_fen) },
  ]);
  expect(cardOf(shed.journal, "77")).toMatchObject({ balance_fen: 0 });
  shed.plug(1);
  shed.tap(1, 77);
  expect(shed.data("charging.refused").at(-1)?.code).toBe("card-lost");
  expect(shed.data("card.entered").map(({ kind }) => kind)).toEqual(["topup", "charge", "moved-out", "moved-in"]);
});

test("on site: a code begins a charge with its choice, a code of nobody begins none; cards are kept, each entry once", async () => {
  shed = new Shed(evening, 1, { cards: { hold_fen: 300 } });
  const socket = shed.plug(1);
  const folder = mkdtempSync(join(tmpdir(), "cuobian-codes-"));
  const { journal, clock } = shed;
  const tokens = tokensOf(folder);
  const sessions = {
    begin: (asked: ChargeAsked) => shed.charging.begin(asked),
    charge: (id: string) => chargeSeen(journal, id),
    cards: cardsOf(journal, clock),
    ...tokens,
  } as unknown as Sessions;
  const server = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } });
  chargeRoutes(server, sessions, { largestBody: 16_384 });
  cardRoutes(server, sessions, 16_384);
  const post = async (url: string, payload: object) => {
    const answer = await server.inject({ method: "POST", url, payload });
    return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
  };
  const token = tokens.tokenOf(socket);
  const asked = { charge: "charge-by-code", person: "rider", paid_fen: 200, choice: { kind: "time", seconds: 60 } };
  for (const wrong of [
    `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`,
    `${Buffer.from("bay-9/1").toString("base64url")}.${token.split(".")[1]}`,
    "x".repeat(20),
  ])
    expect(await post("/charges", { ...asked, token: wrong })).toMatchObject({ status: 404, body: { code: "no-such-token" } });
  expect(await post("/charges", { ...asked, token, choice: { kind: "time", seconds: -1 } })).toMatchObject({ status: 400 });
  expect(await post("/charges", { ...asked, token })).toMatchObject({
    status: 202,
    body: { charge: "charge-by-code", socket, state: "asked" },
  });
  expect(await post("/charges", { ...asked, token })).toMatchObject({ status: 202, body: { charge: "charge-by-code" } });
  shed.seconds(90);
  shed.plant.unplug(shed.plant.bay(socket));
  shed.seconds(40);
  const seen = await server.inject({ method: "GET", url: "/charges/charge-by-code" });
  expect(seen.json()).toMatchObject({
    state: "ended",
    why: "time",
    bill: { refund_fen: expect.any(Number), total_fen: expect.any(Number) },
  });

  expect(await post("/cards/77/top-ups", { person: "office", entry: "entry-0001", amount_fen: 500 })).toMatchObject({ status: 404 });
  expect(await post("/cards/77", { person: "office", groups: ["staff"] })).toMatchObject({ status: 200, body: { balance_fen: 0 } });
  for (let n = 0; n < 2; n += 1)
    expect(await post("/cards/77/top-ups", { person: "office", entry: "entry-0001", amount_fen: 500 })).toMatchObject({
      body: { balance_fen: 500 },
    });
  expect(await post("/cards/78", { person: "office", groups: [] })).toMatchObject({ status: 200 });
  expect(await post("/cards/77/move", { person: "office", entry: "move-0001", to: "78" })).toMatchObject({
    status: 409,
    body: { code: "card-not-lost" },
  });
  expect(await post("/cards/77/lost", { person: "office" })).toMatchObject({ body: { state: "lost" } });
  expect(await post("/cards/77/move", { person: "office", entry: "move-0001", to: "78" })).toMatchObject({
    body: { card: "78", balance_fen: 500 },
  });
  expect((await server.inject({ method: "GET", url: "/cards/77" })).json()).toMatchObject({ balance_fen: 0, state: "lost" });
  // Told again it is the same move; under another name there is nothing left; and one name is one entry, whatever else is asked under it.
  const move = (entry: string, to: string) => post("/cards/77/move", { person: "office", entry, to });
  expect(await move("move-0001", "78")).toMatchObject({ status: 200, body: { balance_fen: 500 } });
  expect(await move("move-0002", "78")).toMatchObject({ status: 409, body: { code: "nothing-to-move" } });
  await post("/cards/79", { person: "office", groups: [] });
  expect(await move("move-0001", "79")).toMatchObject({ status: 409, body: { code: "entry-differs" } });
  const topUp = (name: string, amount_fen: number) => post(`/cards/${name}/top-ups`, { person: "office", entry: "entry-0002", amount_fen });
  expect(await topUp("78", 300)).toMatchObject({ status: 200, body: { balance_fen: 800 } });
  expect(await topUp("78", 700)).toMatchObject({ status: 409, body: { code: "entry-differs" } });
  expect(await topUp("79", 300)).toMatchObject({ status: 409, body: { code: "entry-differs" } });
  expect(await topUp("78", 300)).toMatchObject({ status: 200, body: { balance_fen: 800 } });
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("what happened to a socket: its charges, cuts and bills, a curve, and ten minutes around a cut reading by reading", async () => {
  shed = new Shed(evening, 1);
  const socket = shed.plug(1);
  shed.begin({ socket, charge: "first-charge", choice: { kind: "time", seconds: 900 }, paid_fen: 300 });
  shed.seconds(700);
  const [bay] = shed.plant.bays;
  if (bay?.battery === undefined) throw new Error("nothing there");
  bay.battery.fault = "overload";
  for (let n = 0; n < 300 && shed.data("charging.cut").length === 0; n += 1) shed.seconds(1);
  const cutAt = shed.clock.wall();
  shed.seconds(700);
  shed.plant.unplug(bay);
  shed.seconds(60);
  const sessions = {
    story: (name: string, window: { from: number; until: number }) => storyOf(shed.journal, name, window),
    tripCurve: (name: string, trip: string) =>
      tripCurveOf(shed.journal, { limits: readyLimits("e-bike-4a"), sample_ms: 1_000 }, { socket: name, trip }),
  } as unknown as Sessions;
  const server = Fastify();
  chargeRoutes(server, sessions, { largestBody: 16_384 });
  const from = (fromRfc3339(evening) ?? 0) - 1;
  const answer = await server.inject({ method: "GET", url: `/sockets/${socket}/story?from=${from}&until=${shed.clock.wall()}` });
  const story = answer.json() as ReturnType<typeof storyOf>;
  expect(story.charges).toMatchObject([{ session: "first-charge", by: "person", bill: { total_fen: expect.any(Number) } }]);
  expect(story.facts.map(({ fact }) => fact.kind)).toEqual(expect.arrayContaining(["closed", "cut", "opened"]));
  expect(story.charges[0]?.curve.length).toBeGreaterThan(20);
  const [before, behind] = [story.moments.filter(({ at }) => at <= cutAt), story.moments.filter(({ at }) => at > cutAt)];
  expect([before.length >= 590, behind.length >= 560, behind.length <= 610]).toEqual([true, true, true]);
  // This one was no matter of current and time: there is no trip curve of it, and it says so.
  const [{ trip, cause } = { trip: "", cause: "" }] = shed.data("charging.cut");
  const picture = await server.inject({ method: "GET", url: `/sockets/${socket}/trips/${trip}/curve` });
  expect([cause, picture.statusCode, picture.json().code]).toEqual(["second-rise", 409, "not-by-current"]);
  expect((await server.inject({ method: "GET", url: `/sockets/${socket}/trips/no-such-trip/curve` })).statusCode).toBe(404);
  expect(
    (await server.inject({ method: "GET", url: `/sockets/bay-9/1/story?from=${from}&until=${shed.clock.wall()}` })).json(),
  ).toMatchObject({ charges: [], facts: [] });
  await server.close();
});

test.each([
  // before, now, wraps at, energy, how
  [1_000, 5_000, undefined, 4_000, "counted"],
  [99_998_000, 3_000, 100_000_000, 5_000, "wrapped"],
  [5_000_000, 2_000, undefined, 2_000, "reset"],
  [5_000_000, 3_000_000, undefined, null, "replaced"],
  [5_000, 900_000_000, undefined, null, "replaced"],
  [null, 5_000, undefined, null, "unseen"],
  [5_000, null, undefined, null, "unseen"],
] as const)("a counter from %s to %s, wrapping at %s: %s mWh, %s", (before, now, wrap_mWh, energy_mWh, how) => {
  expect(meterStep(before, now, { ms: 60_000, most_mW: 2_000_000, wrap_mWh })).toEqual({ energy_mWh, how });
});

test("hours without charging", () => {
  const windows = [
    { from: 23 * 3600, until: 86_400 },
    { from: 0, until: 5 * 3600 },
  ];
  const at = (time: string) => untilNight_ms(windows, fromRfc3339(`2026-11-25T${time}`) ?? (0 as never));
  expect(["22:59", "23:00", "02:00", "04:59", "05:00", "18:00"].map(at)).toEqual([60_000, 0, 0, 0, 64_800_000, 18_000_000]);
  expect(untilNight_ms([], 0 as never)).toBe(Number.POSITIVE_INFINITY);
});
