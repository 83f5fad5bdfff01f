// The ledger as a file, made aside: a button asks for it, the line says how far it is, and the browser fetches it when it is whole.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import { saidFor } from "../data/api.ts";
import { askExport, type ExportJob, type HazardQuery, readExport } from "../data/ledger-api.ts";
import { Progress } from "../parts/progress.tsx";
import { ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";

const lookEvery_ms = 500;

/** As a click on a link: the address is fetched with the cookie, and the name is the server's. */
function fetchFile(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}

export function ExportLine({ asked }: { asked: HazardQuery }) {
  const say = words.value.bureau;
  const [job, setJob] = useState<ExportJob | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  /** When it was first seen to be written. */
  const began = useRef<number | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const took = (answer: Awaited<ReturnType<typeof readExport>>): void => {
    if (!answer.ok) {
      setProblem(answer.problem);
      setJob(null);
      return;
    }
    const { value } = answer;
    began.current = value.state === "running" ? (began.current ?? performance.now()) : undefined;
    setJob(value);
    if (value.file !== null) fetchFile(saidFor(value.file));
    else if (value.state !== "failed") timer.current = setTimeout(() => void readExport(value.id).then(took), lookEvery_ms);
  };
  const ask = (as: "xlsx" | "csv"): void => {
    setProblem(null);
    void askExport(asked, as).then(took);
  };
  const waiting = job !== null && (job.state === "queued" || job.state === "running");
  return (
    <span class="exports">
      {say.exportAs}
      {(["xlsx", "csv"] as const).map((as) => (
        <button type="button" key={as} class="text" disabled={waiting} data-export={as} onClick={() => ask(as)}>
          {as}
        </button>
      ))}
      {job !== null && job.state === "running" ? (
        <span data-export-state="running">
          <Progress
            label={say.exportWriting}
            course={{
              done: job.done,
              of: job.total,
              ran_ms: began.current === undefined ? null : performance.now() - began.current,
              unit: "rows",
            }}
          />
        </span>
      ) : (
        <span role="status" class="muted" data-export-state={job?.state}>
          {job !== null && say.exportState(job)}
        </span>
      )}
      {problem !== null && <ProblemNote problem={problem} />}
    </span>
  );
}
