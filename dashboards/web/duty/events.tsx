// What the gateways say, as they say it: newest on top, held still while somebody reads it.
import { computed, signal } from "@preact/signals";
import type { EventView } from "#protocols/api/views.ts";
import { live } from "../data/live.ts";
import { yuan } from "../format/quantities.ts";
import { placeName } from "../parts/place.ts";
import { Empty, Moment, Panel, Plate } from "../parts/small.tsx";
import { show } from "../shell/route.ts";
import { said, wordOf, words } from "../words/language.ts";

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

/** The one thing more that a reader wants to know: how much, why. */
function detailOf({ type, data }: EventView): string {
  const fields = (typeof data === "object" && data !== null ? data : {}) as Readonly<Record<string, unknown>>;
  const { total_fen, amount_fen, cause, zh, en } = fields;
  if (type === "visit.billed" && typeof total_fen === "number") return yuan(total_fen);
  if (type === "visit.paid" && typeof amount_fen === "number") return yuan(amount_fen);
  if ((type === "charging.cut" || type === "session.ended") && typeof cause === "string") return wordOf(words.value.cause, cause);
  return type === "lane.exception" && typeof zh === "string" && typeof en === "string" ? said({ zh, en }) : "";
}

export function EventRow({ event }: { event: EventView }) {
  const plate = plateOf(event);
  return (
    <li data-live-event={event.key} data-type={event.type} class={serious.test(event.type) ? "serious" : ""}>
      <button type="button" onClick={() => show("event", event.key)}>
        <Moment at={event.at} />
        <span class="event-subject">{placeName(event.subject)}</span>
        <span class="event-what" title={said(event)}>
          {said(event)}
        </span>
        {plate !== undefined && <Plate plate={plate} />}
        <span class="event-detail-words" title={detailOf(event)}>
          {detailOf(event)}
        </span>
        {event.late && (
          <span class="tag" title={words.value.events.lateTitle}>
            {words.value.events.late}
          </span>
        )}
        {event.clock === "received" && (
          <span class="tag" title={words.value.events.unsetTitle}>
            {words.value.events.unset}
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
