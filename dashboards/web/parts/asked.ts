// What a page asked of the cloud: the newest answer, the one before it while the next is on its way, and what went wrong.
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import type { Answer } from "../data/api.ts";
import { person } from "../shell/session.ts";

export interface Asked<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly again: () => void;
}

/** Asks again whenever `question` is another one; an answer to an older question is thrown away. */
export function useAsked<T>(question: string, ask: () => Promise<Answer<T>>): Asked<T> {
  const [value, setValue] = useState<T | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const who = `${person.value?.id} ${person.value?.post}`;
  // What one person was shown is not another's: nothing of it stays while his own is on its way.
  useEffect(() => setValue(null), [who]);
  useEffect(() => {
    let current = true;
    void ask().then((answer) => {
      if (!current) return;
      setProblem(answer.ok ? null : answer.problem);
      if (answer.ok) setValue(answer.value);
    });
    return () => {
      current = false;
    };
  }, [question, round, who]);
  return { value, problem, again: () => setRound(round + 1) };
}
