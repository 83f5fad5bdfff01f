// The steps of an order with their times, and in words how it stands: a shape and a word, never a colour alone.
import type { CommandView } from "#protocols/api/commands.ts";
import { serverNow } from "../data/live.ts";
import { parseMoment, preciseClock } from "../format/moments.ts";
import { Icon, PriorityGlyph } from "../parts/glyphs.tsx";
import { said } from "../words/language.ts";
import { say } from "./say.ts";
import { isAmiss, isOver, standingOf, stepsOf } from "./standing.ts";

const timeText = (at: string | null): string => {
  const moment = parseMoment(at);
  return moment === undefined ? "" : preciseClock(moment).slice(0, -2);
};

export function Steps({ view }: { view: CommandView }) {
  const words = say.value;
  return (
    <ol class="way">
      {stepsOf(view, serverNow.value).map(({ name, at, how }) => (
        <li key={name} class={how} data-step={name} data-how={how} aria-current={how === "now" ? "step" : undefined}>
          <span class="way-dot" aria-hidden="true" />
          <span>
            {name === "ended" && at !== null ? (words.end[view.state as keyof typeof words.end] ?? words.step.ended) : words.step[name]}
          </span>
          {at !== null && <time dateTime={at}>{timeText(at)}</time>}
        </li>
      ))}
    </ol>
  );
}

export function StandingWord({ view }: { view: CommandView }) {
  const standing = standingOf(view, serverNow.value);
  const amiss = isAmiss(standing);
  return (
    <span class={`standing ${amiss ? "amiss" : standing}`} data-standing={standing}>
      {amiss && <PriorityGlyph priority={isOver(standing) ? 3 : 2} />}
      {standing === "done" && <Icon name="check" />}
      <b>{say.value.standing[standing]}</b>
      {view.zh !== null && view.en !== null && standing !== "done" && <span>{said({ zh: view.zh, en: view.en })}</span>}
    </span>
  );
}
