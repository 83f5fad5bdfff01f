// Who acts. In demonstration mode a role is picked; otherwise somebody signs in. An action without a person asks for one first.
import { signal } from "@preact/signals";
import type { PersonView, Problem } from "#protocols/api/views.ts";
import { readPeople, readSession, signIn, signOut } from "../data/api.ts";
import { startLive } from "../data/live.ts";

export const person = signal<PersonView | null>(null);
/** The sign-in dialog: closed, opened by its button, or opened because an action needs a person. */
export const asking = signal<"no" | "chosen" | "needed">("no");

/** Who may be picked; known in the demonstration only. */
export const people = signal<readonly PersonView[]>([]);

export async function recallSession(): Promise<void> {
  const answer = await readSession();
  person.value = answer.ok ? answer.value : null;
}

/** A refusal means that nobody can be picked: sign in with a password. Only a server that cannot be reached is a problem. */
export async function readWhoMayAct(): Promise<Problem | null> {
  const answer = await readPeople();
  if (answer.ok) people.value = answer.value;
  return answer.ok || (answer.problem.status >= 400 && answer.problem.status < 500) ? null : answer.problem;
}

/** Views name people by their ids. */
export const personName = (id: string): string => people.value.find((one) => one.id === id)?.name ?? id;

export async function enter(body: { person: string; password?: string }) {
  const answer = await signIn(body);
  if (answer.ok) {
    person.value = answer.value;
    asking.value = "no";
    // What a person may do is part of every view, so everything is read afresh.
    startLive();
  }
  return answer;
}

export async function leave(): Promise<void> {
  await signOut();
  person.value = null;
  asking.value = "no";
  startLive();
}

/** True when somebody is there to act; otherwise the picker opens. */
export function personPresent(): boolean {
  if (person.value !== null) return true;
  asking.value = "needed";
  return false;
}
