// What whoever answers for an alarm may do with it besides acknowledging and shelving: take what is being mended out of service, reset what is latched, and end both; always with a reason, never longer than its priority allows.
import { computed } from "@preact/signals";
import { useState } from "preact/hooks";
import type { AlarmView } from "#protocols/api/views.ts";
import { type Act, actsOf, removals } from "../data/alarm-acts.ts";
import { actOnAlarm } from "../data/api.ts";
import { takeView } from "../data/live.ts";
import { Reason } from "../parts/reason.tsx";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { person } from "../shell/session.ts";
import { words } from "../words/language.ts";

const keepers: readonly string[] = ["property-manager", "operating-company", "fire-maintenance"];
const mayAct = computed(() => keepers.includes(person.value?.role ?? ""));

function ActForm({ alarm, act, close }: { alarm: AlarmView; act: Act; close: () => void }) {
  const say = words.value.care.act;
  const times = act === "remove" ? removals[alarm.priority] : undefined;
  const [minutes, setMinutes] = useState(times?.[0] ?? 0);
  const [reason, setReason] = useState("");
  const form = useSending(
    () => {
      const why = reason.trim() === "" ? {} : { reason: reason.trim() };
      return actOnAlarm(alarm.id, { action: act, ...why, ...(times === undefined ? {} : { minutes }) });
    },
    (value) => {
      takeView({ kind: "alarm", view: value });
      close();
    },
  );
  return (
    <form class="form" onSubmit={form.go} data-act-form={act}>
      <p>{say.about[act]}</p>
      {times !== undefined && (
        <label>
          {say.howLong}
          <select name="minutes" value={minutes} onChange={(event) => setMinutes(Number(event.currentTarget.value))}>
            {times.map((one) => (
              <option key={one} value={one}>
                {say.span(one)}
              </option>
            ))}
          </select>
        </label>
      )}
      {act !== "unshelve" && act !== "return" && <Reason word={say.reason} value={reason} set={setReason} />}
      <SendFoot form={form} busy={say.sending} send={say.acts[act]}>
        <button type="button" onClick={close}>
          {say.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

export function AlarmActs({ alarm }: { alarm: AlarmView }) {
  const say = words.value.care.act;
  const [open, setOpen] = useState<Act | null>(null);
  const acts = actsOf(alarm);
  if (!mayAct.value || acts.length === 0) return null;
  if (open !== null && acts.includes(open)) return <ActForm alarm={alarm} act={open} close={() => setOpen(null)} />;
  return (
    <p class="form-acts">
      {acts.map((act) => (
        <button key={act} type="button" data-act={act} onClick={() => setOpen(act)}>
          {say.acts[act]}
        </button>
      ))}
    </p>
  );
}
