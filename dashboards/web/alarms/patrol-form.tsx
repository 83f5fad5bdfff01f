// A patrol is written down by whoever walked it: where, what was found, when. It stands in the month's form at once.
import { useState } from "preact/hooks";
import { addPatrol } from "../data/api.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { person } from "../shell/session.ts";
import { words } from "../words/language.ts";

const walkers: readonly string[] = ["booth", "property-manager", "fire-maintenance", "grid-worker"];
const results = ["normal", "problem"] as const;

export function PatrolForm({ site, done }: { site: string; done: () => void }) {
  const say = words.value.care.patrol;
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState<{ place: string; result: (typeof results)[number]; note: string }>({
    place: "",
    result: "normal",
    note: "",
  });
  if (!walkers.includes(person.value?.role ?? "")) return null;
  const form = useSending(
    () => {
      const { place, result, note } = typed;
      return addPatrol({ site, place: place.trim(), result, ...(note.trim() === "" ? {} : { note: note.trim() }) });
    },
    () => {
      setTyped({ place: "", result: "normal", note: "" });
      setOpen(false);
      done();
    },
  );
  return (
    <details class="care-open" open={open} onToggle={(event) => setOpen(event.currentTarget.open)} data-patrol>
      <summary>{say.add}</summary>
      <form class="form" onSubmit={form.go}>
        <label>
          {say.place}
          <input
            name="place"
            required
            maxLength={80}
            value={typed.place}
            onInput={(event) => setTyped({ ...typed, place: event.currentTarget.value })}
          />
        </label>
        <label>
          {say.result}
          <select
            name="result"
            value={typed.result}
            onChange={(event) => setTyped({ ...typed, result: results.find((one) => one === event.currentTarget.value) ?? "normal" })}
          >
            {results.map((one) => (
              <option key={one} value={one}>
                {say.results[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say.note}
          <textarea
            rows={2}
            maxLength={300}
            name="note"
            required={typed.result === "problem"}
            value={typed.note}
            onInput={(event) => setTyped({ ...typed, note: event.currentTarget.value })}
          />
        </label>
        <SendFoot form={form} busy={say.sending} send={say.send} />
      </form>
    </details>
  );
}
