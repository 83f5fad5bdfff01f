// The contactor above the sockets, held closed by pulses alone. What it was told, what it shows, and what shows that it did not obey.
import { after, type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import type { Sampled } from "../sample.ts";
import type { ShedFact } from "./facts.ts";
import { shedFixed } from "./limits.ts";

export type Evidence = Extract<ShedFact, { kind: "contactor-stuck" }>["evidence"];

export interface Contactor {
  readonly want: "open" | "closed";
  /** When it was told so. */
  readonly since: Monotonic;
  /** When its board first answered OFF. */
  readonly answeredAt: Monotonic | undefined;
  /** First byte of the newest sample in which the relay (and the feedback, where there is one) could be read. */
  readonly seen: Monotonic | undefined;
  readonly closed: boolean | undefined;
  /** Consecutive samples, after settling, that show it closed against its order; current counts for each station. */
  readonly against: Readonly<Record<string, number>>;
  readonly stuck: boolean;
  readonly lost: boolean;
}

export interface ContactorSample {
  readonly seen: Monotonic;
  /** The board's own relay. */
  readonly relay: Sampled<boolean>;
  /** The auxiliary contact that moves with the main contacts; "not-offered" where none is wired. */
  readonly feedback: Sampled<boolean>;
}

export interface ContactorMove {
  readonly contactor: Contactor;
  readonly facts: readonly ShedFact[];
}

const order = (contactor: Contactor | undefined, want: Contactor["want"], now: Monotonic): Contactor => ({
  want,
  since: now,
  answeredAt: undefined,
  seen: contactor?.seen,
  closed: contactor?.closed,
  against: {},
  stuck: want === "closed" && (contactor?.stuck ?? false),
  lost: false,
});
export const openContactor = (contactor: Contactor | undefined, now: Monotonic): Contactor => order(contactor, "open", now);
export const closeContactor = (contactor: Contactor, now: Monotonic): Contactor => order(contactor, "closed", now);

export const openAnswered = (contactor: Contactor, now: Monotonic): Contactor => ({
  ...contactor,
  answeredAt: contactor.answeredAt ?? now,
});

/** From when on it must be open: once its board has obeyed and the meters have settled; at the latest when its pulses have run out. */
const judgedFrom = ({ answeredAt, since }: Contactor): Monotonic =>
  after(answeredAt ?? after(since, shedFixed.contactorHold_ms), shedFixed.settle_ms);

export interface AgainstInput {
  readonly shed: string;
  readonly trip: string | null;
  readonly evidence: Evidence;
  /** Which board or station says so. */
  readonly by: string;
  readonly closed: boolean;
  readonly seen: Monotonic;
  readonly now: Monotonic;
}

/** One sample for or against "it is open". */
export function against(contactor: Contactor, heard: AgainstInput): ContactorMove {
  const { shed, trip, evidence, by, closed, seen, now } = heard;
  if (contactor.want !== "open" || seen < judgedFrom(contactor)) return { contactor, facts: [] };
  const key = `${evidence} ${by}`;
  const counts = { ...contactor.against, [key]: closed ? (contactor.against[key] ?? 0) + 1 : 0 };
  const stuck = Object.values(counts).some((samples) => samples >= shedFixed.stuckSamples);
  const facts: ShedFact[] =
    stuck && !contactor.stuck ? [{ kind: "contactor-stuck", shed, trip, evidence, waited_ms: Math.max(0, now - contactor.since) }] : [];
  return { contactor: { ...contactor, against: counts, stuck }, facts };
}

/** Open only where everything that can be read says so; closed likewise. Anything between is unknown. */
function shown({ relay, feedback }: ContactorSample): boolean | undefined {
  if (typeof relay !== "boolean") return undefined;
  if (feedback === "not-offered") return relay;
  return feedback === relay ? relay : undefined;
}

export function contactorSampled(
  before: Contactor,
  sample: ContactorSample,
  at: { shed: string; trip: string | null; now: Monotonic },
): ContactorMove {
  const { seen } = sample;
  if (before.seen !== undefined && seen < before.seen) return { contactor: before, facts: [] };
  const closed = shown(sample);
  let contactor: Contactor = closed === undefined ? before : { ...before, seen, closed };
  const facts: ShedFact[] = [];
  for (const [evidence, said] of [
    ["relay", sample.relay],
    ["feedback", sample.feedback],
  ] as const) {
    if (typeof said !== "boolean") continue;
    const move = against(contactor, { ...at, evidence, by: "board", closed: said, seen });
    contactor = move.contactor;
    facts.push(...move.facts);
  }
  if (contactor.want === "closed" && contactor.lost && closed === true) {
    contactor = { ...contactor, lost: false };
    facts.push({ kind: "contactor-closed", shed: at.shed });
  }
  return { contactor, facts };
}

/** Seen closed, and lately: only then is there power to give. */
export const seenClosed = ({ want, closed, seen }: Contactor, now: Monotonic): boolean =>
  want === "closed" && closed === true && seen !== undefined && now - seen <= shedFixed.warn_ms;
export const seenOpen = ({ closed, seen, since }: Contactor, now: Monotonic): boolean =>
  closed === false && seen !== undefined && seen >= since && now - seen <= shedFixed.warn_ms;

/** When a contactor that should be closed is missed, if nothing shows it closed before. */
export function missedAt({ want, lost, closed, seen, since }: Contactor): Monotonic | undefined {
  if (want === "open" || lost) return undefined;
  return after(monotonic(Math.max(closed === true ? (seen ?? since) : since, since)), shedFixed.closeWithin_ms);
}

export function contactorTimed(contactor: Contactor, shed: string, now: Monotonic): ContactorMove {
  const missed = missedAt(contactor);
  if (missed === undefined || now < missed) return { contactor, facts: [] };
  const waited_ms = now - missed + shedFixed.closeWithin_ms;
  return { contactor: { ...contactor, lost: true }, facts: [{ kind: "contactor-lost", shed, waited_ms }] };
}
