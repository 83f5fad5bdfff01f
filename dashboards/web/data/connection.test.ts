// The way to the cloud, with time told: live, lost, asked by reading, tried again, and asked after when it is silent.
import { expect, test } from "vitest";
import { type ConnectionInput, type ConnectionState, initialConnection, silenceMs, step } from "./connection.ts";

type Row = [at: number, input: ConnectionInput | ConnectionInput["kind"], phase: ConnectionState["phase"], effects: string];

/** Plays a story and checks each line of it. */
function play(rows: readonly Row[]): ConnectionState {
  let state = initialConnection(0);
  for (const [at, told, phase, effects] of rows) {
    const input = (typeof told === "string" ? { kind: told } : told) as ConnectionInput;
    const next = step(state, input, at);
    expect([at, input.kind, next.state.phase, next.effects.join(" ")]).toEqual([at, input.kind, phase, effects]);
    state = next.state;
  }
  return state;
}

const read = (streamId = 5, position = 5): ConnectionInput => ({ kind: "overview-read", streamId, position });
const failed: ConnectionInput = { kind: "overview-failed", signedOut: false };

const begun: Row[] = [
  [0, "start", "loading", "read-overview"],
  [50, read(), "polling", "open-stream"],
  [80, "opened", "live", ""],
];

test("it becomes live when the stream is open, not before", () => {
  play(begun);
});

test("a broken stream is lost at once, opened again after two seconds, and read as well from the second failure", () => {
  play([
    ...begun,
    [1_000, "errored", "lost", "close-stream"],
    [2_000, "tick", "lost", ""],
    [3_000, "tick", "lost", "open-stream"],
    [3_100, "errored", "lost", "close-stream"],
    [7_100, "tick", "lost", "open-stream read-overview"],
    [7_150, read(), "polling", ""],
    [7_200, "opened", "live", ""],
  ]);
});

test("where only the stream is blocked, the page polls every five seconds and keeps trying", () => {
  play([
    ...begun,
    [1_000, "errored", "lost", "close-stream"],
    [3_000, "tick", "lost", "open-stream"],
    [3_100, "errored", "lost", "close-stream"],
    [7_100, "tick", "lost", "open-stream read-overview"],
    [7_200, read(6, 5), "polling", ""],
    [12_100, "tick", "polling", "close-stream open-stream read-overview"],
    [12_200, read(7, 6), "polling", ""],
  ]);
});

test("a silent stream is asked after: quiet is fine, dead is opened again, unreachable is lost", () => {
  const quiet: Row[] = [...begun, [80 + silenceMs, "tick", "live", "read-overview"]];
  play([...quiet, [80 + silenceMs + 50, read(5, 5), "live", ""]]);
  play([...quiet, [80 + silenceMs + 50, read(9, 5), "polling", "close-stream open-stream"]]);
  play([...quiet, [80 + silenceMs + 50, failed, "lost", "close-stream"]]);
});

test("a message keeps it alive", () => {
  play([...begun, [9_000, "message", "live", ""], [9_000 + silenceMs - 1, "tick", "live", ""]]);
});

test("the machine going offline is lost at once, coming back tries at once", () => {
  play([...begun, [500, "offline", "lost", "close-stream"], [900, "online", "lost", "open-stream"], [950, "opened", "live", ""]]);
});

test("without a session nothing is retried until somebody signs in", () => {
  play([
    [0, "start", "loading", "read-overview"],
    [50, { kind: "overview-failed", signedOut: true }, "signed-out", ""],
    [60_000, "tick", "signed-out", ""],
    [61_000, "online", "signed-out", ""],
    [62_000, "start", "loading", "read-overview"],
  ]);
});

test("a first reading that fails is tried again", () => {
  play([
    [0, "start", "loading", "read-overview"],
    [50, failed, "lost", ""],
    [2_050, "tick", "lost", "open-stream"],
    [2_100, "errored", "lost", "close-stream"],
    [6_100, "tick", "lost", "open-stream read-overview"],
    [6_200, read(), "polling", ""],
  ]);
});

test("a reset reads everything afresh while the stream stays open", () => {
  play([...begun, [500, "reset", "live", "read-overview"], [600, read(3, 5), "live", ""]]);
});
