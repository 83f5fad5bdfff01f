// One event as it arrived: when it happened, when the cloud had it, its key, and every field with its unit.

import { Frame } from "../duty/frame.tsx";
import { asWall, fullMoment, parseMoment, preciseClock } from "../format/moments.ts";
import { fieldText } from "../format/quantities.ts";
import { placeName } from "../parts/place.ts";
import { ProblemNote } from "../parts/small.tsx";
import { said, words } from "../words/language.ts";
import { useEvents } from "./evidence-events.tsx";
import { isPassageStep, PassageOf } from "./passage-of.tsx";
import { isTrip, TripPicture } from "./trip-curve.tsx";

/** Fields that are milliseconds since 1970 carry `_at` in the catalogue. */
const shown = (name: string, value: unknown): string =>
  name.endsWith("_at") && typeof value === "number" ? fullMoment(asWall(value)) : fieldText(name, value);

function Precise({ at }: { at: string }) {
  const moment = parseMoment(at);
  return moment === undefined ? <span>{at}</span> : <time dateTime={at}>{`${fullMoment(moment)}${preciseClock(moment).slice(8)}`}</time>;
}

export function EventDetail({ eventKey }: { eventKey: string }) {
  const say = words.value.evidence;
  const { events, reading, problem, read } = useEvents({ keys: [eventKey] });
  const event = events[0];
  if (event === undefined)
    return problem === null ? <p class="muted">{reading ? say.loading : say.none}</p> : <ProblemNote problem={problem} retry={read} />;
  const fields = typeof event.data === "object" && event.data !== null ? Object.entries(event.data) : [];
  const named = fields.find(([name]) => name === "frame")?.[1];
  const frame = typeof named === "string" ? named : undefined;
  return (
    <article class="event-detail">
      <p class="hazard-what">
        {said(event)} {event.late && <span class="tag">{words.value.events.late}</span>}
      </p>
      {frame !== undefined && <Frame key={frame} frame={frame} name={placeName(event.subject ?? "")} large />}
      {isTrip(event) && <TripPicture key={event.key} event={event.key} />}
      {isPassageStep(event) && <PassageOf key={event.key} event={event} />}
      <dl class="facts">
        {event.subject !== null && (
          <div>
            <dt>{say.subject}</dt>
            <dd>{placeName(event.subject)}</dd>
          </div>
        )}
        <div>
          <dt>{say.at}</dt>
          <dd>
            <Precise at={event.at} />
          </dd>
        </div>
        <div>
          <dt>{say.received}</dt>
          <dd>
            <Precise at={event.received} />
          </dd>
        </div>
        <div>
          <dt>{say.key}</dt>
          <dd>
            <code>{event.key}</code>
          </dd>
        </div>
      </dl>
      <table class="fields">
        <caption class="unseen">{event.type}</caption>
        <tbody>
          {fields.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>{shown(name, value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  );
}
