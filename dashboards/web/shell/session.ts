// Who acts, and as what. In the demonstration somebody is picked, and the first visit begins as the property's manager; otherwise somebody signs in.
// A browser has one sign-in for all its tabs, and each tab is one post of its person: a tab never speaks for anybody but whom it shows. Every request carries that name, and the cloud
// refuses what this sign-in has not chosen, and another person's.
import { computed, signal } from "@preact/signals";
import type { FirstAsked } from "#protocols/api/tokens.ts";
import type { PersonView, Problem } from "#protocols/api/views.ts";
import {
  type Answer,
  becomeFirst,
  choosePost,
  readFirst,
  readPeople,
  readSession,
  type SignInAsked,
  signIn,
  signOut,
  speakAs,
} from "../data/api.ts";
import { signedOut, startLive } from "../data/live.ts";
import { landingOf } from "./address.ts";
import { forgetPlace, land } from "./route.ts";

export const person = signal<PersonView | null>(null);
/** Who may be picked; known in the demonstration only. */
export const people = signal<readonly PersonView[]>([]);
/** Whether the dialog for changing who acts is open. */
export const choosing = signal(false);
/** Whom another tab of this browser has made of us; null: nobody, this tab is what it shows. */
export const becameElsewhere = signal<PersonView | null>(null);
/** Nobody can come in as an administrator yet: whoever has the code that the cloud printed becomes the first. */
export const firstWanted = signal(false);

/** Views name people by their ids. */
export const personName = (id: string): string => people.value.find((one) => one.id === id)?.name ?? id;

export const actingText = ({ id, post }: Pick<PersonView, "id" | "post">): string => `${id}/${post}`;
/** Who acts, and as what: what was asked for one is not shown to another. */
export const acting = computed(() => (person.value === null ? "" : actingText(person.value)));

const tabKey = "cuobian.acting";
/** Kept per tab: another tab may be somebody else's by now. */
function recallTab(): string | null {
  try {
    return sessionStorage.getItem(tabKey);
  } catch {
    return null;
  }
}
function rememberTab(text: string): void {
  try {
    sessionStorage.setItem(tabKey, text);
  } catch {
    // for this page only
  }
}
/** The post that this tab acted as before: offered first when its person signs in again. */
export function postBefore(id: string): string | null {
  const text = recallTab();
  return text?.startsWith(`${id}/`) === true ? text.slice(id.length + 1) : null;
}

const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("cuobian-acting");

function become(one: PersonView, { told }: { told: boolean }): void {
  speakAs(actingText(one));
  rememberTab(actingText(one));
  person.value = one;
  choosing.value = false;
  becameElsewhere.value = null;
  land(landingOf(one.role));
  if (told) tabs?.postMessage(actingText(one));
  // What a person may see and do is part of every view, so everything is read afresh.
  startLive(actingText(one));
}

/** A refusal means that nobody can be picked: sign in with a password. Only a server that cannot be reached is a problem. */
export async function readWhoMayAct(): Promise<Problem | null> {
  const [answer, first] = await Promise.all([readPeople(), readFirst()]);
  if (answer.ok) people.value = answer.value;
  if (first.ok) firstWanted.value = first.value.wanted;
  return answer.ok || (answer.problem.status >= 400 && answer.problem.status < 500) ? null : answer.problem;
}

export async function enter(body: SignInAsked): Promise<Answer<PersonView>> {
  // Picked again as another post: the same person goes on, and his other tabs with him.
  if (body.password === undefined && body.as !== undefined && body.person === person.peek()?.id) {
    const chosen = await actAs(body.as);
    // A sign-in that is over chooses nothing: he comes in anew.
    if (chosen.ok || chosen.problem.status !== 401) return chosen;
  }
  const answer = await signIn(body);
  if (answer.ok) become(answer.value, { told: true });
  return answer;
}

/** Another of one's posts, in this tab: nothing of the post before is shown or asked for here any more; other tabs stay what they are. */
export async function actAs(post: string): Promise<Answer<PersonView>> {
  const answer = await choosePost(post);
  if (answer.ok) become(answer.value, { told: false });
  return answer;
}

export async function beFirst(body: FirstAsked): Promise<Answer<PersonView>> {
  const made = await becomeFirst(body);
  if (!made.ok) return made;
  firstWanted.value = false;
  return enter({ person: body.id, password: body.password });
}

function nobody(): void {
  speakAs("");
  person.value = null;
  choosing.value = false;
  becameElsewhere.value = null;
  signedOut();
}

export async function leave(): Promise<void> {
  await signOut();
  tabs?.postMessage("");
  nobody();
  forgetPlace();
}

const idIn = (text: string): string => text.split("/")[0] ?? "";

/** Whom the sign-in that this browser holds now belongs to, or as what it lets this tab act, if that is not what this tab shows. */
async function lookElsewhere(): Promise<void> {
  const session = await readSession();
  if (!session.ok || person.peek() === null) return;
  if (session.value === null) return nobody();
  becameElsewhere.value = actingText(session.value) === acting.peek() ? null : session.value;
}

/** Goes on as whom the other tab has chosen. */
export function followOther(): void {
  const other = becameElsewhere.peek();
  if (other !== null) become(other, { told: false });
}

export function followTabs(): void {
  tabs?.addEventListener("message", ({ data }: MessageEvent<string>) => {
    if (person.peek() !== null && (data === "" || idIn(data) !== person.peek()?.id)) void lookElsewhere();
  });
  // The cloud noticed: this tab was asleep, or has no channel to the others.
  addEventListener("cuobian:other-acting", () => void lookElsewhere());
}

/** Value before a form: a demonstration shows itself at once, as the role that sees most of it. */
export async function begin(): Promise<void> {
  const before = recallTab();
  // What this tab was, it is again, where its person still holds the sign-in; a new tab is what was chosen last.
  speakAs(before ?? "");
  const [session] = await Promise.all([readSession(), readWhoMayAct()]);
  if (!session.ok) return startLive();
  if (session.value !== null) {
    become(session.value, { told: false });
    // It was another post of the same person, which this sign-in has not chosen: it offers to be that again.
    if (before !== null && before !== actingText(session.value)) choosing.value = idIn(before) === session.value.id;
    return;
  }
  speakAs("");
  const first = people.value.find((one) => one.role === "property-manager") ?? people.value[0];
  if (first === undefined) return signedOut();
  const entered = await enter({ person: first.id, as: first.post });
  if (!entered.ok) signedOut();
}
