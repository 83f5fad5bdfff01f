// Who acts. In demonstration mode a role is picked; otherwise somebody signs in. An action without a person asks for one first.
import { signal } from "@preact/signals";
import type { PersonView } from "#protocols/api/views.ts";
import { readSession, signIn, signOut } from "../data/api.ts";
import { startLive } from "../data/live.ts";

export const person = signal<PersonView | null>(null);
/** The sign-in dialog: closed, opened by its button, or opened because an action needs a person. */
export const asking = signal<"no" | "chosen" | "needed">("no");

export async function recallSession(): Promise<void> {
  const answer = await readSession();
  person.value = answer.ok ? answer.value : null;
}

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
