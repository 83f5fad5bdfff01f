// What every town owes by the fifth working day: how many it found, and zero is said too. Silence stands as silence; a number put right stands beside the one before.
import { useState } from "preact/hooks";
import { serverNow } from "../data/live.ts";
import { readTownDues, reportTown, type TownDue } from "../data/town-reports-api.ts";
import { useAsked } from "../parts/asked.ts";
import { Icon } from "../parts/glyphs.tsx";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { Moment, Panel, ProblemNote } from "../parts/small.tsx";
import { person, personName } from "../shell/session.ts";
import { words } from "../words/language.ts";
import { monthsOver } from "./months.ts";
import { say } from "./say.ts";

const mayReport = (): boolean => person.value?.role === "street-officer";
const silent: readonly TownDue["state"][] = ["not-reported", "late"];

function ReportForm({ due, done, cancel }: { due: TownDue; done: () => void; cancel: () => void }) {
  const t = say.value.reports;
  const corrects = due.words.length > 0;
  const [count, setCount] = useState(due.count === null ? "" : String(due.count));
  const [reason, setReason] = useState("");
  const form = useSending(
    () =>
      reportTown({ town: due.town, month: due.month, count: Number(count), ...(reason.trim() === "" ? {} : { reason: reason.trim() }) }),
    done,
  );
  return (
    <form class="form" onSubmit={form.go} data-report-form={due.town}>
      <div class="form-pair">
        <label>
          {t.count}
          <input
            type="number"
            name="count"
            required
            min={0}
            max={1_000_000}
            step={1}
            inputMode="numeric"
            value={count}
            onInput={(event) => setCount(event.currentTarget.value)}
          />
          <small class="muted">{t.zeroHint}</small>
        </label>
        {corrects && (
          <label>
            {t.reason}
            <input
              name="reason"
              required
              minLength={2}
              maxLength={200}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
        )}
      </div>
      <SendFoot form={form} busy={t.sending} send={corrects ? t.correct : t.send}>
        <button type="button" onClick={cancel}>
          {t.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

function Said({ due }: { due: TownDue }) {
  const t = say.value.reports;
  return (
    <>
      {due.words.map((word, at) => (
        <span key={word.at} class="town-word">
          {at > 0 && <span class="tag">{t.corrected}</span>} <b>{word.count}</b>{" "}
          <small class="muted">
            {personName(word.person)} <Moment at={word.at} />
            {word.reason !== null && ` · ${word.reason}`}
          </small>
        </span>
      ))}
      {due.words.length === 0 && <span class="muted">{t.nothing}</span>}
    </>
  );
}

function TownRow({ due, again }: { due: TownDue; again: () => void }) {
  const t = say.value.reports;
  const [open, setOpen] = useState(false);
  const told = due.reminders.filter(({ at }) => Date.parse(at) <= serverNow.value);
  return (
    <>
      <tr data-town={due.town} data-state={due.state}>
        <th scope="row">{due.town}</th>
        <td data-column={t.state}>
          <span class={`state ${due.state === "not-reported" ? "open" : ""}`}>
            {!silent.includes(due.state) && due.state !== "not-due-yet" && <Icon name="check" />} {t.states[due.state]}
          </span>
        </td>
        <td data-column={t.said}>
          <Said due={due} />
        </td>
        <td data-column={t.due}>
          <Moment at={due.due_at} />
          {due.provisional && <small class="muted"> {t.provisional}</small>}
          {told.length > 0 && <small class="muted"> {t.reminded(told.length)}</small>}
        </td>
        <td class="acts">
          {mayReport() && (
            <button type="button" data-act="report" aria-expanded={open} onClick={() => setOpen(!open)}>
              {due.words.length === 0 ? t.send : t.correct}
            </button>
          )}
        </td>
      </tr>
      {open && (
        <tr class="versions-row">
          <td colSpan={5}>
            <ReportForm
              due={due}
              cancel={() => setOpen(false)}
              done={() => {
                setOpen(false);
                again();
              }}
            />
          </td>
        </tr>
      )}
    </>
  );
}

export function TownReports() {
  const t = say.value.reports;
  const months = monthsOver(serverNow.peek(), 6);
  const [month, setMonth] = useState(months[0] ?? "");
  const { value, problem, again } = useAsked(`town reports ${month}`, () => readTownDues(month));
  const aside = (
    <label>
      <span class="unseen">{t.month}</span>
      <select value={month} onChange={(event) => setMonth(event.currentTarget.value)} data-report-month>
        {months.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Panel title={t.title} aside={aside} class="wide">
      <p class="muted">{t.about}</p>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {value?.length === 0 && <p class="empty">{t.noTowns}</p>}
      {value !== null && value.length > 0 && (
        <div class="scroll-x">
          <table class="ledger" data-town-reports={month}>
            <thead>
              <tr>
                {[t.town, t.state, t.said, t.due, t.acts].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {value.map((due) => (
                <TownRow key={`${due.town} ${due.month}`} due={due} again={again} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
