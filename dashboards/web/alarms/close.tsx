// Closing by hand what its device will never clear: a person with a reason, and for life and fire two of them within half an hour. Those that wait for the second stand first.
import { computed } from "@preact/signals";
import { useState } from "preact/hooks";
import type { AlarmDetail } from "#protocols/api/alarms.ts";
import type { AlarmView } from "#protocols/api/views.ts";
import { actOnAlarm, readAlarm, readClosing } from "../data/api.ts";
import { firstWord, isOnDuty } from "../data/choices.ts";
import { live, serverNow, takeView } from "../data/live.ts";
import { asPriority, PriorityGlyph } from "../parts/glyphs.tsx";
import { placeName } from "../parts/place.ts";
import { Reason } from "../parts/reason.tsx";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { Empty, Moment } from "../parts/small.tsx";
import { show } from "../shell/route.ts";
import { person, personName } from "../shell/session.ts";
import { said, spanWords, words } from "../words/language.ts";
import { Shown, useLoaded } from "./loaded.tsx";

const keepers: readonly string[] = ["property-manager", "operating-company", "fire-maintenance"];
const mayClose = computed(() => keepers.includes(person.value?.role ?? ""));

/** Who said the first word, and how long it still counts. */
function FirstWord({ detail }: { detail: AlarmDetail }) {
  const say = words.value.care.close;
  const first = firstWord(detail, serverNow.value);
  if (first === null) return <p class="muted">{detail.alarm.priority === 1 ? say.two : say.one}</p>;
  return (
    <p class="notice">
      {say.first(personName(first.person), spanWords(first.left_ms, words.value))} {first.reason}
    </p>
  );
}

function CloseForm({ alarm, cancel, done }: { alarm: AlarmView; cancel: () => void; done: () => void }) {
  const say = words.value.care.close;
  const detail = useLoaded(() => readAlarm(alarm.id), alarm.id);
  const [reason, setReason] = useState("");
  const form = useSending(
    () => actOnAlarm(alarm.id, { action: "close", reason: reason.trim() }),
    (value) => {
      takeView({ kind: "alarm", view: value });
      done();
      detail.again();
    },
  );
  return (
    <form class="form" onSubmit={form.go}>
      <p>{say.about}</p>
      <Shown loaded={detail}>{(known) => <FirstWord detail={known} />}</Shown>
      <Reason word={say.reason} value={reason} set={setReason} />
      <SendFoot form={form} busy={say.sending} send={say.send}>
        <button type="button" onClick={cancel}>
          {say.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

/** Nothing for whoever may not close, and for what is over or held. */
export function CloseAlarm({ alarm, done = () => undefined }: { alarm: AlarmView; done?: () => void }) {
  const [open, setOpen] = useState(false);
  if (!mayClose.value || !isOnDuty(alarm)) return null;
  if (open) return <CloseForm alarm={alarm} cancel={() => setOpen(false)} done={done} />;
  return (
    <button type="button" data-act="close" onClick={() => setOpen(true)}>
      {words.value.care.close.open}
    </button>
  );
}

function ClosingRow({ alarm, waits, done }: { alarm: AlarmView; waits: boolean; done: () => void }) {
  const say = words.value;
  const priority = asPriority(alarm.priority);
  return (
    <li class="entry" data-closing={alarm.id}>
      <div class="entry-head">
        {waits && <span class="state open">{say.care.close.waits}</span>}
        <h2>
          <PriorityGlyph priority={priority} />
          <span class="unseen">{say.priority[priority]}</span>{" "}
          <button type="button" class="text" onClick={() => show("alarm", alarm.id)}>
            {said(alarm)}
          </button>
        </h2>
        <span class="muted">
          {placeName(alarm.source)} · {say.alarms.first} <Moment at={alarm.first} />
        </span>
      </div>
      <div class="entry-foot">
        <CloseAlarm alarm={alarm} done={done} />
      </div>
    </li>
  );
}

/** What has stood longest is most likely what nothing will clear. */
const standing = computed(() => (live.value?.alarms ?? []).filter(isOnDuty).sort((a, b) => (a.first < b.first ? -1 : 1)));
const mostShown = 100;

export function Closing() {
  const say = words.value.care.close;
  const loaded = useLoaded(readClosing, "closing");
  return (
    <Shown loaded={loaded}>
      {(waiting) => {
        // Closed by another person a moment ago: it waits for nobody any more, whatever was read before.
        const still = waiting.filter(({ id }) => live.value === null || standing.value.some((one) => one.id === id));
        const rows = [...still, ...standing.value.filter(({ id }) => !still.some((one) => one.id === id)).slice(0, mostShown)];
        return rows.length === 0 ? (
          <Empty>{say.none}</Empty>
        ) : (
          <ul class="entries">
            {rows.map((alarm, at) => (
              <ClosingRow key={alarm.id} alarm={alarm} waits={at < still.length} done={loaded.again} />
            ))}
          </ul>
        );
      }}
    </Shown>
  );
}
