// What the page knows: an overview put in order, each message once and in its order, memory bounded.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ExportView } from "#protocols/api/exports.ts";
import type { StreamMessage } from "#protocols/api/views.ts";
import { alarm, counts, event, gateway, hazard, lane, overview, socket } from "./samples-for-tests.ts";
import { apply, applyAll, fromOverview, keptEvents, type Numbered } from "./state.ts";

const start = fromOverview(overview());

test("an overview is put in order: sockets by number, events newest first", () => {
  expect(start.sockets.map((one) => one.number)).toEqual([1, 2]);
  expect(start.events.map((one) => one.key.split("/")[3])).toEqual(["3", "2", "1"]);
  expect(start.position).toBe(10);
});

const made = (done: number): ExportView => ({
  ...{ id: "e", name: "台账.xlsx", state: "running", ahead: 0, done, total: 9, bytes: 0, sha256: null, why: null },
  ...{ asked_at: "2026-11-26T10:00:00+08:00", ended_at: null, expires_at: "2026-11-27T10:00:00+08:00", file: null },
});

const messages: [string, StreamMessage, (state: typeof start) => unknown, unknown][] = [
  ["a known lane is replaced", { kind: "lane", view: lane({ passages: 7 }) }, (s) => s.lanes.map((one) => one.passages), [7]],
  [
    "an unknown lane is added",
    { kind: "lane", view: lane({ id: "west-in" }) },
    (s) => s.lanes.map((one) => one.id),
    ["east-in", "west-in"],
  ],
  [
    "a lane of another gateway with the same id is another lane",
    { kind: "lane", view: lane({ gateway: "gw-2" }) },
    (s) => s.lanes.length,
    2,
  ],
  ["a known socket is replaced", { kind: "socket", view: socket(1, { power_mW: 9 }) }, (s) => s.sockets.map((one) => one.power_mW), [9, 0]],
  ["a new socket finds its place", { kind: "socket", view: socket(0) }, (s) => s.sockets.map((one) => one.number), [0, 1, 2]],
  ["a gateway is replaced", { kind: "gateway", view: gateway({ behind: 4 }) }, (s) => s.gateways.map((one) => one.behind), [4]],
  ["an alarm is added", { kind: "alarm", view: alarm("a") }, (s) => s.alarms.map((one) => one.id), ["a"]],
  ["a hazard is added", { kind: "hazard", view: hazard("h") }, (s) => s.hazards.map((one) => one.id), ["h"]],
  ["an event comes on top", { kind: "event", view: event(9) }, (s) => s.events[0]?.key.split("/")[3], "9"],
  ["an event that is known is not shown twice", { kind: "event", view: event(3) }, (s) => s.events.length, 3],
  ["a file that is made is told of", { kind: "export", view: made(3) }, (s) => s.exports.map((one) => one.done), [3]],
  ["counts are replaced", { kind: "counts", view: counts({ passages: 5 }) }, (s) => s.counts.passages, 5],
];

test.each(messages)("%s", (_, message, look, wanted) => {
  const next = apply(start, { id: 11, message });
  expect(look(next)).toEqual(wanted);
  expect(next.position).toBe(11);
});

test("a message at or below the position has had its effect", () => {
  expect(apply(start, { id: 10, message: { kind: "counts", view: counts({ passages: 99 }) } })).toBe(start);
});

test("what nobody changed stays the same object, so that only what changed is drawn", () => {
  const next = apply(start, { id: 11, message: { kind: "counts", view: counts({ passages: 1 }) } });
  expect(next.sockets).toBe(start.sockets);
  expect(next.events).toBe(start.events);
});

test("memory is bounded", () => {
  const many = Array.from(
    { length: keptEvents + 50 },
    (_, i): Numbered => ({ id: 11 + i, message: { kind: "event", view: event(100 + i) } }),
  );
  expect(applyAll(start, many).events).toHaveLength(keptEvents);
});

test("whatever is repeated after a reconnection, every event stands once and in the order heard", () => {
  const stream = Array.from({ length: 40 }, (_, i): Numbered => ({ id: 11 + i, message: { kind: "event", view: event(100 + i) } }));
  const once = applyAll(start, stream);
  fc.assert(
    fc.property(fc.array(fc.record({ upTo: fc.nat(40), backBy: fc.nat(40) }), { maxLength: 6 }), (cuts) => {
      let state = start;
      let reached = 0;
      // Each cut: the stream runs on to `upTo`, breaks, and begins again a little earlier.
      for (const { upTo, backBy } of [...cuts, { upTo: 40, backBy: 0 }]) {
        const from = Math.max(0, reached - backBy);
        const to = Math.max(from, upTo);
        if (from > reached) continue;
        state = applyAll(state, stream.slice(from, to));
        reached = Math.max(reached, to);
      }
      expect(state).toEqual(once);
    }),
  );
});

test("a compound with a gateway stands before one without, by whatever name", () => {
  const invented = { site: "aaa", gateway: "gw-2" } as const;
  const lanes = [lane({ ...invented, id: "south-in" }), lane({ id: "east-in" }), lane({ id: "east-out" })];
  const sockets = [socket(1, { ...invented, id: "station-1/1" }), socket(2), socket(1)];
  const state = fromOverview(overview({ gateways: [gateway()], lanes, sockets }));
  expect(state.lanes.map(({ site, id }) => `${site} ${id}`)).toEqual(["jinxiu east-in", "jinxiu east-out", "aaa south-in"]);
  expect(state.sockets.map(({ site, number }) => `${site} ${number}`)).toEqual(["jinxiu 1", "jinxiu 2", "aaa 1"]);
});
