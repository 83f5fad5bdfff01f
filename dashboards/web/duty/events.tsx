// What the gateways say, as they say it: newest on top, held still while somebody reads it.
import { computed, signal } from "@preact/signals";
import type { EventView } from "#protocols/api/views.ts";
import { live } from "../data/live.ts";
import { placeName } from "../parts/place.ts";
import { Empty, Moment, Panel, Plate } from "../parts/small.tsx";
import { show } from "../shell/route.ts";
import { said, words } from "../words/language.ts";

const shownEvents = 50;
const events = computed(() => live.value?.events ?? []);
/** The list as it stood when reading began; null while it runs. */
const held = signal<readonly EventView[] | null>(null);
const shown = computed(() => (held.value ?? events.value).slice(0, shownEvents));

const hold = () => {
  held.value ??= events.peek();
};
/** A finger does not hover: only a mouse holds the list still. */
const holdUnderMouse = (event: PointerEvent) => {
  if (event.pointerType === "mouse") hold();
};
const run = () => {
  held.value = null;
};

const serious = /^(charging\.(cut|welded)|gate\.unanswered|.*\.silent|lane\.exception)$/;

export function plateOf(event: EventView): string | undefined {
  const { data } = event;
  if (typeof data !== "object" || data === null || !("plate" in data)) return undefined;
  return typeof data.plate === "string" ? data.plate : undefined;
}

export function EventRow({ event }: { event: EventView }) {
  const plate = plateOf(event);
  return (
    <li data-live-event={event.key} data-type={event.type} class={serious.test(event.type) ? "serious" : ""}>
      <button type="button" onClick={() => show("event", event.key)}>
        <Moment at={event.at} />
        <span class="event-subject">{placeName(event.subject)}</span>
        <span class="event-what">{said(event)}</span>
        {plate !== undefined && <Plate plate={plate} />}
        {event.late && (
          <span class="tag" title={words.value.events.lateTitle}>
            {words.value.events.late}
          </span>
        )}
      </button>
    </li>
  );
}

export function Events() {
  const say = words.value.events;
  const frozen = held.value !== null;
  const fresh = frozen ? events.value.findIndex((event) => event.key === held.value?.[0]?.key) : 0;
  const aside = frozen && <span class="muted">{fresh > 0 ? say.pausedNew(fresh) : say.paused}</span>;
  return (
    <Panel title={say.title} aside={aside} class="events-panel live-region">
      {shown.value.length === 0 ? (
        <Empty>{say.none}</Empty>
      ) : (
        <ul
          class="events scroll"
          aria-label={say.title}
          onPointerEnter={holdUnderMouse}
          onPointerLeave={run}
          onFocusCapture={hold}
          onBlurCapture={run}
        >
          {shown.value.map((event) => (
            <EventRow key={event.key} event={event} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
