// What this page has asked of gates, and how each order goes: issued, received, in place. A line stays until it is over and has been read.
import { effect, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { CommandAsked } from "#protocols/api/commands.ts";
import { type Answer, askCommand } from "../data/api.ts";
import { type Followed, feedbackMs, follow, hearAll, standing } from "../data/gate-command.ts";
import { live } from "../data/live.ts";
import { parseMoment, preciseClock } from "../format/moments.ts";
import { Icon, PriorityGlyph } from "../parts/glyphs.tsx";
import { placeName } from "../parts/place.ts";
import { person } from "../shell/session.ts";
import { said, words } from "../words/language.ts";

export const followed = signal<readonly Followed[]>([]);
const keptMs = 60_000;
const shownAtOnce = 3;

export const mayOrder = (): boolean => person.value?.role === "booth" || person.value?.role === "property-manager";

/** The order stands in the list only once the cloud has issued it. */
export async function order(asked: CommandAsked, name: string): Promise<Answer<unknown>> {
  const answer = await askCommand(asked, name);
  if (!answer.ok) return answer;
  const one = hearAll(follow(answer.value), live.peek()?.events ?? []);
  followed.value = [one, ...followed.peek().filter(({ id }) => id !== one.id)].slice(0, shownAtOnce);
  setTimeout(() => {
    followed.value = followed.peek().filter(({ id }) => id !== one.id);
  }, keptMs);
  return answer;
}

effect(() => {
  const events = live.value?.events ?? [];
  const before = followed.peek();
  const next = before.map((one) => hearAll(one, events));
  if (next.some((one, index) => one !== before[index])) followed.value = next;
});

const timeText = (at: string | null): string => {
  const moment = parseMoment(at);
  return moment === undefined ? "" : preciseClock(moment).slice(0, -2);
};

function Step({ word, at, now }: { word: string; at: string | null; now: boolean }) {
  return (
    <li class={at === null ? "to-come" : "told"} aria-current={now ? "step" : undefined}>
      {word} {at !== null && <time dateTime={at}>{timeText(at)}</time>}
    </li>
  );
}

function CommandLine({ one }: { one: Followed }) {
  const say = words.value.orders;
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), feedbackMs);
    return () => clearTimeout(timer);
  }, [one.id]);
  const how = standing(one, late);
  return (
    <li class={`order ${how}`} data-command={one.id} data-standing={how}>
      <b>{placeName(one.lane)}</b>
      <ol class="order-steps">
        <Step word={say.issued} at={one.issued} now={how === "issued"} />
        <Step word={say.received} at={one.received} now={how === "received"} />
        {how === "in-place" && <Step word={say.inPlace} at={one.inPlace} now />}
      </ol>
      {how === "in-place" && <Icon name="check" />}
      {how === "no-feedback" && (
        <span class="order-word warn">
          <PriorityGlyph priority={2} /> {say.noFeedback}
        </span>
      )}
      {how === "chosen" && one.ended !== null && <span class="order-word">{said(one.ended)}</span>}
      {how === "refused" && one.ended !== null && (
        <span class="order-word warn">
          <PriorityGlyph priority={2} /> {say.refused} {said(one.ended)}
        </span>
      )}
    </li>
  );
}

export function Commands() {
  const say = words.value.orders;
  return (
    <section class={followed.value.length === 0 ? "orders none" : "orders"} aria-label={say.title}>
      <ul role="status" aria-label={say.title}>
        {followed.value.map((one) => (
          <CommandLine key={one.id} one={one} />
        ))}
      </ul>
    </section>
  );
}
