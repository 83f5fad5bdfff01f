// Who acts. In the demonstration a role is picked, and the first visit begins as the property's manager; otherwise somebody signs in.
import { signal } from "@preact/signals";
import type { PersonView, Problem } from "#protocols/api/views.ts";
import { readPeople, readSession, signIn, signOut } from "../data/api.ts";
import { signedOut, startLive } from "../data/live.ts";

export const person = signal<PersonView | null>(null);
/** Who may be picked; known in the demonstration only. */
export const people = signal<readonly PersonView[]>([]);
/** Whether the dialog for changing the role is open. */
export const choosing = signal(false);

/** Views name people by their ids. */
export const personName = (id: string): string => people.value.find((one) => one.id === id)?.name ?? id;

const asWhom = ({ id, role }: PersonView): string => `${id} ${role}`;

/** A refusal means that nobody can be picked: sign in with a password. Only a server that cannot be reached is a problem. */
export async function readWhoMayAct(): Promise<Problem | null> {
  const answer = await readPeople();
  if (answer.ok) people.value = answer.value;
  return answer.ok || (answer.problem.status >= 400 && answer.problem.status < 500) ? null : answer.problem;
}

export async function enter(body: { person: string; password?: string }) {
  const answer = await signIn(body);
  if (answer.ok) {
    person.value = answer.value;
    choosing.value = false;
    // What a person may see and do is part of every view, so everything is read afresh.
    startLive(asWhom(answer.value));
  }
  return answer;
}

export async function leave(): Promise<void> {
  await signOut();
  person.value = null;
  choosing.value = false;
  signedOut();
}

/** Value before a form: a demonstration shows itself at once, as the role that sees most of it. */
export async function begin(): Promise<void> {
  const [session] = await Promise.all([readSession(), readWhoMayAct()]);
  if (!session.ok) return startLive();
  if (session.value !== null) {
    person.value = session.value;
    return startLive(asWhom(session.value));
  }
  const first = people.value.find((one) => one.role === "property-manager") ?? people.value[0];
  if (first === undefined) return signedOut();
  const entered = await enter({ person: first.id });
  if (!entered.ok) signedOut();
}
