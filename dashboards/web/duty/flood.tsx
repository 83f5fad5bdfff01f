// More alarms than anybody can read: since when and how many, then a row a place, the worst first, each acknowledged as a whole. The cloud says whether it is one.
import { computed, effect, signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { AlarmSummary } from "#protocols/api/alarms.ts";
import type { AlarmView } from "#protocols/api/views.ts";
import { minuteMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { acknowledgeAlarms, readAlarmSummary } from "../data/api.ts";
import { isOnDuty, isUnacknowledged } from "../data/choices.ts";
import { type FloodGroup, flooded, mayBeFlood, unacknowledgedOf } from "../data/flood.ts";
import { live, serverNow } from "../data/live.ts";
import { clock, parseMoment } from "../format/moments.ts";
import { asPriority, PriorityGlyph } from "../parts/glyphs.tsx";
import { placeName } from "../parts/place.ts";
import { useSending } from "../parts/sending.ts";
import { ProblemNote } from "../parts/small.tsx";
import { show } from "../shell/route.ts";
import { said, words } from "../words/language.ts";

const askEveryMs = 3_000;
const recentMs = 10 * minuteMs;

export const flood = signal<AlarmSummary["flood"]>(null);
const worthAsking = computed(() =>
  mayBeFlood((live.value?.alarms ?? []).filter(isOnDuty), toRfc3339(wall(serverNow.value - recentMs)) ?? ""),
);

async function ask(): Promise<void> {
  if (!worthAsking.peek() || document.hidden) return;
  const answer = await readAlarmSummary();
  if (answer.ok) flood.value = answer.value.flood;
}

/** Asked only while it may be one. */
export function followFlood(): void {
  effect(() => {
    if (worthAsking.value) void ask();
    else flood.value = null;
  });
  setInterval(() => void ask(), askEveryMs);
}

/** Many at once: what could be acknowledged is, what could not is counted, and both are said. */
export function AcknowledgeAll({ alarms, label }: { alarms: readonly AlarmView[]; label?: string }) {
  const say = words.value.flood;
  const [result, setResult] = useState<{ zh: string; en: string } | null>(null);
  const { sending, problem, go } = useSending(() => acknowledgeAlarms(alarms.map(({ id }) => id)), setResult);
  const waiting = unacknowledgedOf(alarms).length;
  return (
    <span class="bulk">
      <span role="status" class="muted" data-bulk-result={result === null ? undefined : true}>
        {result === null ? "" : said(result)}
      </span>
      {waiting > 0 && (
        <button type="button" class="acknowledge" data-act="acknowledge-all" aria-label={label} aria-disabled={sending} onClick={go}>
          {sending ? words.value.alarms.acknowledging : say.acknowledge(waiting)}
        </button>
      )}
      {problem !== null && <ProblemNote problem={problem} />}
    </span>
  );
}

function GroupRow({ group }: { group: FloodGroup }) {
  const say = words.value;
  const { worst, alarms } = group;
  const priority = asPriority(worst.priority);
  const [place = worst.source] = worst.source.split("/");
  const name = placeName(place);
  const waiting = alarms.some(isUnacknowledged);
  return (
    <li class={`alarm p${priority}${waiting ? " unacknowledged" : ""}`} data-flood-row={group.key} data-priority={priority}>
      <span class="alarm-mark" title={say.priority[priority]}>
        <PriorityGlyph priority={priority} blink={priority === 1 && waiting} />
        <span class="unseen">{say.priority[priority]}</span>
      </span>
      <div class="alarm-body">
        <h3>
          <button type="button" class="text" onClick={() => show("alarm", worst.id)}>
            {said(worst)}
          </button>
          <span class="alarm-times">{say.flood.at(alarms.length)}</span>
        </h3>
        <p class="alarm-when">
          <span class="alarm-place">{name}</span>
        </p>
      </div>
      <div class="alarm-acts">
        <AcknowledgeAll alarms={alarms} label={say.flood.acknowledgeLabel(name, unacknowledgedOf(alarms).length)} />
      </div>
    </li>
  );
}

function OneLine({ what, alarms, text }: { what: string; alarms: readonly AlarmView[]; text: string }) {
  if (alarms.length === 0) return null;
  return (
    <li class="alarm" data-flood-row={what} data-priority={alarms[0]?.priority}>
      <span class="alarm-mark">
        <PriorityGlyph priority={asPriority(alarms[0]?.priority ?? 4)} />
      </span>
      <div class="alarm-body">
        <h3>{text}</h3>
      </div>
      <div class="alarm-acts">
        <AcknowledgeAll alarms={alarms} label={words.value.flood.acknowledgeLabel(text, unacknowledgedOf(alarms).length)} />
      </div>
    </li>
  );
}

export function FloodBanner() {
  const now = flood.value;
  if (now === null) return null;
  const since = parseMoment(now.since);
  return (
    <p class="banner flood" role="status" data-flood={now.calls}>
      {words.value.flood.banner(since === undefined ? "" : clock(since).slice(0, 5), now.calls)}
    </p>
  );
}

export function FloodRows({ alarms }: { alarms: readonly AlarmView[] }) {
  const say = words.value.flood;
  const { groups, others, lesser } = flooded(alarms);
  return (
    <ul class="alarms scroll" aria-label={words.value.alarms.title}>
      {groups.map((group) => (
        <GroupRow key={group.key} group={group} />
      ))}
      <OneLine what="others" alarms={others} text={say.others(others.length)} />
      <OneLine what="lesser" alarms={lesser} text={say.lesser(lesser.length)} />
    </ul>
  );
}
