// Charges at DNY piles: the real driver and host over simulated piles, a journal, told time. One session, one settlement, one bill, whatever is lost, repeated, restarted or cut.
import { expect, test } from "vitest";
import type { DnyPile } from "#sim/piles/dny-pile.ts";
import { bench, bills, charge, priced, seen, socket } from "#test/charging/told-piles.ts";
import { counted } from "#test/promise.ts";
import { chargeSeen } from "../by-hand.ts";
import { topUp, writeCard } from "../cards.ts";
import type { ChargingRules } from "../rules.ts";
import { storyOf } from "../story.ts";

test("begun, charging, full: its settlement is the one bill, with the pile's own energy; repeated, it counts once", async () => {
  const site = await bench();
  expect(site.begin({ paid_fen: 500 })).toMatchObject({ state: "asked" });
  site.pass(2);
  expect(seen(site)).toMatchObject({ state: "charging" });
  expect(site.pile.ports[0]).toMatchObject({ stopsWhenFull: true });
  site.pass(3_600);
  site.pile.full(0);
  const [bill] = bills(site);
  expect(site.events("session.ended")).toMatchObject([{ session: charge, cause: "full", energy_mWh: 180_000, seconds: 3_602 }]);
  expect(bill).toMatchObject({ session: charge, energy_mWh: 180_000, seconds: 3_602, paid_fen: 500 });
  expect(Number(bill?.total_fen) + Number(bill?.refund_fen)).toBe(500);
  expect(site.pile.unsettled).toEqual([]);
  // As if its acknowledgement were lost: the very settlement again, and twenty minutes later once more.
  for (let n = 0; n < 2; n += 1) {
    site.piles.listener.settle({
      pile: "pile-1",
      port: 1,
      order: site.pile.started[0] ?? "",
      charged_s: 3_600,
      energy_mWh: 170_000,
      cause: "full",
      zh: "",
      en: "",
    });
    site.pass(1_200);
  }
  // Its numbers are others: the first word made the bill, and people hear of the second once.
  expect([bills(site).length, site.pile.started.length]).toEqual([1, 1]);
  expect(site.events("pile.unbilled")).toMatchObject([{ session: charge, seconds: 3_600, energy_mWh: 170_000 }]);
});

test("every choice stops when full: a bought time, a bought energy, money; and each ends by what was chosen", async () => {
  const seenChoices: unknown[] = [];
  for (const choice of [
    { kind: "time", seconds: 1_800 },
    { kind: "energy", mWh: 100_000 },
    { kind: "money", fen: 30 },
    { kind: "full" },
  ] as const) {
    const site = await bench();
    site.begin({ choice, paid_fen: 300 });
    site.pass(2);
    seenChoices.push([choice.kind, site.pile.ports[0]?.stopsWhenFull, site.pile.ports[0]?.order !== undefined]);
    site.pass(4 * 3_600);
    const [ended] = site.events("session.ended");
    const [bill] = bills(site);
    seenChoices.push(ended?.cause);
    if (choice.kind !== "full") expect(Number(bill?.total_fen)).toBeLessThanOrEqual(choice.kind === "money" ? 30 : 300);
  }
  expect(seenChoices).toEqual([
    ["time", true, true],
    "time",
    ["energy", true, true],
    "energy",
    ["money", true, true],
    "money",
    ["full", true, true],
    undefined,
  ]);
});

test("its end by hand, and its refusals: no leave is left open, what was paid is given back", async () => {
  const site = await bench();
  expect(site.piles.release(socket)).toBe("no-charge");
  site.pile.ports[0] = { ...(site.pile.ports[0] as DnyPile["ports"][number]), plugged: false };
  site.begin({ paid_fen: 500 });
  site.pass(2);
  expect(seen(site)).toMatchObject({ state: "not-begun", bill: { total_fen: 0, refund_fen: 500 } });
  expect(site.events("charging.refused")).toMatchObject([{ code: "dny-1" }]);
  site.pile.ports[0].plugged = true;
  site.begin({ charge: "charge-0002", paid_fen: 500 });
  site.pass(60);
  expect(site.begin({ charge: "charge-0003" })).toMatchObject({ code: "busy" });
  expect(site.piles.release(socket)).toBe("asked");
  site.pass(2);
  expect(chargeSeen(site.journal, "charge-0002")).toMatchObject({ state: "ended" });
  expect(site.events("session.ended")).toMatchObject([{ cause: "released" }]);
  expect(site.begin({ charge: "charge-0004", socket: "pile-1/9" })).toMatchObject({ code: "no-such-place" });
});

