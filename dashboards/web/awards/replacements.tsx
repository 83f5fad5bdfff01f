// Replacing a company that failed: the road of each with its days and documents, what can be done now and by whom, and how it went.
import { useState } from "preact/hooks";
import { type Course, openReplacement, readReplacements, type StepRule } from "../data/awards-api.ts";
import { live } from "../data/live.ts";
import { absent } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { Empty, ProblemNote } from "../parts/small.tsx";
import { person } from "../shell/session.ts";
import { said, words } from "../words/language.ts";
import { say } from "./say.ts";
import { StepForm } from "./step-form.tsx";
import { openSteps, roadOf, stepsOf } from "./ways.ts";

const openers: readonly string[] = ["community-officer", "street-officer", "bureau-officer"];

function Road({ course, rules }: { course: Course; rules: readonly StepRule[] }) {
  const t = say.value.ways;
  return (
    <ol class="chain">
      {roadOf(course, rules).map(({ taken, ...step }) => (
        <li key={step.id} class={taken === null ? "missing" : ""} data-road={step.id} data-taken={taken !== null}>
          <b>{said(step)}</b>
          <span>{taken === null ? absent : `${taken.day.slice(5)}${taken.days === null ? "" : ` · ${t.days(taken.days)}`}`}</span>
        </li>
      ))}
    </ol>
  );
}

function Went({ course }: { course: Course }) {
  const { columns, ways: t } = say.value;
  return (
    <details>
      <summary>
        {t.history} · {t.total(course.days)} · {course.sound ? `✓ ${t.sound}` : t.unsound}
      </summary>
      <table class="ledger">
        <caption class="unseen">{t.history}</caption>
        <thead>
          <tr>
            {(["step", "day", "days", "note", "reference", "person", "seal"] as const).map((column) => (
              <th key={column} scope="col">
                {columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {course.steps.map((step) => (
            <tr key={step.step} data-went={step.step}>
              <th scope="row">{said(step)}</th>
              <td data-column={columns.day}>{step.day}</td>
              <td data-column={columns.days}>{step.days === null ? absent : t.days(step.days)}</td>
              <td data-column={columns.note}>{step.note}</td>
              <td data-column={columns.reference}>{step.reference ?? absent}</td>
              <td data-column={columns.person}>{step.person_name}</td>
              <td data-column={columns.seal}>
                <code title={step.hash}>{step.hash.slice(0, 8)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function CourseBox({ course, rules, again }: { course: Course; rules: readonly StepRule[]; again: () => void }) {
  const t = say.value.ways;
  const [chosen, setChosen] = useState<string | null>(null);
  const open = openSteps(course, rules);
  const mine = stepsOf(person.value?.role, open);
  const acting = mine.find(({ id }) => id === chosen);
  return (
    <article class="entry" data-course={course.id} data-site={course.site} data-state={course.state}>
      <header class="entry-head">
        <h2>{course.name}</h2>
        <span class={course.state === "open" ? "state open" : "state handled"}>
          {t.states[course.state as keyof typeof t.states] ?? course.state}
        </span>
        <span class="muted">{course.about === null ? "" : t.company(course.about)}</span>
      </header>
      <p>{course.title}</p>
      <Road course={course} rules={rules} />
      {mine.length > 0 && (
        <div class="hazard-actions">
          <h3>{t.now}</h3>
          <div class="action-buttons">
            {mine.map((rule) => (
              <button
                key={rule.id}
                type="button"
                class={rule.id === "withdrawn" ? "" : "primary-outline"}
                data-step={rule.id}
                aria-expanded={chosen === rule.id}
                onClick={() => setChosen(chosen === rule.id ? null : rule.id)}
              >
                {said(rule)}
              </button>
            ))}
          </div>
          {acting !== undefined && (
            <StepForm
              key={acting.id}
              course={course}
              rule={acting}
              close={() => setChosen(null)}
              done={() => {
                setChosen(null);
                again();
              }}
            />
          )}
        </div>
      )}
      {mine.length === 0 && open.length > 0 && (
        <p class="muted">
          {t.notMine(
            open
              .filter(({ id }) => id !== "withdrawn")
              .map(said)
              .join(" / "),
          )}
        </p>
      )}
      <Went course={course} />
    </article>
  );
}

function OpenForm({ done }: { done: () => void }) {
  const t = say.value.ways;
  const sites = live.value?.sites ?? [];
  const [typed, setTyped] = useState({ site: sites[0]?.id ?? "", title: "", note: "" });
  const [open, setOpen] = useState(false);
  const form = useSending(
    () => openReplacement({ site: typed.site, title: typed.title.trim(), note: typed.note.trim() }),
    () => {
      setTyped({ ...typed, title: "", note: "" });
      setOpen(false);
      done();
    },
  );
  return (
    <details class="care-open" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary data-act="open-way">{t.open}</summary>
      <form class="form" onSubmit={form.go}>
        <label>
          {t.openForm.compound}
          <select name="site" value={typed.site} onChange={(event) => setTyped({ ...typed, site: event.currentTarget.value })}>
            {sites.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {(["title", "note"] as const).map((name) => (
          <label key={name}>
            {t.openForm[name]}
            <input
              name={name}
              required
              maxLength={300}
              value={typed[name]}
              onInput={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
            />
          </label>
        ))}
        <SendFoot form={form} send={t.openForm.send} busy={t.openForm.sending} />
      </form>
    </details>
  );
}

export function ReplacementsView() {
  const t = say.value.ways;
  const { value, problem, again } = useAsked("replacements", readReplacements);
  return (
    <>
      <p class="muted about">{t.about}</p>
      {openers.includes(person.value?.role ?? "") && <OpenForm done={again} />}
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {value !== null && value.courses.length === 0 && <Empty>{t.none}</Empty>}
      <div class="entries">
        {value?.courses.map((course) => (
          <CourseBox key={course.id} course={course} rules={value.steps} again={again} />
        ))}
      </div>
    </>
  );
}
