// One compound: what holds of it today, and every version that was written, with what each changed.
import { useState } from "preact/hooks";
import { type CompoundView, readVersions } from "../data/compounds-api.ts";
import { serverNow } from "../data/live.ts";
import { useAsked } from "../parts/asked.ts";
import { Drawer } from "../parts/drawer.tsx";
import { Empty, Moment, ProblemNote } from "../parts/small.tsx";
import { dayText } from "../reports/period.ts";
import { pageHash } from "../shell/address.ts";
import { person } from "../shell/session.ts";
import { CompoundForm } from "./compound-form.tsx";
import { PortsBar, PortsWords } from "./parts.tsx";
import { say } from "./say.ts";
import { type Changed, type Field, fields, heldOf, historyOf, type Told } from "./versions.ts";

/** Who writes rules of a compound; the cloud asks the same. */
const writers: readonly string[] = ["bureau-officer"];
const inBar: ReadonlySet<Field> = new Set(["planned", "started", "finished", "in_use"]);

function wordOfValue(field: Field, value: string | number | boolean | null): string {
  const t = say.value;
  if (value === null) return "—";
  if (typeof value === "boolean") return value ? t.yes : t.no;
  return field === "fire_facilities" ? (t.states[value as keyof typeof t.states] ?? String(value)) : String(value);
}

function Change({ changed: { field, from, to } }: { changed: Changed }) {
  return (
    <p data-changed={field}>
      <span class="muted">{say.value.fields[field]}</span> <del>{wordOfValue(field, from)}</del> → <ins>{wordOfValue(field, to)}</ins>
    </p>
  );
}

function Item({ told: { version, standing, changed } }: { told: Told }) {
  const t = say.value;
  return (
    <li data-version={version.version} data-standing={standing}>
      <p class="step-head">
        <b>{t.from(version.valid_from)}</b>
        <span class="tag">{t.standing[standing]}</span>
        <Moment at={version.at} />
      </p>
      {changed === null ? (
        <p class="step-note">{t.first}</p>
      ) : changed.length === 0 ? (
        <p class="step-note muted">{t.same}</p>
      ) : (
        <div class="changes">
          {changed.map((one) => (
            <Change key={one.field} changed={one} />
          ))}
        </div>
      )}
      <p class="step-foot muted">
        <span>
          {version.person} · {version.note}
        </span>
        <span>v{version.version}</span>
      </p>
    </li>
  );
}

function Facts({ told }: { told: Told }) {
  const t = say.value;
  const { body } = told.version;
  return (
    <>
      <PortsBar ports={body.ports} />
      <PortsWords ports={body.ports} />
      <dl class="facts" data-facts>
        {fields
          .filter((field) => !inBar.has(field) && heldOf(body, field) !== null)
          .map((field) => (
            <div key={field}>
              <dt>{t.fields[field]}</dt>
              <dd>{wordOfValue(field, heldOf(body, field))}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}

export function CompoundDrawer({ one, close, written }: { one: CompoundView; close: () => void; written: () => void }) {
  const t = say.value;
  const [writing, setWriting] = useState(false);
  const [saved, setSaved] = useState<number | null>(null);
  const { value, problem, again } = useAsked(`versions ${one.site}`, () => readVersions(one.site));
  const told = value === null ? null : historyOf(value.versions, dayText(serverNow.peek()));
  const now = told?.find(({ standing }) => standing === "now");
  const may = writers.includes(person.value?.role ?? "");
  return (
    <Drawer title={one.name} onClose={close}>
      <p class="muted">
        {[one.town, one.community, one.grid].filter(Boolean).join(" · ")}
        {" · "}
        <a href={pageHash("ledger", "open", { site: one.site })}>
          {t.open} {one.open}
        </a>
      </p>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {saved !== null && (
        <p class="notice" role="status" data-saved={saved}>
          {t.saved(saved)}
        </p>
      )}
      {may && told !== null && !writing && (
        <p>
          <button
            type="button"
            class="primary-outline"
            data-act="write"
            onClick={() => {
              setSaved(null);
              setWriting(true);
            }}
          >
            {told.length === 0 ? t.writeFirst : t.write}
          </button>
        </p>
      )}
      {writing && value !== null && (
        <CompoundForm
          one={one}
          versions={value.versions}
          current={now?.version}
          again={again}
          done={(version) => {
            setWriting(false);
            if (version === null) return;
            setSaved(version.version);
            again();
            written();
          }}
        />
      )}
      {told !== null && told.length === 0 && !writing && <Empty>{t.neverWritten}</Empty>}
      {now !== undefined && !writing && (
        <section class="compound-now" aria-label={t.facts}>
          <h3>{t.facts}</h3>
          <Facts told={now} />
        </section>
      )}
      {told !== null && told.length > 0 && (
        <section class="compound-history" aria-label={t.history(told.length)}>
          <h3>{t.history(told.length)}</h3>
          <ol class="steps">
            {told.map((each) => (
              <Item key={each.version.version} told={each} />
            ))}
          </ol>
        </section>
      )}
    </Drawer>
  );
}