test("a pile that does not answer: the start is sent under one number, then its order is stopped; nothing begins, all is refunded", async () => {
  const site = await bench();
  site.pile.mute = true;
  site.begin({ paid_fen: 500 });
  site.pass(120);
  expect(seen(site)?.state).toBe("asked");
  site.pile.mute = false;
  site.pass(120);
  expect(seen(site)).toMatchObject({ state: "not-begun", bill: { total_fen: 0, refund_fen: 500 } });
  expect(site.pile.started).toEqual([]);
});

test("the answer is lost and the pile charges: it is stopped by its order, and what flowed is billed once", async () => {
  const site = await bench();
  site.begin({ paid_fen: 500 });
  const hear = site.pile.hear.bind(site.pile);
  // It hears and obeys; what it says is lost with the connection.
  site.pile.hear = (bytes) => {
    if (bytes[11] === 0x82 && site.pile.started.length === 0) site.cutLine();
    hear(bytes);
  };
  site.pass(1);
  site.pass(300);
  site.connect();
  site.pass(120);
  expect(site.pile.started.length).toBe(1);
  expect(site.pile.ports[0]?.order).toBeUndefined();
  expect(seen(site)).toMatchObject({ state: "ended" });
  expect(bills(site)).toHaveLength(1);
});

test("the gateway dies at any second of a charge and comes back: one start, one session, one bill, the pile's own energy", async (context) => {
  const ends: string[] = [];
  for (const dieAt of [0, 1, 2, 30, 299, 300, 301, 600, 1_799, 1_800, 1_801]) {
    const site = await bench();
    site.begin({ paid_fen: 500, choice: { kind: "time", seconds: 1_800 } });
    site.pass(dieAt);
    await site.restart();
    site.pass(20);
    site.connect();
    site.pass(4_000);
    const bill = bills(site);
    expect(bill, `at ${dieAt}`).toHaveLength(1);
    expect(site.pile.started.length, `at ${dieAt}`).toBeLessThanOrEqual(1);
    expect(site.pile.ports[0]?.order).toBeUndefined();
    const [one] = bill;
    expect(Number(one?.total_fen) + Number(one?.refund_fen)).toBe(500);
    const delivered = site.journal
      .all<{ said: string }>("SELECT said FROM pile_settlement")
      .map(({ said }) => JSON.parse(said).energy_mWh as number);
    expect(delivered.reduce((sum, mWh) => sum + mWh, 0)).toBe(one?.energy_mWh);
    ends.push(`${dieAt}:${seen(site)?.state}`);
  }
  expect(ends.slice(3)).toEqual(ends.slice(3).map((end) => end.replace(/:.*/, ":ended")));
  counted(context, { died: ends.length });
});

test("the pile loses its power in a charge: it settles when it is back; one that never settles is billed by what it had told", async () => {
  const site = await bench();
  site.begin({ paid_fen: 500 });
  site.pass(900);
  site.cutLine();
  site.pass(600);
  expect(seen(site)?.state).toBe("charging");
  site.pile.powerCut();
  site.connect();
  site.pass(1_900);
  expect(site.events("session.ended")).toMatchObject([{ cause: "interrupted", seconds: 1_500 }]);
  expect(bills(site)).toHaveLength(1);

  const other = await bench();
  other.begin({ paid_fen: 500 });
  other.pass(900);
  other.cutLine();
  other.pile.forget();
  other.connect();
  other.pass(2_600);
  expect(other.events("session.ended")).toMatchObject([{ cause: "interrupted", seconds: 900 }]);
  expect(bills(other)).toMatchObject([{ seconds: 900, energy_mWh: 40_000 }]);
  // Its settlement comes a day later all the same: no second bill, and a person hears of it.
  const said = {
    pile: "pile-1",
    port: 1,
    order: other.pile.started[0] ?? "",
    charged_s: 900,
    energy_mWh: 40_000,
    cause: "full",
    zh: "充满",
    en: "full",
  } as const;
  expect(other.piles.listener.settle(said)).toBe(true);
  expect([bills(other).length, other.events("pile.unbilled")]).toMatchObject([1, [{ session: charge, energy_mWh: 40_000 }]]);
});

