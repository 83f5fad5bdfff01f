// What is read when a view opens, and again every so often: the rows that were there stay on a failure, with the failure above them.
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import type { Answer } from "../data/api.ts";
import { ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";

const againMs = 15_000;

export interface Loaded<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly again: () => void;
}

/** `key`: another one is another question. */
export function useLoaded<T>(read: () => Promise<Answer<T>>, key: string): Loaded<T> {
  const [state, setState] = useState<{ readonly key: string; readonly value: T | null; readonly problem: Problem | null }>({
    ...{ key, value: null, problem: null },
  });
  const again = useCallback(() => {
    void read().then((answer) =>
      setState((before) => ({
        key,
        value: answer.ok ? answer.value : before.key === key ? before.value : null,
        problem: answer.ok ? null : answer.problem,
      })),
    );
  }, [key]);
  useEffect(() => {
    again();
    const timer = setInterval(again, againMs);
    return () => clearInterval(timer);
  }, [again]);
  return { value: state.key === key ? state.value : null, problem: state.key === key ? state.problem : null, again };
}

export function Shown<T>({ loaded, children }: { loaded: Loaded<T>; children: (value: T) => ComponentChildren }) {
  const { value, problem, again } = loaded;
  return (
    <>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.care.loading}</p>}
      {value !== null && children(value)}
    </>
  );
}
