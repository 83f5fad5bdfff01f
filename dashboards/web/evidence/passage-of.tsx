// How long each step of one car's way through a lane took: trigger, read, decision, gate, in place, passed. What nobody told is hatched and said so; it has no length.
import type { EventView } from "#protocols/api/views.ts";
import { type Passage, passageAround } from "../data/passage.ts";
import { Moment, Plate } from "../parts/small.tsx";
import { words } from "../words/language.ts";
import { useEvents } from "./evidence-events.tsx";

const width = 100;
const steps = /^(visit\.(opened|billed|paid)|gate\.opened|lane\.(passed|exception))$/;
export const isPassageStep = ({ type, subject }: EventView): boolean => subject !== null && steps.test(type);

export function PassageWaterfall({ passage, title }: { passage: Passage; title: string }) {
  const say = words.value.passage;
  const known = passage.steps.flatMap(({ after_ms }) => (after_ms === null ? [] : [after_ms]));
  const whole = Math.max(1, ...known);
  let before = 0;
  const rows = passage.steps.map(({ what, after_ms }) => {
    // A board that counts by its own clock may put an order before its decision: the bar lies between the two all the same.
    const [from, to] = after_ms === null ? [0, 0] : [Math.min(before, after_ms), Math.max(before, after_ms)];
    before = after_ms ?? before;
    return { what, after_ms, from, to };
  });
  return (
    <figure class="waterfall" data-waterfall={known.length}>
      <figcaption>
        {title} <Moment at={passage.at} /> {passage.plate !== null && <Plate plate={passage.plate} />}
      </figcaption>
      <ol>
        {rows.map(({ what, after_ms, from, to }) => (
          <li key={what} data-step={what} class={after_ms === null ? "missing" : ""}>
            <span>{say.step[what]}</span>
            <svg viewBox={`0 0 ${width} 12`} preserveAspectRatio="none" aria-hidden="true">
              {after_ms !== null && (
                <rect x={(width * from) / whole} y="2" width={Math.max(0.8, (width * (to - from)) / whole)} height="8" />
              )}
            </svg>
            <b>{after_ms === null ? say.missing : say.ms(after_ms)}</b>
          </li>
        ))}
      </ol>
      <p class="muted">{say.about}</p>
    </figure>
  );
}

/** The car that this event is a step of. */
export function PassageOf({ event }: { event: EventView }) {
  const { events } = useEvents({ around: event.key, subject: event.subject ?? "", site: event.site });
  const passage = passageAround(events, event.key);
  return passage === undefined ? null : <PassageWaterfall passage={passage} title={words.value.passage.own} />;
}
