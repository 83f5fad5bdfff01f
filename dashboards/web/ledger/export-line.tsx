// The ledger as a file, made aside: a button asks for it, the line says how far it is as the page's one live stream tells it, stops it, and the browser fetches it when it is whole.
import { useEffect, useRef, useState } from "preact/hooks";
import type { ExportView } from "#protocols/api/exports.ts";
import type { Problem } from "#protocols/api/views.ts";
import { type Answer, saidFor } from "../data/api.ts";
import { askExport, cancelExport, type HazardQuery, readExport, readExports } from "../data/ledger-api.ts";
import { connection, live } from "../data/live.ts";
import { Progress } from "../parts/progress.tsx";
import { ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";
import { askEvery_ms, isWaiting, newerOf } from "./export-course.ts";

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
  const [answered, setAnswered] = useState<ExportView | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [cancelling, setCancelling] = useState(false);
  const job = newerOf(
    answered,
    live.value?.exports.find(({ id }) => id === answered?.id),
  );
  const waiting = job !== null && isWaiting(job);
  const { phase } = connection.value;
  /** When it was first seen to be written. */
  const began = useRef<number | undefined>(undefined);
  /** Asked for here: only this tab fetches it by itself. */
  const own = useRef<string | undefined>(undefined);
  if (job?.state !== "running") began.current = undefined;
  else began.current ??= performance.now();

  const took = (answer: Answer<ExportView>): void => (answer.ok ? setAnswered(answer.value) : setProblem(answer.problem));
  // What was asked for before this page was opened anew goes on, and is found again.
  useEffect(() => {
    void readExports().then((answer) => {
      const known = answer.ok ? answer.value.find(isWaiting) : undefined;
      if (known !== undefined) setAnswered((now) => now ?? known);
    });
  }, []);
  const waitsFor = waiting ? job.id : undefined;
  useEffect(() => {
    if (waitsFor === undefined) return undefined;
    const timer = setInterval(() => void readExport(waitsFor).then((answer) => answer.ok && setAnswered(answer.value)), askEvery_ms(phase));
    return () => clearInterval(timer);
  }, [waitsFor, phase]);
  const file = job?.file ?? null;
  useEffect(() => {
    if (file === null || own.current !== job?.id) return;
    own.current = undefined;
    fetchFile(saidFor(file));
  }, [file]);

  const ask = (as: "xlsx" | "csv"): void => {
    setProblem(null);
    setCancelling(false);
    void askExport(asked, as).then((answer) => {
      if (answer.ok) own.current = answer.value.id;
      took(answer);
    });
  };
  const cancel = (): void => {
    if (job === null || cancelling) return;
    setCancelling(true);
    setProblem(null);
    void cancelExport(job.id).then((answer) => {
      setCancelling(false);
      took(answer);
    });
  };
  const stop = { label: cancelling ? say.exportCancelling : say.exportCancel, act: cancel };
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
            stop={stop}
          />
        </span>
      ) : (
        <>
          <span role="status" class="muted" data-export-state={job?.state}>
            {job !== null && say.exportState(job)}
          </span>
          {waiting && (
            <button type="button" class="text" data-act="stop" onClick={stop.act}>
              {stop.label}
            </button>
          )}
          {file !== null && (
            <a href={saidFor(file)} download data-export-file>
              {say.exportAgain}
            </a>
          )}
        </>
      )}
      {problem !== null && <ProblemNote problem={problem} />}
    </span>
  );
}
