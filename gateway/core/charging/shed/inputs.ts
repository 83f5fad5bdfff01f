// The contacts of a shed: smoke, heat, the panel. One good sample that says "active" is enough; one that says nothing proves nothing.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { Sampled } from "../sample.ts";
import type { InputKind, ShedFact } from "./facts.ts";
import { shedFixed } from "./limits.ts";

export interface InputSetup {
  readonly id: string;
  readonly kind: InputKind;
}

export interface FireInput extends InputSetup {
  /** What the newest good sample said; undefined before the first. */
  readonly active: boolean | undefined;
  /** First byte of the newest good sample; before the first, when we began to ask. */
  readonly seen: Monotonic;
  /** Silence was said. */
  readonly silent: boolean;
}

export const newInput = ({ id, kind }: InputSetup, now: Monotonic): FireInput => ({
  id,
  kind,
  active: undefined,
  seen: now,
  silent: false,
});

export interface InputMove {
  readonly input: FireInput;
  readonly facts: readonly ShedFact[];
}

/** An older sample than the newest changes nothing, and neither does one without a value: its deadline runs on. */
export function inputHeard(shed: string, input: FireInput, heard: { said: Sampled<boolean> | undefined; seen: Monotonic }): InputMove {
  const { said, seen } = heard;
  if (typeof said !== "boolean" || (input.active !== undefined && seen < input.seen)) return { input, facts: [] };
  const { id, kind } = input;
  const facts: ShedFact[] = [];
  if (input.silent) facts.push({ kind: "shed-input-answers", shed, input: id, of: kind, active: said });
  if (said !== (input.active ?? false)) facts.push({ kind: "shed-input", shed, input: id, of: kind, active: said });
  return { input: { ...input, active: said, seen, silent: false }, facts };
}

export function inputTimed(shed: string, input: FireInput, now: Monotonic): InputMove {
  if (input.silent || now < silentAt(input)) return { input, facts: [] };
  const { id, kind, seen } = input;
  return {
    input: { ...input, silent: true },
    facts: [{ kind: "shed-input-silent", shed, input: id, of: kind, silent_ms: now - seen }],
  };
}

export const silentAt = (input: FireInput): Monotonic => after(input.seen, shedFixed.warn_ms);

/** Read within the warning time, and quiet: the only proof that nothing burns. */
export const provenClear = (input: FireInput, now: Monotonic): boolean => input.active === false && now - input.seen < shedFixed.warn_ms;
