// A shelf: one alarm that calls nobody for a while, with a reason and an end. What is for life and fire has none, and the page says so instead of hiding it.
import { useState } from "preact/hooks";
import type { AlarmView } from "#protocols/api/views.ts";
import { actOnAlarm } from "../data/api.ts";
import { isOnDuty } from "../data/choices.ts";
import { takeView } from "../data/live.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { person } from "../shell/session.ts";
import { words } from "../words/language.ts";

const keepers: readonly string[] = ["property-manager", "operating-company", "fire-maintenance"];

function ShelveForm({ alarm, cancel }: { alarm: AlarmView; cancel: () => void }) {
  const say = words.value.care.shelve;
  const [minutes, setMinutes] = useState("30");
  const [reason, setReason] = useState("");
  const form = useSending(
    () => actOnAlarm(alarm.id, { action: "shelve", reason: reason.trim(), minutes: Number(minutes) }),
    (value) => takeView({ kind: "alarm", view: value }),
  );
  return (
    // The cloud refuses in words what a browser's own bubble would only call missing.
    <form class="form" data-form="shelve" noValidate onSubmit={form.go}>
      <p>{say.about}</p>
      <label>
        {say.minutes}
        <input
          type="number"
          name="minutes"
          required
          min={1}
          inputMode="numeric"
          value={minutes}
          onInput={(event) => setMinutes(event.currentTarget.value)}
        />
      </label>
      <label>
        {say.reason}
        <textarea
          rows={2}
          required
          maxLength={300}
          name="reason"
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <SendFoot form={form} busy={say.sending} send={say.send}>
        <button type="button" onClick={cancel}>
          {words.value.care.close.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

/** Nothing for whoever may not, and for what is over or held already. */
export function ShelveAlarm({ alarm }: { alarm: AlarmView }) {
  const say = words.value.care.shelve;
  const [open, setOpen] = useState(false);
  if (!keepers.includes(person.value?.role ?? "") || !isOnDuty(alarm) || alarm.state.startsWith("cleared")) return null;
  if (alarm.priority === 1)
    return (
      <p class="muted" data-never-shelved>
        {say.never}
      </p>
    );
  if (open) return <ShelveForm alarm={alarm} cancel={() => setOpen(false)} />;
  return (
    <button type="button" data-act="shelve" onClick={() => setOpen(true)}>
      {say.open}
    </button>
  );
}
