// What the two saw: every item once. What is not in order says where and what, and is a hazard when this is sent.
import { useState } from "preact/hooks";
import { type CheckItem, handIn } from "../data/inspections-api.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { say } from "./say.ts";
import { answersOf, type Drawn, type Ticked } from "./visits.ts";

function Item({ item, at, ticked, tick }: { item: CheckItem; at: number; ticked: Ticked; tick: (next: Ticked) => void }) {
  const t = say.value.hand;
  return (
    <fieldset class="scope-boxes" data-item={item.id}>
      <legend lang="zh-CN">
        {at + 1}. {item.zh}
      </legend>
      <p class="form-acts">
        {[true, false].map((ok) => (
          <label key={String(ok)} class="check">
            <input
              type="radio"
              name={`item-${item.id}`}
              required
              value={ok ? "ok" : "wrong"}
              checked={ticked.ok === ok}
              onChange={() => tick({ ...ticked, ok })}
            />
            {ok ? t.ok : t.wrong}
          </label>
        ))}
      </p>
      {ticked.ok === false && (
        <div class="form-pair">
          <label>
            {t.place}
            <input
              name={`place-${item.id}`}
              required
              maxLength={300}
              placeholder={t.placePlaceholder}
              value={ticked.place ?? ""}
              onInput={(event) => tick({ ...ticked, place: event.currentTarget.value })}
            />
          </label>
          <label>
            {t.words}
            <input
              name={`words-${item.id}`}
              maxLength={300}
              placeholder={t.wordsPlaceholder}
              value={ticked.words ?? ""}
              onInput={(event) => tick({ ...ticked, words: event.currentTarget.value })}
            />
          </label>
        </div>
      )}
    </fieldset>
  );
}

export function HandIn({ visit, done }: { visit: Drawn; done: (hazards: number) => void }) {
  const t = say.value.hand;
  const { id, checklist } = visit.inspection;
  const [ticked, setTicked] = useState<Readonly<Record<string, Ticked>>>({});
  const answers = answersOf(checklist, ticked);
  const form = useSending(
    () => handIn(id, { site: visit.site, answers }),
    ({ hazards }) => done(hazards.length),
  );
  return (
    <form class="form" onSubmit={form.go} data-hand-in>
      <h3>{t.title}</h3>
      <p class="muted">{t.about}</p>
      {checklist.items.map((item, at) => (
        <Item key={item.id} item={item} at={at} ticked={ticked[item.id] ?? {}} tick={(next) => setTicked({ ...ticked, [item.id]: next })} />
      ))}
      <SendFoot form={form} send={t.send(answers.filter(({ ok }) => !ok).length)} busy={t.sending}>
        <span class="muted" role="status">
          {t.progress(answers.length, checklist.items.length)}
        </span>
      </SendFoot>
    </form>
  );
}
