// Writing an assessment down: where, which item, what was seen. Whether it counts for the town or for the department follows from who writes.
import { useState } from "preact/hooks";
import { points } from "../bureau/stars.tsx";
import { readSampling, type Scheme, writeEntry } from "../data/awards-api.ts";
import { live } from "../data/live.ts";
import { useAsked } from "../parts/asked.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { person } from "../shell/session.ts";
import { said } from "../words/language.ts";
import { say } from "./say.ts";

export const scorers: readonly string[] = ["community-officer", "street-officer", "bureau-officer", "assessment-team"];
const departments: readonly string[] = ["bureau-officer", "assessment-team"];

function Items({ scheme }: { scheme: Scheme }) {
  const t = say.value.entries;
  return (
    <>
      <option value="visit">{t.form.visit}</option>
      {scheme.modules.map((module) => (
        <optgroup key={module.id} label={said(module)}>
          {module.items
            .filter(({ from }) => from === undefined)
            .map(({ id, zh, milli }) => (
              <option key={id} value={id}>
                {zh} {t.taken(points(milli))}
              </option>
            ))}
        </optgroup>
      ))}
      <optgroup label={t.form.bonus}>
        {scheme.bonus.map(({ id, zh, milli }) => (
          <option key={id} value={id}>
            {zh} {t.given(points(milli))}
          </option>
        ))}
      </optgroup>
      <optgroup label={t.form.vetoes}>
        {scheme.vetoes.map(({ id, zh }) => (
          <option key={id} value={id}>
            {zh}
          </option>
        ))}
      </optgroup>
    </>
  );
}

function WriteForm({ quarter, scheme, done }: { quarter: string; scheme: Scheme; done: () => void }) {
  const t = say.value.entries.form;
  const sites = live.value?.sites ?? [];
  const [typed, setTyped] = useState({ site: sites[0]?.id ?? "", item: "visit", reason: "", evidence: "" });
  const form = useSending(() => {
    const { evidence, reason, ...where } = typed;
    return writeEntry({
      period: quarter,
      ...where,
      reason: reason.trim(),
      ...(evidence.trim() === "" ? {} : { evidence: evidence.trim() }),
    });
  }, done);
  return (
    <form class="form" onSubmit={form.go} data-write-entry>
      <p class="muted">{departments.includes(person.value?.role ?? "") ? t.asDepartment : t.asTown}</p>
      <div class="form-pair">
        <label>
          {t.compound}
          <select name="site" value={typed.site} onChange={(event) => setTyped({ ...typed, site: event.currentTarget.value })}>
            {sites.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t.item}
          <select name="item" value={typed.item} onChange={(event) => setTyped({ ...typed, item: event.currentTarget.value })}>
            <Items scheme={scheme} />
          </select>
        </label>
      </div>
      <label>
        {t.reason}
        <textarea
          name="reason"
          required
          rows={2}
          maxLength={500}
          placeholder={t.reasonPlaceholder}
          value={typed.reason}
          onInput={(event) => setTyped({ ...typed, reason: event.currentTarget.value })}
        />
      </label>
      <label>
        {t.evidence}
        <input
          name="evidence"
          maxLength={120}
          value={typed.evidence}
          onInput={(event) => setTyped({ ...typed, evidence: event.currentTarget.value })}
        />
      </label>
      <SendFoot form={form} send={t.send} busy={t.sending} />
    </form>
  );
}

export function WriteEntry({ quarter, written }: { quarter: string; written: () => void }) {
  const t = say.value.entries;
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState(false);
  const { value } = useAsked(`scheme ${quarter}`, () => readSampling(quarter));
  return (
    <details class="care-open" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary data-act="write">{t.write}</summary>
      {told && (
        <p class="notice" role="status">
          {t.form.done}
        </p>
      )}
      {value !== null && (
        <WriteForm
          quarter={quarter}
          scheme={value.scheme}
          done={() => {
            setTold(true);
            setOpen(false);
            written();
          }}
        />
      )}
    </details>
  );
}
