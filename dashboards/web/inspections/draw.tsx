// Drawing: which list, how many compounds, on what occasion. Who and where is the lot's.
import { useState } from "preact/hooks";
import { type Checklist, drawInspection, readChecklists } from "../data/inspections-api.ts";
import { useAsked } from "../parts/asked.ts";
import { Drawer } from "../parts/drawer.tsx";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { ProblemNote } from "../parts/small.tsx";
import { said, words } from "../words/language.ts";
import { say } from "./say.ts";

interface DrawProps {
  /** As many as this person sees. */
  readonly most: number;
  readonly close: () => void;
  readonly done: (compounds: number, seed: string) => void;
}

function DrawForm({ lists, most, close, done }: DrawProps & { lists: readonly Checklist[] }) {
  const t = say.value.drawForm;
  const [typed, setTyped] = useState({ checklist: lists[0]?.id ?? "", compounds: 1, note: "" });
  const chosen = lists.find(({ id }) => id === typed.checklist);
  const form = useSending(
    () => drawInspection({ ...typed, note: typed.note.trim() }),
    ({ seed }) => done(typed.compounds, seed),
  );
  return (
    <form class="form" onSubmit={form.go} data-draw>
      <p class="muted">{t.about}</p>
      <label>
        {t.list}
        <select name="checklist" value={typed.checklist} onChange={(event) => setTyped({ ...typed, checklist: event.currentTarget.value })}>
          {lists.map((list) => (
            <option key={list.id} value={list.id}>
              {said(list)}
            </option>
          ))}
        </select>
      </label>
      {chosen !== undefined && (
        <details>
          <summary>{t.items(chosen.items.length)}</summary>
          <ol class="muted" lang="zh-CN">
            {chosen.items.map(({ id, zh }) => (
              <li key={id}>{zh}</li>
            ))}
          </ol>
        </details>
      )}
      <label>
        {t.compounds}
        <input
          type="number"
          name="compounds"
          required
          min={1}
          max={most}
          value={typed.compounds}
          onInput={(event) => setTyped({ ...typed, compounds: Number(event.currentTarget.value) })}
        />
      </label>
      <label>
        {t.note}
        <input
          name="note"
          required
          maxLength={300}
          placeholder={t.notePlaceholder}
          value={typed.note}
          onInput={(event) => setTyped({ ...typed, note: event.currentTarget.value })}
        />
      </label>
      <SendFoot form={form} send={t.send} busy={t.sending}>
        <button type="button" onClick={close}>
          {t.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

export function DrawDialog(props: DrawProps) {
  const { value, problem, again } = useAsked("checklists", readChecklists);
  return (
    <Drawer title={say.value.drawForm.title} kind="middle" onClose={props.close}>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null ? problem === null && <p class="muted late">{words.value.loading}</p> : <DrawForm {...props} lists={value} />}
    </Drawer>
  );
}
