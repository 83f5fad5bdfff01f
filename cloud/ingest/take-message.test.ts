// Each key has its effect once, and what is acknowledged is in the store: repeats, conflicts, gaps, epochs, over both databases.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { everywhere } from "#cloud/identity/scope.ts";
import { Marks } from "#cloud/store/marks.ts";
import { healthViews } from "#cloud/views/health.ts";
import { countsView, gatewayViews } from "#cloud/views/views.ts";
import { healthHolds_ms } from "#protocols/api/health-holds.ts";
import { bothDatabases } from "#test/world/databases.ts";
import { forgetPresence, presumeGone } from "./effects/gateways.ts";
import { acknowledged, alarmsIn, home, lettersIn, noon, openTestCloud, type Spoken, type TestCloud, Voice } from "./room-for-tests.ts";
import { cutOf, examples } from "./story-for-tests.ts";

describe.each(bothDatabases())("ingest over $name", ({ place }) => {
  let cloud: TestCloud;
  let voice: Voice;
  beforeAll(async () => {
    cloud = await openTestCloud(place());
  });
  afterAll(() => cloud?.close());
  beforeEach(async () => {
    await cloud.reset();
    voice = new Voice();
  });

  const counts = () => countsView(cloud.store.read);
  const letters = () => lettersIn(cloud);
  const alarms = () => alarmsIn(cloud);
  const openings = (n: number): Spoken[] =>
    Array.from({ length: n }, (_, i) => voice.say("gate.opened", { ...examples["gate.opened"], count: i + 1 }, i * 1_000));
  const send = async (spoken: readonly Spoken[], by = voice) => {
    const { topic, payload } = by.message(spoken);
    return acknowledged(await cloud.take(topic, payload));
  };

  test("a repeat of an earlier part is acknowledged as far as it goes: a gateway that was killed knows of no later number", async () => {
    const batch = openings(5);
    expect(await send(batch)).toBe("state 5");
    expect([await send(batch.slice(0, 2)), await send(batch.slice(1, 4)), await send(batch.slice(2))]).toEqual([
      "state 2",
      "state 4",
      "state 5",
    ]);
    expect(await counts()).toMatchObject({ openings: 5, events: 5, duplicates: 8 });
  });

  test("a clock that is set later: what was shown for want of a better time is derived, wherever it stands; the stamps stay", async () => {
    /** As a boot whose clock began in 1970 stamps it; `mono` milliseconds after that boot began, which was at noon. */
    const unset = (spoken: Spoken, mono: number): Spoken => ({
      ...spoken,
      event: { ...spoken.event, at: { wall: 5_000 + mono, mono, boot: "boot-2", synchronised: false, boots: 2 } },
    });
    const first = voice.say("session.started", { ...examples["session.started"], socket: "station-1/1" });
    expect(await send([{ ...first, event: { ...first.event, at: { ...first.event.at, boots: 1 } } }])).toBe("money 1");
    cloud.clock.now = noon + 90_000;
    const cut = unset(voice.say("charging.cut", cutOf("trip-1-0000", "station-1/1")), 60_000);
    expect(await send([cut])).toBe("urgent 1");
    const { read } = cloud.store;
    const events = () => read.selectFrom("event").select(["type", "at", "clock", "late"]).orderBy("ordinal").execute();
    const times = async () => [
      await read.selectFrom("entry").select(["at", "seen_at"]).executeTakeFirst(),
      await read.selectFrom("alarm").select(["first_at", "last_at"]).where("rule", "not like", "uplink.%").executeTakeFirst(),
      await read.selectFrom("socket").select(["state", "since"]).where("socket", "=", "station-1/1").executeTakeFirst(),
    ];
    const shownAt = (at: number) => [
      { at, seen_at: at - 12 },
      { first_at: at, last_at: at },
      { state: "cut", since: at },
    ];
    // By its label of 1970 it would be older than the charge that it ended.
    expect((await events()).at(-1)).toEqual({ type: "charging.cut", at: noon + 90_000, clock: "received", late: 0 });
    expect(await times()).toEqual(shownAt(noon + 90_000));
    expect(await alarms()).toContain("uplink.clock gw-1 active ×1");

    const set = voice.say("clock.anchored", { off_ms: noon - 5_000 });
    cloud.clock.now = noon + 200_000;
    expect(
      await send([
        { ...set, event: { ...set.event, at: { wall: noon + 180_000, mono: 180_000, boot: "boot-2", synchronised: true, boots: 2 } } },
      ]),
    ).toBe("urgent 2");
    expect((await events())[1]).toEqual({ type: "charging.cut", at: noon + 60_000, clock: "derived", late: 0 });
    expect(await times()).toEqual(shownAt(noon + 60_000));
    expect(await alarms()).toContain("uplink.clock gw-1 cleared ×1");
    const kept = await read.selectFrom("event").select("stamp").where("type", "=", "charging.cut").executeTakeFirstOrThrow();
    expect(JSON.parse(kept.stamp)).toEqual(cut.event.at);
    expect(await read.selectFrom("label").selectAll().execute()).toEqual([]);

    // What still waited is labelled at once, and told as late.
    expect(await send([unset(voice.say("gate.opened", examples["gate.opened"]), 70_000)])).toBe("state 1");
    expect((await events()).at(-1)).toEqual({ type: "gate.opened", at: noon + 70_000, clock: "derived", late: 1 });
    const another = voice.say("gate.opened", examples["gate.opened"]);
    expect(
      await send([
        { ...another, event: { ...another.event, at: { wall: 6_000, mono: 1_000, boot: "boot-3", synchronised: false, boots: 3 } } },
      ]),
    ).toBe("state 2");
    expect((await events()).at(-1)).toMatchObject({ at: noon + 200_000, clock: "received" });
  });

  test("a repeat is acknowledged again and changes nothing but the count of repeats", async () => {
    const batch = openings(3);
    const said = [];
    for (let i = 0; i < 3; i += 1) said.push(await send(batch));
    expect(said).toEqual(["state 3", "state 3", "state 3"]);
    expect(await counts()).toMatchObject({ openings: 3, events: 3, duplicates: 6, missing: 0, dead_letters: 0 });
    // The keys of its JSON in another order, and its numbers written otherwise: still the same event.
    const { topic, payload } = voice.message(batch.slice(0, 1));
    const turned = payload.replace('"seq":1,', "").replace(/\}\]\}$/, ',"seq":1.0}]}');
    expect(turned).not.toBe(payload);
    expect(acknowledged(await cloud.take(topic, turned))).toBe("state 1");
    expect(await counts()).toMatchObject({ openings: 3, events: 3, duplicates: 7, dead_letters: 0 });
  });

  test("overlapping batches: what is new is taken, what is known is not", async () => {
    const all = openings(6);
    expect([await send(all.slice(0, 4)), await send(all.slice(2, 6)), await send(all.slice(1, 2))]).toEqual([
      "state 4",
      "state 6",
      "state 2",
    ]);
    expect(await counts()).toMatchObject({ openings: 6, events: 6, duplicates: 3 });
  });

  test("the same key with other content: a dead letter and an alarm, and nothing is acknowledged past it", async () => {
    const [one, two, three] = openings(3) as [Spoken, Spoken, Spoken];
    expect(await send([one, two])).toBe("state 2");
    const forged: Spoken = { ...two, event: { ...two.event, data: { ...examples["gate.opened"], count: 99 } } };
    expect(await send([forged, three])).toBe("state 1");
    expect(await send([{ ...one, event: { ...forged.event, seq: 1 } }])).toBe("nothing");
    expect(await counts()).toMatchObject({ openings: 2, events: 2, dead_letters: 2 });
    const key = `gw-1/${voice.epoch}/state`;
    expect(await letters()).toEqual([
      { reason: "conflict: the same key with other content", event_key: `${key}/2`, times: 1 },
      { reason: "conflict: the same key with other content", event_key: `${key}/1`, times: 1 },
    ]);
    expect(await alarms()).toEqual(["uplink.conflict state active ×2", "uplink.dead-letter gw-1 active ×2"]);
    // The stream itself goes on with the true continuation.
    expect(await send([two, three])).toBe("state 3");
  });

  test("a gap: acknowledged up to it, alarmed, and healed by what was missing", async () => {
    const all = openings(7);
    expect(await send(all.slice(0, 2))).toBe("state 2");
    expect(await send(all.slice(4, 6))).toBe("state 2");
    expect(await counts()).toMatchObject({ openings: 2, missing: 4 });
    expect((await gatewayViews(cloud.store.read))[0]?.behind).toBe(4);
    expect(await alarms()).toEqual(["uplink.gap state active ×1"]);
    expect(await send(all.slice(2, 6))).toBe("state 6");
    expect(await counts()).toMatchObject({ openings: 6, missing: 0, duplicates: 0 });
    expect(await alarms()).toEqual(["uplink.gap state cleared ×1"]);
    // Nothing at all is acknowledged of a stream whose first number is missing.
    const late = new Voice({ epoch: "00000000000000bb" });
    late.say("station.answers", { station: "station-1" });
    expect(await send([late.say("station.answers", { station: "station-1" })], late)).toBe("nothing");
  });

  const gapFor = (from: Spoken, upTo: Spoken): Spoken => ({
    ...upTo,
    event: {
      ...upTo.event,
      type: "stream.gap",
      data: { count: upTo.event.seq - from.event.seq + 1, from: noon, to: noon + 5_000, reason: "limit" },
    },
  });
  const gaps = async () =>
    (await cloud.store.read.selectFrom("gap").selectAll().orderBy("id").execute()).map(
      ({ id, stream, reason, lost }) => `${id.split("/").at(-1)} ${stream} ${reason} ×${lost}`,
    );

  test("a gap record stands for the numbers that were dropped: the stream goes on, what is lost is known, and it counts once", async () => {
    const all = openings(9);
    const [first, , third, , , sixth] = all as [Spoken, Spoken, Spoken, Spoken, Spoken, Spoken];
    expect(await send([first])).toBe("state 1");
    const record = gapFor(all[1] as Spoken, sixth);
    for (let i = 0; i < 3; i += 1) expect(await send([record, ...all.slice(6)])).toBe("state 9");
    expect(await counts()).toMatchObject({ openings: 4, missing: 0, dead_letters: 0 });
    expect([await gaps(), await alarms()]).toEqual([["6 state limit ×5"], ["uplink.lost state active ×1"]]);
    expect((await gatewayViews(cloud.store.read))[0]?.gaps).toBe(1);
    // One of the dropped numbers after all, with other content than nothing: refused.
    expect(await send([third])).toBe("state 2");
    expect(await counts()).toMatchObject({ openings: 4, dead_letters: 1 });
  });

  test("a gap record that begins in what is here: what is here stays; one that begins past a gap waits for it", async () => {
    const all = openings(8);
    const at = (n: number): Spoken => all[n - 1] as Spoken;
    expect(await send(all.slice(0, 4))).toBe("state 4");
    expect(await send([gapFor(at(2), at(3))])).toBe("state 3"); // nothing new in it
    expect(await send([gapFor(at(7), at(8))])).toBe("state 4");
    expect(await send([gapFor(at(2), at(6))])).toBe("state 6");
    expect(await send([gapFor(at(7), at(8))])).toBe("state 8");
    expect(await counts()).toMatchObject({ openings: 4, missing: 0, dead_letters: 0 });
    expect(await gaps()).toEqual(["6 state limit ×5", "8 state limit ×2"]);
  });

  test("a new epoch starts at 1 and takes nothing from the old one", async () => {
    const restored = new Voice({ epoch: "00000000000000bb" });
    expect(await send(openings(3))).toBe("state 3");
    const again = restored.say("gate.opened", examples["gate.opened"], 60_000);
    expect(await send([again], restored)).toBe("state 1");
    const { topic, payload } = restored.message([again]);
    expect((await cloud.take(topic, payload))?.acknowledgement.epoch).toBe(restored.epoch);
    expect(await counts()).toMatchObject({ openings: 4, events: 4, duplicates: 1, missing: 0 });
  });

  test("one key in four streams and at two gateways: five effects", async () => {
    const other = new Voice({ gateway: "gw-2" });
    const said = [
      await send([voice.say("charging.cut", cutOf("trip-0001a"))]),
      await send([voice.say("visit.opened", examples["visit.opened"])]),
      await send([voice.say("gate.opened", examples["gate.opened"])]),
      await send([other.say("gate.opened", examples["gate.opened"])], other),
    ];
    const { topic, payload } = voice.measured([]);
    said.push(acknowledged(await cloud.take(topic, payload)));
    expect(said).toEqual(["urgent 1", "money 1", "state 1", "state 1", "bulk 1"]);
    expect(await counts()).toMatchObject({ cutoffs: 1, visits: 1, openings: 2, events: 4, duplicates: 0, missing: 0 });
  });

  test("the retained status: online, offline with an alarm, online again; what is no status changes nothing", async () => {
    const seen: string[] = [];
    const status = async (state: "online" | "offline" | "garbage", at: number) => {
      cloud.clock.now = noon + at;
      const { topic, payload } = voice.status(state === "garbage" ? "online" : state);
      await cloud.take(topic, state === "garbage" ? payload.slice(1) : payload);
      const [view] = await gatewayViews(cloud.store.read);
      seen.push(`${view?.state} ${view?.since?.slice(11, 19)} | ${(await alarms()).join()}`);
    };
    await status("online", 0);
    await status("offline", 60_000);
    await status("offline", 90_000);
    await status("garbage", 95_000);
    await status("online", 120_000);
    expect(seen).toEqual([
      "online 12:00:00 | ",
      "offline 12:01:00 | gateway.offline gw-1 active ×1",
      "offline 12:01:00 | gateway.offline gw-1 active ×1",
      "offline 12:01:00 | gateway.offline gw-1 active ×1",
      "online 12:02:00 | gateway.offline gw-1 cleared ×1",
    ]);
  });

  test("a gateway's health: the newest word stands, with when it was heard; it is stale when it is old, or its gateway away", async () => {
    const other = new Voice({ gateway: "gw-2" });
    for (const by of [voice, other]) await cloud.take(by.status("online").topic, by.status("online").payload);
    const shown = async (after_ms: number) =>
      (await healthViews(cloud.store.read, { scope: everywhere, now: noon + after_ms })).map(
        ({ gateway, seen, stale, delayed_ms, cpu_mC, disk }) =>
          `${gateway} ${seen?.slice(11, 19)} ${stale ? "stale" : "good"} ${delayed_ms} ${cpu_mC} ${disk?.free_bytes}`,
      );
    const never = "gw-2 undefined stale null null undefined";
    const said = examples["gateway.health"];
    const [first, second] = [voice.say("gateway.health", said, 60_000), voice.say("gateway.health", { ...said, cpu_mC: 60_000 }, 360_000)];
    cloud.clock.now = noon + 61_000;
    await voice.tell(cloud, [first]);
    expect(await shown(61_000)).toEqual(["gw-1 12:01:01 good 1000 51200 40000000000", never]);
    cloud.clock.now = noon + 480_000;
    await voice.tell(cloud, [second, first]);
    expect(await shown(480_000)).toEqual(["gw-1 12:08:00 good 120000 60000 40000000000", never]);
    expect(await shown(480_000 + healthHolds_ms - 120_001)).toEqual([expect.stringContaining("good"), never]);
    expect(await shown(480_000 + healthHolds_ms - 119_999)).toEqual([expect.stringContaining("stale"), never]);
    // What a gateway does not know is absent; a clock that is not set cannot say how long the word was on its way.
    const blind = voice.say("gateway.health", { clock: { synchronised: false }, waiting: [] }, 500_000);
    await voice.tell(cloud, [{ ...blind, event: { ...blind.event, at: { ...blind.event.at, synchronised: false } } }]);
    expect((await healthViews(cloud.store.read, { scope: everywhere, now: cloud.clock.now }))[0]).toEqual({
      ...{ site: home.site, gateway: "gw-1", seen: expect.stringContaining("T12:08:00"), delayed_ms: null, stale: false },
      ...{ disk: null, cpu_mC: null, clock: { synchronised: false, ahead_ms: null }, lines: null, waiting: [], commissioned: null },
    });
    // A commissioning record stands beside it, the newest by the gateway's own order.
    const record = examples["gateway.commissioned"];
    const [older, newer] = [
      voice.say("gateway.commissioned", record, 510_000),
      voice.say("gateway.commissioned", { ...record, person: "验收员乙" }, 520_000),
    ];
    await voice.tell(cloud, [older, newer]);
    await voice.tell(cloud, [older]);
    expect((await healthViews(cloud.store.read, { scope: everywhere, now: cloud.clock.now }))[0]?.commissioned).toMatchObject({
      ...{ person: "验收员乙", photos: 1, proofs: [{ ok: true }], hands: [{ id: "network-cut", done: true }] },
    });
    await cloud.take(voice.status("offline").topic, voice.status("offline").payload);
    expect(await shown(480_000)).toEqual([expect.stringContaining("stale"), never]);
    // A journal that begins anew counts from 1 again.
    const anew = new Voice({ epoch: "00000000000000bb" });
    await anew.tell(cloud, [anew.say("gateway.health", { ...said, cpu_mC: 42_000 }, 490_000)]);
    expect((await shown(480_000))[0]).toContain("42000");
  });

  test("after our own restart nobody is taken to be here; who stays silent is gone, with an alarm; who speaks is here", async () => {
    const other = new Voice({ gateway: "gw-2" });
    for (const by of [voice, other]) await cloud.take(by.status("online").topic, by.status("online").payload);
    const states = async () => (await gatewayViews(cloud.store.read)).map(({ gateway, state }) => `${gateway} ${state}`);
    await cloud.store.change(forgetPresence);
    expect(await states()).toEqual(["gw-1 unknown", "gw-2 unknown"]);
    await cloud.take(other.status("online").topic, other.status("online").payload);
    await cloud.store.change((change) => presumeGone({ change, marks: new Marks() }, noon + 60_000));
    expect([await states(), await alarms()]).toEqual([["gw-1 offline", "gw-2 online"], ["gateway.offline gw-1 active ×1"]]);
    cloud.clock.now = noon + 61_000;
    await cloud.take(voice.status("online").topic, voice.status("online").payload);
    expect([await states(), await alarms()]).toEqual([["gw-1 online", "gw-2 online"], ["gateway.offline gw-1 cleared ×1"]]);
  });

  test("streams side by side: every key once, one alarm a cause, the newest fact shown", async () => {
    const other = new Voice({ gateway: "gw-2" });
    const messages = [voice, other].flatMap((by) => [
      ...Array.from({ length: 6 }, (_, i) => by.message([by.say("charging.cut", cutOf(`trip-${by.gateway}-${i}`), 10_000 + i)])),
      ...Array.from({ length: 6 }, (_, i) =>
        by.message([by.say("session.started", { ...examples["session.started"], session: `session-${by.gateway}-${i}` }, i)]),
      ),
      ...Array.from({ length: 6 }, () => by.message([{ ...by.say("station.answers", { station: "s" }), ...poisoned(by) }])),
    ]);
    const byTopic = Map.groupBy(messages, ({ topic }) => topic);
    await Promise.all(
      [...byTopic.values()].map(async (lane) => {
        for (const { topic, payload } of lane) expect(await cloud.take(topic, payload)).toBeDefined();
      }),
    );
    expect(await counts()).toMatchObject({ cutoffs: 12, sessions: 12, events: 24, dead_letters: 12, duplicates: 0, missing: 0 });
    const rows = await cloud.store.read
      .selectFrom("alarm")
      .select(["gateway", "rule", "count"])
      .orderBy("gateway")
      .orderBy("rule")
      .execute();
    expect(rows).toEqual(
      ["gw-1", "gw-2"].flatMap((gateway) => [
        { gateway, rule: "cut.over-current", count: 6 },
        { gateway, rule: "uplink.dead-letter", count: 6 },
      ]),
    );
    const sockets = await cloud.store.read.selectFrom("socket").select(["gateway", "state", "trip"]).orderBy("gateway").execute();
    expect(sockets.map(({ gateway, state, trip }) => `${gateway} ${state} ${trip}`)).toEqual([
      "gw-1 cut trip-gw-1-5",
      "gw-2 cut trip-gw-2-5",
    ]);
  });
});

/** The event that this voice has just numbered, with a type that nobody knows. */
function poisoned(by: Voice): { event: Spoken["event"] } {
  const { event } = by.say("station.answers", { station: "s" });
  return { event: { ...event, seq: event.seq / 2, type: `unknown-${event.seq}` } };
}
