// One cut by current: the curves of the limits that held, the path of the current before it, and where it was cut; in sentences above, and as numbers below.
import { h } from "preact";
import { useState } from "preact/hooks";
import type { TripCurve } from "#protocols/api/trip.ts";
import type { EventView } from "#protocols/api/views.ts";
import { box, layout, legendOf } from "../../trip-curve/layout.ts";
import { rowsOf, sentencesOf, type TripWords, tripEn, tripZh } from "../../trip-curve/words.ts";
import { call } from "../data/api.ts";
import { useAsked } from "../parts/asked.ts";
import { Moment, ProblemNote } from "../parts/small.tsx";
import { language } from "../words/language.ts";

const say = (): TripWords => (language.value === "en" ? tripEn : tripZh);
/** Only these are a matter of current and time. */
const causes = Object.keys(tripZh.causes);
export const isTrip = ({ type, data }: EventView): boolean =>
  type === "charging.cut" && causes.includes(String((data as { cause?: unknown } | null)?.cause));

function Numbers({ trip }: { trip: TripCurve }) {
  const t = say();
  return (
    <details class="trip-numbers">
      <summary>{t.table}</summary>
      <div class="trip-scroll">
        <table>
          <caption class="unseen">{t.title}</caption>
          <thead>
            <tr>
              {t.columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rowsOf(trip, t).map((row) => (
              <tr key={row[0]} data-held-row>
                {row.map((cell, column) => (
                  <td key={t.columns[column]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

export function TripPicture({ event }: { event: string }) {
  const t = say();
  const { value, problem, again } = useAsked<TripCurve>(`trip ${event}`, () =>
    call(`/api/v1/trip-curve?event=${encodeURIComponent(event)}`),
  );
  if (problem !== null) return <ProblemNote problem={problem} retry={again} />;
  if (value === null) return <p class="muted late">{t.loading}</p>;
  const sentences = sentencesOf(value, t);
  return (
    <section class="trip" aria-label={t.title} data-trip={value.trip}>
      <h3>{t.title}</h3>
      {sentences.map((sentence, at) => (
        <p key={sentence} class={at === 0 ? "" : "muted"}>
          {sentence}
        </p>
      ))}
      <figure class="trip-picture">
        <svg viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-label={`${t.title}: ${sentences[0] ?? ""}`}>
          {layout(value, t).map(({ name, attributes, text }, at) => h(name, { key: at, ...attributes }, text))}
        </svg>
      </figure>
      <ul class="trip-legend muted">
        {legendOf(value, t).map(({ shape, word }) => (
          <li key={word}>
            <svg viewBox="0 0 30 12" aria-hidden="true">
              {h(shape.name, shape.attributes)}
            </svg>
            {word}
          </li>
        ))}
      </ul>
      <Numbers trip={value} />
    </section>
  );
}

/** Beside a list of events: the newest cut among them, drawn when somebody asks. */
export function TripFold({ event }: { event: EventView }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="trip-fold" data-trip-of={event.key} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {say().show} <Moment at={event.at} />
      </summary>
      {open && <TripPicture event={event.key} />}
    </details>
  );
}
