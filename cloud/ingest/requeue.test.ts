// Dead letters: five tries, kept whole with the reason, tried again when a person asks, and then with one effect however often it is asked for. Over both databases.
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startPostgres, type TemporaryPostgres } from "#cloud/store/postgres-for-tests.ts";
import { countsView } from "#cloud/views/views.ts";
import { upTopic } from "#protocols/uplink/topics.ts";
import { commandPath, hasCommand } from "#test/debian.ts";
import { requeue } from "./requeue.ts";
import { acknowledged, home, openTestCloud, type Spoken, type TestCloud, Voice } from "./room-for-tests.ts";
import { examples } from "./story-for-tests.ts";

let server: TemporaryPostgres | undefined;
afterAll(() => server?.stop());
const databases = [
  { name: "sqlite", here: true, place: () => undefined },
  {
    name: "postgres",
    here: hasCommand("postgres"),
    place: () => {
      server ??= startPostgres(commandPath("postgres") ?? "");
      return { kind: "postgres" as const, url: server.fresh() };
    },
  },
];

describe.each(databases.filter(({ here }) => here))("dead letters over $name", ({ place }) => {
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
});
