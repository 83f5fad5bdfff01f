// From a commit to the stream: what was touched is read after the commit, once however often it was touched, and trouble with reading ends nothing.
import { afterEach, beforeEach, expect, test } from "vitest";
import { noon, openTestCloud, type TestCloud, Voice } from "#cloud/ingest/room-for-tests.ts";
import { examples } from "#cloud/ingest/story-for-tests.ts";
import { Marks } from "#cloud/store/marks.ts";
import { type Live, startLive } from "./live.ts";

let cloud: TestCloud;
let live: Live;
let first = 0;
beforeEach(async () => {
  cloud = await openTestCloud();
  live = startLive({ store: cloud.store, telemetry: cloud.telemetry, now: () => noon, log: cloud.rooms.log });
  live.expect();
  first = live.ring.position;
});
afterEach(async () => {
  await live.settled();
  await cloud.close();
});
const said = () => (live.ring.after(first) ?? []).map(({ message }) => message);
const marked = (...marks: Parameters<Marks["add"]>[0][]): Marks => {
  const set = new Marks();
  set.addAll(marks);
  return set;
};
const lane = { kind: "lane", site: "jinxiu", gateway: "gw-1", id: "east-in" } as const;

test("a thing that was touched many times is told once, as it is now", async () => {
  const voice = new Voice();
  await voice.tell(
    cloud,
    [1, 2, 3].map((n) => voice.say("lane.passed", examples["lane.passed"], n)),
  );
  for (let n = 0; n < 5; n += 1) live.show(marked(lane));
  await live.settled();
  const lanes = said();
  expect(lanes.length).toBeLessThanOrEqual(2);
  expect(lanes.at(-1)).toMatchObject({ kind: "lane", view: { id: "east-in", passages: 3 } });
});

test("a thing that is not there is not told, and the others are", async () => {
  live.show(marked({ kind: "alarm", id: "none" }, { kind: "hazard", id: "none" }, { kind: "event", ordinal: 9 }, lane, { kind: "counts" }));
  await live.settled();
  expect(said().map(({ kind }) => kind)).toEqual(["counts"]);
});

test("a store in trouble is logged, and the next change is told again", async () => {
  const broken = {
    ...cloud.store,
    read: new Proxy(cloud.store.read, {
      get: () => () => {
        throw new Error("disk");
      },
    }),
  };
  let read = broken.read;
  const own = startLive({
    store: {
      ...cloud.store,
      get read() {
        return read;
      },
    },
    telemetry: cloud.telemetry,
    now: () => noon,
    log: cloud.rooms.log,
  });
  own.expect();
  const before = own.ring.position;
  own.show(marked({ kind: "counts" }));
  await own.settled();
  expect(cloud.lines.join()).toContain("views could not be read");
  read = cloud.store.read;
  own.show(marked({ kind: "counts" }));
  await own.settled();
  expect(own.ring.after(before)?.map(({ message }) => message.kind)).toEqual(["counts"]);
});

test("what nobody watches is not read; who comes later is told to read everything", async () => {
  let reads = 0;
  const store = {
    ...cloud.store,
    get read() {
      reads += 1;
      return cloud.store.read;
    },
  };
  const own = startLive({ store, telemetry: cloud.telemetry, now: () => noon, log: cloud.rooms.log });
  const before = own.ring.position;
  own.show(marked({ kind: "counts" }));
  await own.settled();
  expect([reads, own.ring.after(before)]).toEqual([0, undefined]);
  own.expect();
  const from = own.ring.position;
  own.show(marked({ kind: "counts" }));
  await own.settled();
  expect([reads > 0, own.ring.after(from)?.map(({ message }) => message.kind)]).toEqual([true, ["counts"]]);
});
