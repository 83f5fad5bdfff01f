// Keeps the page's state live: does what connection.ts decides, and hands the stream's messages to state.ts in small batches.
import { batch, signal } from "@preact/signals";
import type { Overview, Problem, StreamMessage } from "#protocols/api/views.ts";
import { fromRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { readOverview } from "./api.ts";
import { type ConnectionEffect, type ConnectionInput, initialConnection, step } from "./connection.ts";
import type { Source, StreamLine } from "./hub.ts";
import { applyAll, fromOverview, type LiveState, type Numbered } from "./state.ts";
import { openStream as openShared } from "./stream.ts";

export const live = signal<LiveState | null>(null);
export const connection = signal(initialConnection(Date.now()));
/** Why the last reading of the overview failed, while nothing newer is known. */
export const trouble = signal<Problem | null>(null);
/** The server's clock as this page believes it, moving once a second. */
export const serverNow = signal<Wall>(wall(Date.now()));

/** Many messages a second become few paintings a second. */
const batchMs = 100;

let clockOffset = 0;
let stream: Source | null = null;
/** Who acts; told by whoever signs in. */
let who = "";
let waiting: Numbered[] = [];
let flushComing = false;
/** After a reset what we hold is worth nothing: messages wait until the overview is there. */
let replacing = false;
/** The stream's own number of that reset: it goes on from there, whichever process answers with the overview. */
let resetAt = 0;

function flush(): void {
  flushComing = false;
  const state = live.value;
  if (state === null || replacing) return;
  const messages = waiting;
  waiting = [];
  live.value = applyAll(state, messages);
}

function hear(line: StreamLine): void {
  tell({ kind: line.kind === "opened" || line.kind === "errored" ? line.kind : "message" });
  if (line.kind !== "message") return;
  if (line.type === "reset") {
    replacing = true;
    resetAt = line.id;
    waiting = [];
    tell({ kind: "reset" });
    return;
  }
  waiting.push({ id: line.id, message: { kind: line.type, view: JSON.parse(line.data) } as StreamMessage });
  if (!flushComing) setTimeout(flush, batchMs);
  flushComing = true;
}

function openStream(): void {
  stream?.close();
  stream = openShared({ after: live.value?.position ?? 0, who }, hear);
}

function take(overview: Overview): void {
  const held = live.value;
  // While the stream stands open, an overview older than what it has told us would take news back.
  const older = held !== null && !replacing && connection.value.stream === "open" && overview.stream_id < held.position;
  const heardAt = fromRfc3339(overview.now);
  if (heardAt !== undefined) clockOffset = heardAt - Date.now();
  // The overview has no files that are being made: what the stream said of them still holds.
  const state = { ...fromOverview(overview), exports: held === null ? [] : held.exports };
  const next = replacing && connection.value.stream === "open" ? { ...state, position: resetAt } : state;
  replacing = false;
  batch(() => {
    trouble.value = null;
    serverNow.value = wall(Date.now() + clockOffset);
    if (!older) live.value = next;
  });
  if (waiting.length > 0) flush();
  tell({ kind: "overview-read", streamId: overview.stream_id, position: held?.position ?? 0 });
}

async function read(): Promise<void> {
  const answer = await readOverview();
  if (answer.ok) return take(answer.value);
  trouble.value = answer.problem;
  tell({ kind: "overview-failed", signedOut: answer.problem.status === 401 });
}

function perform(effect: ConnectionEffect): void {
  if (effect === "read-overview") void read();
  if (effect === "open-stream") openStream();
  if (effect === "close-stream") {
    stream?.close();
    stream = null;
  }
}

function tell(input: ConnectionInput): void {
  const { state, effects } = step(connection.value, input, Date.now());
  connection.value = state;
  for (const effect of effects) perform(effect);
}

/** Nobody is signed in: nothing is asked until somebody is. */
export function signedOut(): void {
  live.value = null;
  tell({ kind: "overview-failed", signedOut: true });
}

/** Starts, or starts afresh after someone else has signed in. */
export function startLive(person: string = who): void {
  // What one person was shown, and could do, is not another's: nothing of it stays while his own is on its way.
  if (person !== who) live.value = null;
  who = person;
  tell({ kind: "start" });
}

export function watchWorld(): void {
  addEventListener("offline", () => tell({ kind: "offline" }));
  addEventListener("online", () => tell({ kind: "online" }));
  setInterval(() => {
    serverNow.value = wall(Date.now() + clockOffset);
    tell({ kind: "tick" });
  }, 1000);
}

/** What an answer to our own request showed, taken at once; the stream will repeat it and change nothing. */
export function takeView(message: Extract<StreamMessage, { kind: "alarm" | "entry" | "hazard" }>): void {
  const state = live.value;
  if (state !== null) live.value = { ...applyAll(state, [{ id: state.position + 0.5, message }]), position: state.position };
}