test("readings carry their honest age: good within what the pile promises, stale beyond, blind in silence; never zero for absent", async () => {
  const site = await bench();
  expect(site.piles.readings()).toMatchObject([
    { socket, state: "idle", quality: "good", age_ms: 0, power_mW: null, plugged: true },
    { socket: "pile-1/2", state: "idle" },
  ]);
  site.begin();
  site.pass(302);
  expect(site.piles.readings()[0]).toMatchObject({ state: "charging", quality: "good", power_mW: 180_000, relay: "closed" });
  const ages: number[] = [];
  site.cutLine();
  for (let n = 0; n < 5; n += 1) {
    site.pass(100);
    ages.push(Math.round((site.piles.readings()[0]?.age_ms ?? 0) / 1000));
  }
  expect(ages).toEqual([...ages].sort((a, b) => a - b));
  expect(ages.at(-1)).toBeGreaterThanOrEqual(500);
  expect(site.piles.readings()[0]).toMatchObject({ quality: "stale", state: "blind" });
  expect(site.begin({ charge: "charge-0002", socket: "pile-1/2" })).toMatchObject({ code: "not-seen" });
  expect(site.events("station.silent")).toMatchObject([{ station: "pile-1" }]);
  site.connect();
  expect(site.events("station.answers")).toHaveLength(1);
});

test("smoke at the pile: everything of it and of its shed is stopped, the shed is told, and locked it begins nothing", async () => {
  const site = await bench({ shed: "shed-1" });
  site.begin();
  site.pass(100);
  site.pile.alarm(4);
  site.pass(2);
  expect(site.pile.ports[0]?.order).toBeUndefined();
  expect(site.events("pile.alarm")).toMatchObject([{ station: "pile-1", cause: "smoke" }]);
  expect(site.events("session.ended")).toMatchObject([{ cause: "smoke" }]);
  expect(site.fire).toEqual([{ active: true, of: "smoke" }]);
  site.pass(61);
  expect(site.fire.at(-1)).toEqual({ active: false, of: "smoke" });
  site.shed = "latched";
  expect(site.begin({ charge: "charge-0002" })).toMatchObject({ code: "locked" });
});

test("faults of a port are said once and are no place to begin; a weld is its own word", async () => {
  const site = await bench();
  const port = (state: "fault", code: string, welded: boolean) =>
    site.piles.listener.alive({
      pile: "pile-1",
      at: site.clock.monotonic(),
      voltage_mV: 220_000,
      ports: [{ state, fault: { code, zh: code, en: code, welded } }, { state: "idle" }],
    });
  port("fault", "dny-8", false);
  port("fault", "dny-8", false);
  port("fault", "dny-14", true);
  expect(site.events("pile.fault").map(({ code, cause }) => [code, cause])).toEqual([
    ["dny-8", "fault"],
    ["dny-14", "welded"],
  ]);
  expect(site.piles.readings()[0]).toMatchObject({ state: "welded", relay: "closed" });
  expect(site.begin()).toMatchObject({ code: "locked" });
  site.pass(181);
  expect(site.events("pile.fault-over")).toHaveLength(2);
  // The story of the socket has the same lines, and the alarm of the whole pile stands in each socket's.
  site.pile.alarm(4);
  site.pass(2);
  const kinds = (of: string) => storyOf(site.journal, of, { from: 0, until: site.clock.wall() }).facts.map(({ fact }) => fact.kind);
  expect(kinds(socket)).toEqual(["pile-fault", "pile-fault-over", "pile-fault", "pile-fault-over", "pile-alarm"]);
  expect(kinds("pile-1/2")).toEqual(["pile-alarm"]);
});

test.each([
  [3, "dny-3"],
  [9, "dny-9"],
])("a start answered with %i is refused and energised all the same: it is stopped, and what flowed is billed", async (result, code) => {
  const site = await bench();
  site.pile.answersWith = result;
  site.begin({ paid_fen: 500 });
  site.pass(3);
  expect(site.pile.ports[0]?.order).toBeUndefined();
  expect(site.events("pile.fault")).toMatchObject([{ code }]);
  expect(bills(site)).toHaveLength(1);
});

