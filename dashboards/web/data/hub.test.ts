// One stream for many tabs: each hears every message once and in order, whenever it joins; who is too far behind begins afresh, and no post hears another's.
import { expect, test } from "vitest";
import { createHubs, type StreamLine } from "./hub.ts";

function bench() {
  const opened: { who: string; after: number; hear: (line: StreamLine) => void; closed: boolean }[] = [];
  const hub = createHubs((who) => (after, hear) => {
    const one = { who, after, hear, closed: false };
    opened.push(one);
    return {
      close: () => {
        one.closed = true;
      },
    };
  });
  const last = () => opened.at(-1) ?? { who: "", after: -1, hear: () => undefined, closed: true };
  const message = (id: number, type = "event"): void => last().hear({ kind: "message", type, id, data: "{}" });
  const tab = (after: number, who = "a") => {
    const heard: string[] = [];
    const leave = hub.join({ after, who }, (line) => heard.push(line.kind === "message" ? `${line.type} ${line.id}` : line.kind));
    return { heard, leave };
  };
  return { opened, last, message, tab };
}

test("tabs share one stream; a later one is told what it missed, and nothing twice", () => {
  const { opened, last, message, tab } = bench();
  const one = tab(10);
  last().hear({ kind: "opened" });
  message(11);
  message(12);
  const two = tab(11);
  message(13);
  const three = tab(13);
  message(14);
  expect(opened.map(({ after }) => after)).toEqual([10]);
  expect(one.heard).toEqual(["opened", "event 11", "event 12", "event 13", "event 14"]);
  expect(two.heard).toEqual(["opened", "event 12", "event 13", "event 14"]);
  expect(three.heard).toEqual(["opened", "event 14"]);
});

test("who is behind what is remembered reads the overview anew; a reset of the server is everyone's", () => {
  const { last, message, tab } = bench();
  tab(1000);
  last().hear({ kind: "opened" });
  for (let id = 1001; id <= 3001; id += 1) message(id);
  expect(tab(999).heard).toEqual(["opened", "reset 3001"]);
  expect(tab(1500).heard).toEqual(["opened", "reset 3001"]);
  expect(tab(2999).heard).toEqual(["opened", "event 3000", "event 3001"]);
  message(9000, "reset");
  expect(tab(3001).heard).toEqual(["opened", "reset 9000"]);
  expect(tab(9000).heard).toEqual(["opened"]);
});

test("after a failure each comes back by itself, to one new stream; the last to leave closes it", () => {
  const { opened, last, message, tab } = bench();
  const [one, two] = [tab(5), tab(5)];
  last().hear({ kind: "opened" });
  message(6);
  last().hear({ kind: "errored" });
  expect([one.heard.at(-1), two.heard.at(-1)]).toEqual(["errored", "errored"]);
  const again = tab(6);
  const later = tab(6);
  last().hear({ kind: "opened" });
  message(7);
  expect([again.heard, later.heard]).toEqual([
    ["opened", "event 7"],
    ["opened", "event 7"],
  ]);
  expect(one.heard).not.toContain("event 7");
  expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
  again.leave();
  later.leave();
  expect(opened.map(({ closed }) => closed)).toEqual([true, true]);
});

test("tabs of two posts have a stream each: none hears the other's, and each is closed by its own last tab", () => {
  const { opened, message, tab } = bench();
  const one = tab(5, "a");
  opened[0]?.hear({ kind: "opened" });
  message(6);
  const other = tab(8, "b");
  expect(opened.map(({ who, closed }) => [who, closed])).toEqual([
    ["a", false],
    ["b", false],
  ]);
  opened[0]?.hear({ kind: "message", type: "event", id: 7, data: "{}" });
  message(9);
  expect([one.heard, other.heard]).toEqual([["opened", "event 6", "event 7"], ["event 9"]]);
  one.leave();
  expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
  // Back as the same: a stream anew.
  tab(7, "a");
  expect(opened.map(({ who }) => who)).toEqual(["a", "b", "a"]);
});
