// Things that fall due on a date: contracts, inspection reports, batteries, extinguishers. What is past stands first, what is done last.
import { useState } from "preact/hooks";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { addDated, type DatedView, doneDated, readDated } from "../data/api.ts";
import { serverNow } from "../data/live.ts";
import { endOfDay, parseMoment } from "../format/moments.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { Empty, Moment } from "../parts/small.tsx";
import { person, personName } from "../shell/session.ts";
import { spanWords, words } from "../words/language.ts";
import { Shown, useLoaded } from "./loaded.tsx";

const keepers: readonly string[] = ["property-manager", "fire-maintenance"];
const kinds = ["contract", "inspection", "battery", "extinguisher", "other"] as const;
const kindOf = (kind: string): (typeof kinds)[number] => kinds.find((one) => one === kind) ?? "other";
const soonMs = 30 * dayMs;

function AddForm({ site, done }: { site: string; done: () => void }) {
  const say = words.value.care.dated;
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState<{ kind: string; what: string; due: string }>({ kind: "contract", what: "", due: "" });
  const form = useSending(
    () => addDated({ site, kind: typed.kind, what: typed.what.trim(), due: endOfDay(typed.due) }),
    () => {
      setTyped({ ...typed, what: "", due: "" });
      setOpen(false);
      done();
    },
  );
  return (
    <details class="care-open" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say.add}</summary>
      <form class="form" onSubmit={form.go}>
        <label>
          {say.kind}
          <select name="kind" value={typed.kind} onChange={(event) => setTyped({ ...typed, kind: event.currentTarget.value })}>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {say.kinds[kind]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say.what}
          <input
            name="what"
            required
            maxLength={120}
            value={typed.what}
            onInput={(event) => setTyped({ ...typed, what: event.currentTarget.value })}
          />
        </label>
        <label>
          {say.due}
          <input
            name="due"
            type="date"
            required
            value={typed.due}
            onInput={(event) => setTyped({ ...typed, due: event.currentTarget.value })}
          />
        </label>
        <SendFoot form={form} busy={say.sending} send={say.send} />
      </form>
    </details>
  );
}

function DoneForm({ row, again }: { row: DatedView; again: () => void }) {
  const say = words.value.care.dated;
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const [next, setNext] = useState("");
  const form = useSending(() => doneDated(row.id, { note: note.trim(), ...(next === "" ? {} : { next_due: endOfDay(next) }) }), again);
  if (!open)
    return (
      <button type="button" data-act="done" onClick={() => setOpen(true)}>
        {say.done}
      </button>
    );
  return (
    <form class="form" onSubmit={form.go}>
      <label>
        {say.note}
        <textarea rows={2} required maxLength={300} name="note" value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <label>
        {say.next}
        <input type="date" name="next" value={next} onInput={(event) => setNext(event.currentTarget.value)} />
      </label>
      <SendFoot form={form} busy={say.sending} send={say.doneSend}>
        <button type="button" onClick={() => setOpen(false)}>
          {words.value.care.close.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

function DatedRow({ row, again }: { row: DatedView; again: () => void }) {
  const say = words.value.care.dated;
  const due = parseMoment(row.due);
  const left = due === undefined ? 0 : due - serverNow.value;
  const state = row.done !== null ? "done" : left < 0 ? "overdue" : left <= soonMs ? "soon" : "later";
  return (
    <li class="entry" data-dated={row.id} data-state={state}>
      <div class="entry-head">
        <span class={`state ${state === "done" ? "handled" : state === "later" ? "" : "open"}`}>{say.state[state]}</span>
        <h2>{row.what}</h2>
        <span class="muted">{say.kinds[kindOf(row.kind)]}</span>
      </div>
      <p>
        {say.due} <Moment at={row.due} />
        {row.done === null && <b> {left < 0 ? say.past(spanWords(-left, words.value)) : say.left(spanWords(left, words.value))}</b>}
        {row.done !== null && (
          <>
            {" "}
            · {say.doneBy} {row.done_by === null ? "" : personName(row.done_by)} <Moment at={row.done} /> · {row.note}
          </>
        )}
      </p>
      {row.done === null && keepers.includes(person.value?.role ?? "") && (
        <div class="entry-foot">
          <DoneForm row={row} again={again} />
        </div>
      )}
    </li>
  );
}

/** What waits first, by its date; what is done last, the newest first. */
const inOrder = (rows: readonly DatedView[]): DatedView[] => [
  ...rows.filter(({ done }) => done === null).sort((a, b) => (a.due < b.due ? -1 : 1)),
  ...rows.filter(({ done }) => done !== null).sort((a, b) => ((a.done ?? "") < (b.done ?? "") ? 1 : -1)),
];

export function Dated({ site }: { site: string }) {
  const loaded = useLoaded(() => readDated(site), site);
  return (
    <>
      {keepers.includes(person.value?.role ?? "") && <AddForm site={site} done={loaded.again} />}
      <Shown loaded={loaded}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty>{words.value.care.dated.none}</Empty>
          ) : (
            <ul class="entries">
              {inOrder(rows).map((row) => (
                <DatedRow key={row.id} row={row} again={loaded.again} />
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}
