// A form that is sent once at a time: what was refused is said, and what was typed stays.
import { useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import type { Answer } from "../data/api.ts";

export interface Sending {
  readonly sending: boolean;
  readonly problem: Problem | null;
  readonly go: (event?: Event) => void;
}

export function useSending<T>(ask: () => Promise<Answer<T>>, done: (value: T) => void): Sending {
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const go = (event?: Event): void => {
    event?.preventDefault();
    if (sending) return;
    setSending(true);
    setProblem(null);
    void ask().then((answer) => {
      setSending(false);
      if (answer.ok) done(answer.value);
      else setProblem(answer.problem);
    });
  };
  return { sending, problem, go };
}
