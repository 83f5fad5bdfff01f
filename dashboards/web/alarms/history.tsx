// Why an alarm stands and what comes of it, and every step of its life: when, what, by whom and why.
import type { AlarmView } from "#protocols/api/views.ts";
import { readAlarm } from "../data/api.ts";
import { Moment } from "../parts/small.tsx";
import { personName } from "../shell/session.ts";
import { language, wordOf, words } from "../words/language.ts";
import { Shown, useLoaded } from "./loaded.tsx";

export function AlarmWhy({ alarm }: { alarm: AlarmView }) {
  const say = words.value.care.history;
  const english = language.value === "en";
  return (
    <dl class="alarm-why">
      <dt>{say.cause}</dt>
      <dd>{english ? alarm.cause_en : alarm.cause_zh}</dd>
      <dt>{say.consequence}</dt>
      <dd>{english ? alarm.consequence_en : alarm.consequence_zh}</dd>
      <dt>{say.within}</dt>
      <dd>{say.minutes(alarm.respond_within_min)}</dd>
    </dl>
  );
}

export function AlarmHistory({ alarm }: { alarm: AlarmView }) {
  const say = words.value.care.history;
  // What the stream says of it is a new step, most likely.
  const loaded = useLoaded(() => readAlarm(alarm.id), `${alarm.id} ${alarm.state} ${alarm.escalated}`);
  return (
    <section aria-label={say.title} data-history>
      <h3>{say.title}</h3>
      <Shown loaded={loaded}>
        {({ steps }) => (
          <ol class="alarm-steps">
            {steps.map((step) => (
              <li key={`${step.at} ${step.input}`} data-step={step.input}>
                <Moment at={step.at} /> <b>{wordOf(say.inputs, step.input)}</b>{" "}
                <span class="muted">
                  {wordOf(say.states, step.from)} → {wordOf(say.states, step.to)}
                  {step.person !== null && ` · ${personName(step.person)}`}
                  {step.reason !== null && ` · ${step.reason}`}
                </span>
              </li>
            ))}
          </ol>
        )}
      </Shown>
    </section>
  );
}
