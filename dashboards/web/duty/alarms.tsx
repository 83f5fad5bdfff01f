// Alarms: one row a cause, what to do beside it, unacknowledged first. Acknowledging is a person's act and is sent before it is shown.
import { computed } from "@preact/signals";
import type { AlarmView } from "#protocols/api/views.ts";
import { acknowledgeAlarm } from "../data/api.ts";
import { alarmOrder, isActive, isOnDuty, isUnacknowledged } from "../data/choices.ts";
import { live, serverNow, takeView } from "../data/live.ts";
import { parseMoment, shortMoment, sinceMs } from "../format/moments.ts";
import { asPriority, Icon, PriorityGlyph } from "../parts/glyphs.tsx";
import { placeName } from "../parts/place.ts";
import { useSending } from "../parts/sending.ts";
import { Empty, Moment, Panel, ProblemNote } from "../parts/small.tsx";
import { pageHash } from "../shell/address.ts";
import { route, show } from "../shell/route.ts";
import { personName } from "../shell/session.ts";
import { language, said, spanWords, words } from "../words/language.ts";
import { AcknowledgeAll, FloodBanner, FloodRows, flood } from "./flood.tsx";

const alarms = computed(() => (live.value?.alarms ?? []).filter(isOnDuty).sort(alarmOrder));
const wanted = computed(() => /^p([1-4])$/.exec(route.value.view ?? "")?.[1] ?? null);

function Acknowledged({ alarm }: { alarm: AlarmView }) {
  const at = parseMoment(alarm.acknowledged_at);
  if (alarm.acknowledged_by === null || at === undefined) return null;
  return (
    <span class="alarm-ack">
      <span>
        <Icon name="check" />
        {words.value.alarms.acknowledged}
      </span>
      <span>
        {personName(alarm.acknowledged_by)} {shortMoment(at, serverNow.value)}
      </span>
    </span>
  );
}

export function Acknowledge({ alarm }: { alarm: AlarmView }) {
  const say = words.value.alarms;
  if (!isUnacknowledged(alarm)) return <Acknowledged alarm={alarm} />;
  const { sending, problem, go } = useSending(
    () => acknowledgeAlarm(alarm.id),
    (value) => takeView({ kind: "alarm", view: value }),
  );
  return (
    <>
      <button type="button" class="acknowledge" aria-label={say.acknowledgeLabel(said(alarm))} aria-disabled={sending} onClick={go}>
        {sending ? say.acknowledging : say.acknowledge}
      </button>
      {problem !== null && <ProblemNote problem={problem} />}
    </>
  );
}

function AlarmRow({ alarm }: { alarm: AlarmView }) {
  const say = words.value.alarms;
  const priority = asPriority(alarm.priority);
  const age = sinceMs(alarm.last, serverNow.value) ?? 0;
  return (
    <li
      class={`alarm p${priority}${isUnacknowledged(alarm) ? " unacknowledged" : ""}${isActive(alarm) ? "" : " cleared"}`}
      data-alarm={alarm.id}
      data-priority={priority}
    >
      <span class="alarm-mark" title={words.value.priority[priority]}>
        <PriorityGlyph priority={priority} blink={priority === 1 && isUnacknowledged(alarm)} />
        <span class="unseen">{words.value.priority[priority]}</span>
      </span>
      <div class="alarm-body">
        <h3>
          <button type="button" class="text" onClick={() => show("alarm", alarm.id)}>
            {said(alarm)}
          </button>
          {alarm.count > 1 && <span class="alarm-times">{say.times(alarm.count)}</span>}
        </h3>
        <p class="alarm-when">
          <span class="alarm-place">{placeName(alarm.source)}</span>
          <Moment at={alarm.last} />
          <span class="muted">{say.age(spanWords(age, words.value))}</span>
          {!isActive(alarm) && <span class="tag">{say.cleared}</span>}
        </p>
      </div>
      <div class="alarm-acts">
        <Acknowledge alarm={alarm} />
      </div>
      <p class="alarm-action">
        <b>{say.action}</b> {language.value === "en" ? alarm.action_en : alarm.action_zh}
      </p>
    </li>
  );
}

export function Alarms() {
  const say = words.value.alarms;
  const shown = alarms.value.filter((alarm) => wanted.value === null || alarm.priority === Number(wanted.value));
  const aside = (
    <>
      {wanted.value !== null && (
        <a class="chip" href={pageHash("duty")}>
          {words.value.priority[asPriority(Number(wanted.value))]} <Icon name="close" />
          <span class="unseen">{words.value.ledger.showAll}</span>
        </a>
      )}
      <span class="muted">{say.active(alarms.value.filter(isActive).length)}</span>
      {shown.length > 1 && <AcknowledgeAll alarms={shown} />}
    </>
  );
  return (
    <Panel title={say.title} aside={aside} class="alarms-panel live-region">
      <FloodBanner />
      {shown.length === 0 ? (
        <Empty>{say.none}</Empty>
      ) : flood.value !== null ? (
        <FloodRows alarms={shown} />
      ) : (
        <ul class="alarms scroll" aria-label={say.title}>
          {shown.map((alarm) => (
            <AlarmRow key={alarm.id} alarm={alarm} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
