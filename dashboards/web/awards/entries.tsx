// What was written of a quarter, each with who wrote it and on what; the company appeals, and two others decide, each for himself.
import { useState } from "preact/hooks";
import { points } from "../bureau/stars.tsx";
import { appealEntry, decideEntry, type Entry, type Entries as Read, readEntries } from "../data/awards-api.ts";
import { useAsked } from "../parts/asked.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { Empty, Moment, ProblemNote } from "../parts/small.tsx";
import { narrow, route } from "../shell/route.ts";
import { person } from "../shell/session.ts";
import { words } from "../words/language.ts";
import { say } from "./say.ts";
import { scorers, WriteEntry } from "./write-entry.tsx";

const filters = ["all", "appealed", "mine"] as const;
type Filter = (typeof filters)[number];
const fits = ({ appeal, may }: Entry, filter: Filter): boolean =>
  filter === "all" || (filter === "appealed" ? appeal !== null : may.includes("decide"));

function AppealForm({ entry, done, close }: { entry: Entry; done: () => void; close: () => void }) {
  const t = say.value.entries;
  const [typed, setTyped] = useState("");
  const form = useSending(() => appealEntry(entry.id, typed.trim()), done);
  return (
    <form class="form" onSubmit={form.go} data-form="appeal">
      <label>
        {t.appealWords}
        <textarea
          name="words"
          required
          rows={2}
          maxLength={500}
          placeholder={t.appealPlaceholder}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <SendFoot form={form} send={t.appealSend} busy={t.appealSending}>
        <button type="button" onClick={close}>
          {t.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

function DecideForm({ entry, done, close }: { entry: Entry; done: () => void; close: () => void }) {
  const t = say.value.entries;
  const [says, setSays] = useState<"uphold" | "void" | null>(null);
  const form = useSending(() => decideEntry(entry.id, says ?? "uphold"), done);
  return (
    <form class="form" onSubmit={form.go} data-form="decide">
      <p class="muted">{t.decideAbout}</p>
      <p class="form-acts">
        {(["uphold", "void"] as const).map((one) => (
          <label key={one} class="check">
            <input type="radio" name={`says-${entry.id}`} required value={one} checked={says === one} onChange={() => setSays(one)} />
            {t.says[one]}
          </label>
        ))}
      </p>
      <SendFoot form={form} send={t.decideSend} busy={t.decideSending}>
        <button type="button" onClick={close}>
          {t.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

function AppealOf({ appeal }: { appeal: NonNullable<Entry["appeal"]> }) {
  const t = say.value.entries;
  const [first] = appeal.decided;
  return (
    <div class="notice" data-appeal={appeal.outcome ?? "waiting"}>
      <p>{t.appealed(appeal.name, appeal.words)}</p>
      {appeal.outcome === null ? (
        <p class="muted">{first === undefined ? t.waiting : t.first(first.name)}</p>
      ) : (
        <>
          <p>
            <b>{t.outcome[appeal.outcome]}</b> <Moment at={appeal.decided_at} />
          </p>
          <p class="muted">
            {appeal.decided.map(({ name, says }) => t.saidBy(name, says === "void" ? t.says.void : t.says.uphold)).join(" · ")}
          </p>
        </>
      )}
    </div>
  );
}

function EntryBox({ entry, again }: { entry: Entry; again: () => void }) {
  const t = say.value.entries;
  const [acting, setActing] = useState<"appeal" | "decide" | null>(null);
  const close = (): void => setActing(null);
  const done = (): void => {
    close();
    again();
  };
  const weight = entry.kind === "veto" ? t.veto : (entry.kind === "bonus" ? t.given : t.taken)(points(entry.milli));
  return (
    <article class="entry" data-entry-of={entry.site} data-entry-id={entry.id} data-source={entry.source} data-state={entry.state}>
      <header class="entry-head">
        <h2>{entry.name}</h2>
        <span lang="zh-CN">{entry.zh}</span>
        <b>{entry.state === "void" ? <s>{weight}</s> : weight}</b>
        <span class="tag">{t.sources[entry.source]}</span>
        {entry.state === "void" && <span class="tag">{t.void}</span>}
        <span class="muted">
          <Moment at={entry.at} />
        </span>
      </header>
      <p>{entry.reason}</p>
      <p class="muted">
        {t.by(entry.person_name)}
        {entry.evidence !== null && ` · ${t.evidence(entry.evidence)}`}
      </p>
      {entry.appeal !== null && <AppealOf appeal={entry.appeal} />}
      {acting === null && entry.may.length > 0 && (
        <p class="form-acts">
          {entry.may.map((one) => (
            <button key={one} type="button" class="primary-outline" data-act={one} onClick={() => setActing(one)}>
              {t[one]}
            </button>
          ))}
        </p>
      )}
      {acting === "appeal" && <AppealForm entry={entry} done={done} close={close} />}
      {acting === "decide" && <DecideForm entry={entry} done={done} close={close} />}
    </article>
  );
}

export function EntriesView({ quarter }: { quarter: string }) {
  const t = say.value.entries;
  const { value, problem, again } = useAsked<Read>(`entries ${quarter}`, () => readEntries(quarter));
  const { state: asked, ...others } = route.value.filters;
  const filter = filters.find((one) => one === asked) ?? "all";
  const entries = value?.entries ?? [];
  const shown = entries.filter((entry) => fits(entry, filter));
  const role = person.value?.role ?? "";
  return (
    <>
      <p class="filter-line">
        <span class="segments">
          {filters.map((one) => (
            <button
              key={one}
              type="button"
              data-filter={one}
              aria-pressed={one === filter}
              onClick={() => narrow(one === "all" ? others : { ...others, state: one })}
            >
              {t.filters[one]} {entries.filter((entry) => fits(entry, one)).length}
            </button>
          ))}
        </span>
      </p>
      {scorers.includes(role) && value?.frozen === false && <WriteEntry quarter={quarter} written={again} />}
      {value?.frozen === true && <p class="notice about">{t.frozen}</p>}
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {value !== null && shown.length === 0 && <Empty>{entries.length === 0 ? t.none : t.noneInFilter}</Empty>}
      <div class="entries">
        {shown.map((entry) => (
          <EntryBox key={entry.id} entry={entry} again={again} />
        ))}
      </div>
    </>
  );
}
