// What cannot be taken: a stranger leaves nothing, a store in trouble acknowledges nothing; all else is a dead letter with its reason: five tries, kept whole, tried again when a person asks,
// and then with one effect however often it is asked for. Over both databases.
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { countsView, gatewayViews } from "#cloud/views/views.ts";
import { upTopic } from "#protocols/uplink/topics.ts";
import { bothDatabases } from "#test/world/databases.ts";
import { requeue } from "./requeue.ts";
import { acknowledged, alarmsIn, home, lettersIn, noon, openTestCloud, type Spoken, type TestCloud, Voice } from "./room-for-tests.ts";
import { cutOf, examples, plate } from "./story-for-tests.ts";

describe.each(bothDatabases())("dead letters over $name", ({ place }) => {
  let cloud: TestCloud;
  let voice: Voice;
  let epoch = 0xd0;
  beforeAll(async () => {
    cloud = await openTestCloud(place());
  });
  afterAll(() => cloud?.close());
  beforeEach(async () => {
    await cloud.reset();
    epoch += 1;
    voice = new Voice({ epoch: epoch.toString(16).padStart(16, "0") });
  });

  const counts = () => countsView(cloud.store.read);
  const letters = () => cloud.store.read.selectFrom("dead_letter").selectAll().orderBy("id").execute();
  const theLetter = async () => (await letters())[0] ?? expect.fail("no letter");
  const tries = async () => (await cloud.store.read.selectFrom("letter_try").selectAll().orderBy("n").execute()).map((row) => ({ ...row }));
  const ask = (id: number, person = "manager") => requeue(cloud.rooms, { id, person });
  const alarm = async () =>
    (await cloud.store.read.selectFrom("alarm").select(["active"]).where("rule", "=", "uplink.dead-letter").execute()).map(
      ({ active }) => active,
    );
  const send = async (spoken: readonly Spoken[]) => {
    const { topic, payload } = voice.message(spoken);
    return acknowledged(await cloud.take(topic, payload));
  };
  const openings = (n: number): Spoken[] =>
    Array.from({ length: n }, (_, i) => voice.say("gate.opened", { ...examples["gate.opened"], count: i + 1 }, i * 1_000));

  /** The database refuses the second opening, as a bug of ours or a broken index would. */
  async function breakEffects(): Promise<() => Promise<void>> {
    const { kind } = cloud.store;
    const run = (text: string): Promise<unknown> => cloud.store.change((change) => sql.raw(text).execute(change));
    if (kind === "sqlite") {
      await run(
        `CREATE TRIGGER broken BEFORE INSERT ON event WHEN NEW.data LIKE '%"count":2,%' OR NEW.data LIKE '%"count":2}%' BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END`,
      );
      return async () => void (await run("DROP TRIGGER broken"));
    }
    await run(
      `CREATE FUNCTION broken() RETURNS trigger AS $$ BEGIN IF NEW.data ~ '"count":2[,}]' THEN RAISE EXCEPTION 'broken on purpose'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql`,
    );
    await run("CREATE TRIGGER broken BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION broken()");
    return async () => {
      await run("DROP TRIGGER broken ON event");
      await run("DROP FUNCTION broken");
    };
  }

  test("what fails five times is a dead letter and its stream goes on; requeued after the fault was mended it has one effect", async () => {
    const mend = await breakEffects();
    const batch = openings(3);
    expect(await send(batch)).toBe("state 3");
    const letter = await theLetter();
    expect(letter).toMatchObject({ kind: "event", state: "waiting", tries: 5, event_key: `gw-1/${voice.epoch}/state/2` });
    expect(letter.reason).toBe("no effect: broken on purpose");
    expect(await counts()).toMatchObject({ openings: 2, events: 2, dead_letters: 1, missing: 0 });
    expect(await alarm()).toEqual([1]);

    // Still broken: it waits on, and who asked stands with it.
    expect(await ask(letter.id)).toMatchObject({ state: "waiting" });
    expect(await tries()).toMatchObject([{ n: 1, person: "manager", outcome: "refused", reason: "no effect: broken on purpose" }]);
    expect(await counts()).toMatchObject({ events: 2, dead_letters: 1 });

    await mend();
    cloud.clock.now += 60_000;
    const both = await Promise.all([ask(letter.id, "administrator"), ask(letter.id, "manager")]);
    expect(both.map((one) => (one !== undefined && "code" in one ? one.code : one?.state)).sort()).toEqual(
      expect.arrayContaining(["delivered"]),
    );
    expect(await ask(letter.id)).toMatchObject({ kind: "refusal", code: "already-delivered" });
    expect(await counts()).toMatchObject({ openings: 3, events: 3, dead_letters: 0 });
    expect((await tries()).filter(({ outcome }) => outcome === "delivered")).toHaveLength(1);
    expect(await alarm()).toEqual([0]);
    // The gateway's own repeat changes nothing either.
    expect(await send(batch)).toBe("state 3");
    expect(await counts()).toMatchObject({ openings: 3, events: 3, duplicates: 3 });
  });

  test("what only met another change once is no dead letter", async () => {
    const mend = await breakEffects();
    const batch = openings(2);
    let failures = 0;
    const change = cloud.store.change.bind(cloud.store);
    const rooms = {
      ...cloud.rooms,
      store: {
        ...cloud.store,
        // The real store; after the third failure the fault is gone.
        change: (async (work, how) => {
          try {
            return await change(work, how);
          } catch (error) {
            failures += 1;
            if (failures === 3) await mend();
            throw error;
          }
        }) as typeof cloud.store.change,
      },
    };
    const { takeMessage } = await import("./take-message.ts");
    const { topic, payload } = voice.message(batch);
    expect(acknowledged(await takeMessage(rooms, topic, Buffer.from(payload)))).toBe("state 2");
    expect(await letters()).toEqual([]);
    expect(await counts()).toMatchObject({ openings: 2, events: 2 });
    expect(failures).toBe(3);
  });

  test("a poisoned event is kept whole, and waits for software that understands it", async () => {
    const long = voice.say("station.answers", { station: "x".repeat(100_000) });
    expect(await send([long])).toBe("state 1");
    const letter = await theLetter();
    expect(JSON.parse(letter.payload)).toEqual(long.event);
    expect(await ask(letter.id)).toMatchObject({ state: "waiting" });
    // As software would read it that takes longer names.
    const known = JSON.stringify({ ...long.event, data: { station: "station-1" } });
    await cloud.store.change((change) => change.updateTable("dead_letter").set({ payload: known }).execute());
    expect(await ask(letter.id)).toMatchObject({ state: "delivered" });
    expect(await counts()).toMatchObject({ events: 1, dead_letters: 0 });
    expect((await tries()).map(({ outcome }) => outcome)).toEqual(["refused", "delivered"]);
  });

  test("a batch of telemetry and a message that could not be read: the same", async () => {
    const measured = voice.measured([]);
    await cloud.take(
      measured.topic,
      `${measured.payload}socket,quality=good,socket=1,station=station-1 current_mA=1.5 1795579200000000000\n`,
    );
    await cloud.take(upTopic(home, "state"), `${voice.message(openings(2)).payload}}`);
    const [batch, message] = await letters();
    expect([batch?.kind, message?.kind]).toEqual(["batch", "message"]);
    for (const { id } of await letters()) expect(await ask(Number(id))).toMatchObject({ state: "waiting" });
    const waiting = await letters();
    await cloud.store.change(async (change) => {
      for (const { id, payload } of waiting)
        await change
          .updateTable("dead_letter")
          .set({ payload: payload.replace("1.5", "15i").replace("]}}", "]}") })
          .where("id", "=", id)
          .execute();
    });
    for (const { id } of await letters()) for (let i = 0; i < 2; i += 1) await ask(Number(id));
    expect((await letters()).map(({ state }) => state)).toEqual(["delivered", "delivered"]);
    expect(await counts()).toMatchObject({ openings: 2, events: 2, dead_letters: 0, duplicates: 0 });
    const { socketSeries } = await import("#cloud/views/sockets.ts");
    expect((await cloud.telemetry.last(socketSeries({ ...home, station: "station-1", number: 1 }, "current_mA")))?.value).toBe(15);
  });

  test("a conflict is never tried, and what is not there is not there", async () => {
    const [one] = openings(1) as [Spoken];
    await send([one]);
    await send([{ ...one, event: { ...one.event, data: { ...examples["gate.opened"], count: 99 } } }]);
    const letter = await theLetter();
    expect(await ask(letter.id)).toMatchObject({ kind: "refusal", code: "conflict" });
    expect(await ask(letter.id + 1_000)).toBeUndefined();
    expect([await tries(), await counts()]).toMatchObject([[], { events: 1, dead_letters: 1 }]);
  });

  test("a flood of messages that cannot be read fills no disk", async () => {
    const topic = upTopic(home, "state");
    for (let n = 0; n < 510; n += 1) await cloud.take(topic, `{ ${n}`);
    const kept = await letters();
    expect([kept.length, kept.at(-1)?.payload, (await counts()).dead_letters]).toEqual([500, "{ 509", 500]);
    expect(acknowledged(await cloud.take(topic, " ".repeat(1024 * 1024 + 1)))).toBe("nothing");
    expect((await letters()).at(-1)?.reason).toMatch(/1048576 bytes/);
  });

  const poison: readonly (readonly [name: string, event: object, reason: RegExp])[] = [
    ["an unknown type", { type: "gate.exploded", data: {} }, /^unknown type gate\.exploded$/],
    ["a type named like a part of every object", { type: "constructor", data: {} }, /^unknown type constructor$/],
    ["a type with a NUL", { type: "gate\u0000", data: {} }, /unknown type gate/],
    ["a missing field", { type: "station.answers", data: {} }, /^station\.answers: .*station/],
    ["an unknown field", { type: "station.answers", data: { station: "s", extra: 1 } }, /^station\.answers: /],
    ["a number as text", { type: "lane.offline-read", data: { lane: "e", plate: null, read_at: "5" } }, /read_at/],
    ["a number too large to be exact", { type: "lane.offline-read", data: { lane: "e", plate: null, read_at: 2 ** 60 } }, /read_at.*exact/],
    ["another stream's event", { type: "charging.cut", data: cutOf("trip-0001p") }, /travels in urgent, not in state/],
    ["no time", { type: "station.answers", at: undefined, data: { station: "s" } }, /^envelope: /],
    ["a NUL in a text", { type: "lane.offline-read", data: { lane: "east-in", plate: "闽\u0000C", read_at: 1 } }, /./],
  ];
  test.each(poison)(
    "poison, %s: a dead letter with its reason, its number is acknowledged, and the stream goes on",
    async (_, wrong, reason) => {
      const [one, two, three] = openings(3) as [Spoken, Spoken, Spoken];
      const bad: Spoken = { ...two, event: { ...two.event, ...wrong } };
      // Over SQLite a NUL is a character like others.
      const harmless = cloud.store.kind === "sqlite" && JSON.stringify(wrong).includes("闽\\u0000");
      expect(await send([one, bad, three])).toBe("state 3");
      expect(await send([one, bad, three])).toBe("state 3");
      expect(await counts()).toMatchObject({ openings: 2, events: harmless ? 3 : 2, duplicates: 3, dead_letters: harmless ? 0 : 1 });
      if (harmless) return;
      const [letter, ...more] = await lettersIn(cloud);
      expect(more).toEqual([]);
      expect(letter).toMatchObject({ event_key: `gw-1/${voice.epoch}/state/2`, times: 1 });
      expect(letter?.reason).toMatch(reason);
      expect(await alarmsIn(cloud)).toEqual(["uplink.dead-letter gw-1 active ×1"]);
    },
  );

  test("a dead letter's reason names paths, never values", async () => {
    const opened = voice.say("visit.opened", { ...examples["visit.opened"], plate: plate.repeat(9) });
    expect(await send([opened])).toBe("money 1");
    expect((await lettersIn(cloud))[0]?.reason).toMatch(/plate/);
    expect(JSON.stringify([await lettersIn(cloud), cloud.lines])).not.toContain(plate);
  });

  const head = { v: 1, gateway: "gw-1", epoch: "00000000000000aa", stream: "state" };
  const good = { seq: 1, type: "station.answers", at: { wall: noon, mono: 1, boot: "b", synchronised: true }, data: { station: "s" } };
  const unreadable: readonly (readonly [name: string, payload: string | Buffer, reason: RegExp])[] = [
    ["no JSON", "{", /not JSON/],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22]), /UTF-8/],
    ["nothing", "", /not JSON/],
    ["no object", "7", /not an object/],
    ["another version", JSON.stringify({ ...head, v: 2, events: [good] }), /\/v/],
    ["another gateway's name inside", JSON.stringify({ ...head, gateway: "gw-2", events: [good] }), /\/gateway/],
    ["another stream inside", JSON.stringify({ ...head, stream: "money", events: [good] }), /\/stream/],
    ["no epoch", JSON.stringify({ ...head, epoch: "x", events: [good] }), /\/epoch/],
    ["no events", JSON.stringify({ ...head, events: [] }), /\/events/],
    ["501 events", JSON.stringify({ ...head, events: Array.from({ length: 501 }, (_, i) => ({ ...good, seq: i + 1 })) }), /\/events/],
    ["an event without a number", JSON.stringify({ ...head, events: [{ ...good, seq: 0 }] }), /sequence number/],
    ["numbers that do not follow", JSON.stringify({ ...head, events: [good, { ...good, seq: 3 }] }), /does not follow/],
    ["an event that is null", JSON.stringify({ ...head, events: [null] }), /sequence number/],
  ];
  test.each(unreadable)(
    "a message that is %s: a dead letter, no acknowledgement, and the next one is taken",
    async (_, payload, reason) => {
      const topic = upTopic(home, "state");
      expect(acknowledged(await cloud.take(topic, payload))).toBe("nothing");
      expect(acknowledged(await cloud.take(topic, payload))).toBe("nothing");
      expect(await lettersIn(cloud)).toEqual([{ reason: expect.stringMatching(reason), event_key: null, times: 2 }]);
      expect(await counts()).toMatchObject({ events: 0, dead_letters: 1 });
      expect(await send(openings(1))).toBe("state 1");
    },
  );

  test.each([
    ["an unknown gateway", "cuobian/v1/jinxiu/gw-9/up/state"],
    ["an unknown site", "cuobian/v1/elsewhere/gw-1/up/state"],
    ["no topic of ours", "cuobian/v2/jinxiu/gw-1/up/state"],
    ["an acknowledgement that comes back", "cuobian/v1/jinxiu/gw-1/ack"],
  ])("%s is refused and leaves nothing behind", async (_, topic) => {
    const { payload } = voice.message(openings(1));
    expect(acknowledged(await cloud.take(topic, payload))).toBe("nothing");
    expect(acknowledged(await cloud.take(topic.replace("up/state", "status"), voice.status("online").payload))).toBe("nothing");
    expect(await counts()).toMatchObject({ events: 0, dead_letters: 0 });
    expect(await gatewayViews(cloud.store.read)).toEqual([]);
  });

  test("a store in trouble: nothing is acknowledged, nothing half done, and the repeat succeeds", async () => {
    const { topic, payload } = voice.message(openings(2));
    const failing = {
      ...cloud.rooms,
      store: { ...cloud.store, change: () => Promise.reject(Object.assign(new Error("disk full"), { code: "SQLITE_FULL" })) },
    };
    const { takeMessage } = await import("./take-message.ts");
    await expect(takeMessage(failing, topic, Buffer.from(payload))).rejects.toThrow("disk full");
    expect(await counts()).toMatchObject({ events: 0, dead_letters: 0 });
    expect(acknowledged(await cloud.take(topic, payload))).toBe("state 2");
  });
});
