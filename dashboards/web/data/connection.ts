// Whether what we show is live. Pure: step(state, input) -> state and effects; the clock comes in as `now`, deadlines are data.
export type Phase = "loading" | "live" | "polling" | "lost" | "signed-out";

export interface ConnectionState {
  readonly phase: Phase;
  /** When the server was last heard, in the page's own milliseconds. */
  readonly heard: number;
  readonly stream: "closed" | "opening" | "open";
  readonly reading: boolean;
  /** When to try again; null while there is nothing to retry. */
  readonly retryAt: number | null;
  readonly failures: number;
}

export type ConnectionInput =
  | { readonly kind: "start" | "opened" | "message" | "errored" | "tick" | "offline" | "online" | "reset" }
  | { readonly kind: "overview-read"; readonly streamId: number; readonly position: number }
  | { readonly kind: "overview-failed"; readonly signedOut: boolean };

export type ConnectionEffect = "read-overview" | "open-stream" | "close-stream";

export interface ConnectionStep {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

/** The cloud says at least "ping" every 15 s. An open stream that says nothing for longer is asked after: proxies and sleeping machines keep dead connections open. */
export const silenceMs = 18_000;
export const retryMs = 2_000;
export const pollMs = 5_000;

export const initialConnection = (now: number): ConnectionState => ({
  phase: "loading",
  heard: now,
  stream: "closed",
  reading: false,
  retryAt: null,
  failures: 0,
});

const still = (state: ConnectionState): ConnectionStep => ({ state, effects: [] });

function lost(state: ConnectionState, now: number): ConnectionStep {
  const failures = state.failures + 1;
  const next: ConnectionState = { ...state, phase: "lost", stream: "closed", failures, retryAt: now + Math.min(retryMs * failures, 8_000) };
  return { state: next, effects: state.stream === "closed" ? [] : ["close-stream"] };
}

function onTick(state: ConnectionState, now: number): ConnectionStep {
  if (state.retryAt !== null && now >= state.retryAt) return retry(state, now);
  if (state.stream === "open" && !state.reading && now - state.heard >= silenceMs)
    return { state: { ...state, reading: true }, effects: ["read-overview"] };
  return still(state);
}

/** From the second failure on the overview is read as well: where a proxy swallows the stream, the page still polls. */
function retry(state: ConnectionState, now: number): ConnectionStep {
  const effects: ConnectionEffect[] = state.stream === "closed" ? ["open-stream"] : ["close-stream", "open-stream"];
  const poll = !state.reading && (state.failures > 1 || state.phase === "loading" || state.phase === "polling");
  if (poll) effects.push("read-overview");
  return { state: { ...state, stream: "opening", reading: state.reading || poll, retryAt: now + pollMs }, effects };
}

function onOverview(state: ConnectionState, now: number, behind: boolean): ConnectionStep {
  const next: ConnectionState = { ...state, heard: now, reading: false };
  // The stream stands open and yet others know more: it is dead, and only looks alive.
  if (state.stream === "open" && behind)
    return { state: { ...next, phase: "polling", stream: "opening", retryAt: now + pollMs }, effects: ["close-stream", "open-stream"] };
  if (state.stream === "open") return still({ ...next, phase: "live" });
  if (state.stream === "opening") return still({ ...next, phase: "polling" });
  return { state: { ...next, phase: "polling", stream: "opening", retryAt: now + pollMs }, effects: ["open-stream"] };
}

export function step(state: ConnectionState, input: ConnectionInput, now: number): ConnectionStep {
  if (state.phase === "signed-out" && input.kind !== "start") return still(state);
  switch (input.kind) {
    case "start":
      return {
        state: { ...initialConnection(now), reading: true },
        effects: state.stream === "closed" ? ["read-overview"] : ["close-stream", "read-overview"],
      };
    case "opened":
      return still({ ...state, phase: "live", heard: now, stream: "open", retryAt: null, failures: 0 });
    case "message":
      return still(state.phase === "live" ? { ...state, heard: now } : { ...state, phase: "live", heard: now, failures: 0 });
    case "errored":
      return lost(state, now);
    case "offline":
      return lost(state, now);
    case "online":
      return retry({ ...state, failures: Math.max(1, state.failures) }, now);
    case "reset":
      return { state: { ...state, heard: now, reading: true }, effects: ["read-overview"] };
    case "overview-read":
      return onOverview(state, now, input.streamId > input.position && now - state.heard >= silenceMs);
    case "overview-failed":
      if (input.signedOut)
        return {
          state: { ...state, phase: "signed-out", reading: false, stream: "closed", retryAt: null },
          effects: state.stream === "closed" ? [] : ["close-stream"],
        };
      return lost({ ...state, reading: false }, now);
    case "tick":
      return onTick(state, now);
  }
}