test("a card at the pile: known, it begins a charge and pays; unknown, lost or empty it does not, and hears why", async () => {
  const site = await bench({ rules: { ...priced, cards: { hold_fen: 300 } } });
  site.journal.commit((tx) => {
    const by = { person: "张工", at: site.clock.stamp() };
    writeCard(tx, { ...by, card: "0A0B0C0D", groups: [] });
    topUp(tx, { ...by, card: "0A0B0C0D", entry: "entry-001", amount_fen: 1_000 });
    writeCard(tx, { ...by, card: "0A0B0C0E", groups: [] });
  });
  site.pile.card("DEADBEEF", 0);
  site.pile.card("0A0B0C0E", 0);
  site.pile.card("0A0B0C0D", 0xff);
  expect(site.pile.cardAnswers).toMatchObject([{ account: 1 }, { account: 6 }, { account: 0, balance_or_expiry: 1_000 }]);
  site.pile.card("0A0B0C0D", 0);
  expect(site.pile.cardAnswers.at(-1)).toMatchObject({ account: 0, port: 0 });
  site.pass(3_602);
  expect(site.pile.ports[0]).toMatchObject({ stopsWhenFull: true });
  site.pile.unplug(0);
  expect(bills(site)).toHaveLength(1);
  const spent = -site.journal
    .all<{ amount_fen: number }>("SELECT amount_fen FROM charge_card_entry WHERE kind = 'charge'")
    .reduce((sum, one) => sum + one.amount_fen, 0);
  expect(spent).toBe(bills(site)[0]?.total_fen);
});

test("the hours without charging: nothing begins, what runs is stopped and billed for what it used", async () => {
  const nightly: ChargingRules = { ...priced, night: [{ from: 23 * 3_600, until: 86_400 }] as never };
  const site = await bench({ rules: nightly, wall: Date.UTC(2026, 10, 25, 14, 0) }); // 22:00 in China
  site.begin({ paid_fen: 500 });
  site.pass(3_700);
  expect(site.events("session.ended")).toMatchObject([{ cause: "night" }]);
  expect(bills(site)).toHaveLength(1);
  expect(site.begin({ charge: "charge-0002" })).toMatchObject({ code: "night" });
});

test.each([
  ["of another month", { charged_s: 40_000, energy_mWh: 170_000 }],
  ["of another meter", { charged_s: 600, energy_mWh: 655_350_000 }],
  ["with less than it had told", { charged_s: 300, energy_mWh: 10_000 }],
  ["with nothing", { charged_s: 0, energy_mWh: 0 }],
])("a settlement %s is billed by what can have flowed, never more than since the start, never below nothing", async (_, said) => {
  const site = await bench();
  site.begin({ paid_fen: 500 });
  site.pass(620);
  const order = site.pile.started[0] ?? "";
  site.piles.listener.settle({ pile: "pile-1", port: 1, order, cause: "full", zh: "", en: "", ...said });
  const [bill] = bills(site);
  expect(Number(bill?.seconds)).toBeLessThanOrEqual(Math.min(said.charged_s, 700));
  expect(Number(bill?.energy_mWh)).toBeGreaterThanOrEqual(0);
  expect(Number(bill?.energy_mWh)).toBeLessThanOrEqual(170_000);
  expect(Number(bill?.total_fen) + Number(bill?.refund_fen)).toBe(500);
});

test("a settlement of an order that nobody here knows is kept for a person, acknowledged, and no bill", async () => {
  const site = await bench();
  const said = {
    pile: "pile-1",
    port: 2,
    order: "20190901180000130030380102030405",
    charged_s: 3_600,
    energy_mWh: 480_000,
    cause: "full",
    zh: "充满",
    en: "full",
  } as const;
  expect([site.piles.listener.settle(said), site.piles.listener.settle(said)]).toEqual([true, true]);
  expect([bills(site), site.events("pile.unbilled")]).toMatchObject([[], [{ session: null, socket: "pile-1/2" }]]);
});

test("what happened to its socket: the charge, its curve every five minutes, its bill", async () => {
  const site = await bench();
  const from = site.clock.wall();
  site.begin();
  site.pass(1_000);
  site.pile.full(0);
  const { charges } = storyOf(site.journal, socket, { from, until: site.clock.wall() });
  expect(charges).toHaveLength(1);
  expect(charges[0]?.curve.map(({ power_mW }) => power_mW)).toEqual([180_000, 180_000, 180_000]);
  expect(charges[0]?.bill).not.toBeNull();
});
