// Maintenance windows of a compound: opened for one zone with an end, what was tested in it and what is missing, and ended by hand.
import { useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import { endWorks, openWorks, readWorks, type WorksView } from "../data/api.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { Empty, Moment, ProblemNote } from "../parts/small.tsx";
import { person, personName } from "../shell/session.ts";
import { said, words } from "../words/language.ts";
import { Shown, useLoaded } from "./loaded.tsx";

const keepers: readonly string[] = ["property-manager", "fire-maintenance"];
const empty = { zone: "", minutes: "120", company: "", reason: "" };

function OpenForm({ site, done }: { site: string; done: () => void }) {
  const say = words.value.care.works;
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(empty);
  const form = useSending(
    () => {
      const { zone, minutes, company, reason } = typed;
      return openWorks({ site, zone: zone.trim(), minutes: Number(minutes), company: company.trim(), reason: reason.trim() });
    },
    () => {
      setTyped(empty);
      setOpen(false);
      done();
    },
  );
  const text = (key: "zone" | "company" | "reason", most: number, pattern?: string) => (
    <label>
      {say[key]}
      <input
        required
        maxLength={most}
        {...(pattern === undefined ? {} : { pattern, placeholder: "building-1" })}
        value={typed[key]}
        onInput={(event) => setTyped({ ...typed, [key]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <details class="care-open" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say.open}</summary>
      <form class="form" onSubmit={form.go}>
        {text("zone", 40, "[a-z0-9][a-z0-9\\-]{0,39}")}
        <label>
          {say.minutes}
          <input
            type="number"
            required
            min={1}
            max={720}
            value={typed.minutes}
            onInput={(event) => setTyped({ ...typed, minutes: event.currentTarget.value })}
          />
        </label>
        {text("company", 80)}
        {text("reason", 200)}
        <SendFoot form={form} busy={say.sending} send={say.send} />
      </form>
    </details>
  );
}

function WorksRow({ works, keeper, again }: { works: WorksView; keeper: boolean; again: () => void }) {
  const say = words.value.care.works;
  const [problem, setProblem] = useState<Problem | null>(null);
  const running = works.ended === null;
  const end = () => void endWorks(works.id).then((answer) => (answer.ok ? again() : setProblem(answer.problem)));
  return (
    <li class="entry" data-works={works.id}>
      <div class="entry-head">
        <span class={`state ${running ? "open" : "handled"}`}>{running ? say.running : say.over}</span>
        <h2>{works.zone}</h2>
        <span class="muted">
          {works.company} · {personName(works.person)}
        </span>
      </div>
      <p>
        {works.reason} · {say.from} <Moment at={works.from} /> · {running ? say.until : say.ended}{" "}
        <Moment at={works.ended ?? works.until} />
      </p>
      <p>{said(works.coverage)}</p>
      {problem !== null && <ProblemNote problem={problem} />}
      {running && keeper && (
        <div class="entry-foot">
          <button type="button" onClick={end}>
            {say.end}
          </button>
        </div>
      )}
    </li>
  );
}

export function Works({ site }: { site: string }) {
  const loaded = useLoaded(() => readWorks(site), site);
  const keeper = keepers.includes(person.value?.role ?? "");
  return (
    <>
      {keeper && <OpenForm site={site} done={loaded.again} />}
      <Shown loaded={loaded}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty>{words.value.care.works.none}</Empty>
          ) : (
            <ul class="entries">
              {rows.map((works) => (
                <WorksRow key={works.id} works={works} keeper={keeper} again={loaded.again} />
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}
