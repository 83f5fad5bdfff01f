// A workbook taken into the ledger: looked through first, every cell that cannot be read named by sheet, row and column; nothing is written before somebody has seen that.
import { useRef, useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import type { Course } from "#protocols/vocabulary/course.ts";
import { saidFor } from "../data/api.ts";
import { exportPath, type Imported, importLedger } from "../data/ledger-api.ts";
import { Drawer } from "../parts/drawer.tsx";
import { Progress } from "../parts/progress.tsx";
import { ProblemNote } from "../parts/small.tsx";
import { said, words } from "../words/language.ts";

interface Chosen {
  readonly name: string;
  readonly base64: string;
}

function readFile(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^data:[^,]*,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

function Complaints({ errors }: { errors: Imported["errors"] }) {
  const say = words.value.bureau.import;
  if (errors.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by the keyboard
    <section class="care-table" tabIndex={0} aria-label={say.errors(errors.length)}>
      <table data-import-errors={errors.length}>
        <caption>{say.errors(errors.length)}</caption>
        <thead>
          <tr>
            {[say.sheet, say.row, say.column, say.why].map((word) => (
              <th key={word} scope="col">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {errors.map((one) => (
            <tr key={`${one.sheet} ${one.cell}`} data-cell={one.cell} data-row={one.row}>
              <td>{one.sheet}</td>
              <td>{one.row}</td>
              <td>
                {one.head} <span class="muted">{one.cell}</span>
              </td>
              <td>{said(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const isSent = ({ done, of }: Course): boolean => of !== null && done >= of;

export function ImportDialog({ close, done }: { close: () => void; done: () => void }) {
  const say = words.value.bureau.import;
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [answer, setAnswer] = useState<Imported | null>(null);
  const [sent, setSent] = useState<Course | null>(null);
  const stopping = useRef<AbortController | undefined>(undefined);
  const sending = sent !== null;
  const [problem, setProblem] = useState<Problem | null>(null);
  const ask = (file: Chosen, apply?: "all" | "good") => {
    const began = performance.now();
    const stop = new AbortController();
    stopping.current = stop;
    const onBytes = (done: number, of: number) => setSent({ done, of, ran_ms: performance.now() - began, unit: "bytes" });
    onBytes(0, file.base64.length);
    setProblem(null);
    void importLedger({ ...file, ...(apply === undefined ? {} : { apply }) }, { onBytes, signal: stop.signal }).then((told) => {
      setSent(null);
      if (stop.signal.aborted) return;
      if (!told.ok) return setProblem(told.problem);
      setAnswer(told.value);
      if (told.value.applied) done();
    });
  };
  const choose = (event: Event) => {
    const [file] = (event.currentTarget as HTMLInputElement).files ?? [];
    if (file === undefined) return;
    setAnswer(null);
    void readFile(file).then((base64) => {
      const next = { name: file.name, base64 };
      setChosen(next);
      ask(next);
    });
  };
  const news = answer === null ? 0 : answer.added.length + answer.changed.length;
  return (
    <Drawer title={say.title} kind="middle" onClose={close}>
      <p>{say.about}</p>
      <p>
        <a href={saidFor(exportPath({}, "xlsx"))} download>
          {say.template}
        </a>
      </p>
      <label class="import-file">
        {say.file}
        <input type="file" name="ledger-file" accept=".xlsx" onChange={choose} />
      </label>
      {sent !== null && (
        <p>
          <Progress
            label={isSent(sent) ? (answer === null ? say.checking : say.writing(news)) : say.sending}
            course={sent}
            // Once it is whole the cloud is at work: what it has begun to write is not to be left by halves.
            {...(isSent(sent) ? {} : { stop: { label: say.stop, act: () => stopping.current?.abort() } })}
          />
        </p>
      )}
      {problem !== null && <ProblemNote problem={problem} />}
      {answer !== null && (
        <>
          <p role="status" data-import={answer.applied ? "applied" : "shown"}>
            {answer.applied
              ? say.applied(answer.added.length, answer.changed.length)
              : say.found(answer.added.length, answer.changed.length, answer.same)}
            {answer.refused > 0 && ` ${say.refused(answer.refused)}`}
          </p>
          <Complaints errors={answer.errors} />
          {!answer.applied && chosen !== null && news > 0 && (
            <p class="form-acts">
              <button
                type="button"
                class="primary"
                data-act={answer.errors.length > 0 ? "import-good" : "import-all"}
                aria-disabled={sending}
                onClick={() => ask(chosen, answer.errors.length > 0 ? "good" : "all")}
              >
                {answer.errors.length > 0 ? say.good(news) : say.all(news)}
              </button>
            </p>
          )}
        </>
      )}
    </Drawer>
  );
}
