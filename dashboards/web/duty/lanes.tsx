// Lanes: the last car of each, what became of it, and a car that waits for a person before all else.
import { computed } from "@preact/signals";
import type { LaneView } from "#protocols/api/views.ts";
import { compositeId, gatewayOf, isWaiting } from "../data/choices.ts";
import { live, serverNow } from "../data/live.ts";
import { sinceMs } from "../format/moments.ts";
import { whole } from "../format/quantities.ts";
import { Icon, PriorityGlyph } from "../parts/glyphs.tsx";
import { KeptNote } from "../parts/kept.tsx";
import { compoundName } from "../parts/place.ts";
import { Empty, Moment, Panel, Plate } from "../parts/small.tsx";
import { show } from "../shell/route.ts";
import { said, spanWords, words } from "../words/language.ts";

const gateways = computed(() => live.value?.gateways ?? []);
/** Lanes of which nothing can be heard stand behind the others. */
const lanes = computed(() => {
  const all = live.value?.lanes ?? [];
  const heard = (lane: LaneView): boolean => gatewayOf(gateways.value, lane) !== undefined;
  return [...all.filter(heard), ...all.filter((lane) => !heard(lane))];
});

/** A wait that is longer than this is no longer ordinary. */
const longWaitMs = 30_000;
/** Nobody waits at a gate for so long: after it only the time is shown. */
const stillWaitingMs = 15 * 60_000;

function Result({ lane }: { lane: LaneView }) {
  const { last } = lane;
  const say = words.value.lanes;
  if (last === null) return <p class="lane-result muted">{say.none}</p>;
  const age = sinceMs(last.at, serverNow.value) ?? 0;
  const waits = isWaiting(lane) && age < stillWaitingMs;
  return (
    <>
      <p class="lane-car">
        <Plate plate={last.plate} large />
        <span class={`lane-what ${last.what}`}>{waits ? say.waiting(spanWords(age, words.value)) : say.what[last.what]}</span>
      </p>
      <p class="lane-result" title={said(last)}>
        <Moment at={last.at} />
        <span class="lane-words">{said(last)}</span>
      </p>
    </>
  );
}

function LaneCard({ lane }: { lane: LaneView }) {
  const say = words.value.lanes;
  const waits = isWaiting(lane);
  const long = waits && (sinceMs(lane.last?.at ?? null, serverNow.value) ?? 0) > longWaitMs;
  const silent = gatewayOf(gateways.value, lane)?.state === "offline";
  const open = () => show("lane", compositeId(lane));
  return (
    <li
      class={`lane${waits ? " waiting" : ""}${long ? " long" : ""}${lane.last?.what === "fault" ? " fault" : ""}${silent ? " stale" : ""}`}
      data-lane={lane.id}
      data-exception={waits ? "" : undefined}
    >
      <h3>
        <button type="button" class="lane-name" onClick={open} title={`${compoundName(lane.site)} ${lane.name}`.trim()}>
          {waits && <PriorityGlyph priority={long ? 2 : 3} />}
          <span>{`${compoundName(lane.site)} ${lane.name}`.trim()}</span>
        </button>
        <span class="lane-direction">
          <Icon name={lane.direction === "entry" ? "in" : "out"} />
          {lane.direction === "entry" ? say.entry : say.exit}
        </span>
      </h3>
      <KeptNote lane={lane} />
      <Result lane={lane} />
      <p class="lane-counts">
        <button type="button" class="count" onClick={open}>
          {say.passages} <b>{whole(lane.passages)}</b>
        </button>
        <button type="button" class="count" onClick={open}>
          {say.openings} <b>{whole(lane.openings)}</b>
        </button>
        {silent && <span class="lane-silent">⌀ {words.value.gateways.offline}</span>}
      </p>
    </li>
  );
}

export function Lanes() {
  const say = words.value.lanes;
  return (
    <Panel title={say.title} class="lanes-panel live-region">
      {lanes.value.length === 0 ? (
        <Empty>{say.noneYet}</Empty>
      ) : (
        <ul class="lanes">
          {lanes.value.map((lane) => (
            <LaneCard key={compositeId(lane)} lane={lane} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
