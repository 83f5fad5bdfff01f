// The events behind a number: asked of the server; what this page has heard itself stands in while the answer is on its way, or when there is none.
import { useEffect, useState } from "preact/hooks";
import type { EventView, Problem } from "#protocols/api/views.ts";
import { type EventQuery, readEvents } from "../data/api.ts";
import { live } from "../data/live.ts";
import { EventRow } from "../duty/events.tsx";
import { ProblemNote } from "../parts/small.tsx";
import { openPages } from "../shell/navigation.tsx";
import { words } from "../words/language.ts";
import { isTrip, TripFold } from "./trip-curve.tsx";

export function matchesQuery(event: EventView, query: EventQuery): boolean {
  // What this page has heard itself says nothing about what lay around a moment.
  if (query.around !== undefined) return false;
  if (query.keys !== undefined && !query.keys.includes(event.key)) return false;
  if (query.types !== undefined && query.types.length > 0 && !query.types.includes(event.type)) return false;
  if (query.site !== undefined && event.site !== query.site) return false;
  return query.subject === undefined || event.subject === query.subject;
}

export function useEvents(query: EventQuery): {
  events: readonly EventView[];
  reading: boolean;
  problem: Problem | null;
  read: () => void;
} {
  const [found, setFound] = useState<readonly EventView[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const question = JSON.stringify(query);
  // Asked again whenever the question changes, or somebody presses retry (`round`).
  useEffect(() => {
    let current = true;
    setFound(null);
    setProblem(null);
    if (query.keys?.length === 0) {
      setFound([]);
      return;
    }
    void readEvents(query).then((answer) => {
      if (!current) return;
      if (answer.ok) setFound(answer.value.items);
      else setProblem(answer.problem);
    });
    return () => {
      current = false;
    };
  }, [question, round]);
  const own = (live.peek()?.events ?? []).filter((event) => matchesQuery(event, query));
  return { events: found ?? own, reading: found === null && problem === null, problem, read: () => setRound(round + 1) };
}

/** Who reads no events (a committee, who assesses) has no panel that is refused. */
export function EvidenceEvents({ query }: { query: EventQuery }) {
  return openPages.value.includes("lanes") ? <Events query={query} /> : null;
}

function Events({ query }: { query: EventQuery }) {
  const say = words.value.evidence;
  const { events, reading, problem, read } = useEvents(query);
  // Of one thing, not of all that was ever counted.
  const trip = query.keys === undefined && query.subject === undefined ? undefined : events.find(isTrip);
  return (
    <section class="evidence-events" aria-label={say.events}>
      {trip !== undefined && <TripFold key={trip.key} event={trip} />}
      <h3>
        {say.events} <span class="muted">{events.length}</span>
      </h3>
      {problem !== null && <ProblemNote problem={problem} retry={read} />}
      {problem !== null && events.length > 0 && <p class="muted">{say.memory}</p>}
      {reading && events.length === 0 && <p class="muted late">{say.loading}</p>}
      {!reading && problem === null && events.length === 0 && <p class="muted">{say.none}</p>}
      <ul class="events">
        {events.map((event) => (
          <EventRow key={event.key} event={event} />
        ))}
      </ul>
    </section>
  );
}
