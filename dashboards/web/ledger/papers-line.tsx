// Papers about one hazard: a draft to read, one to issue under its number, and those that were issued with how far they came.
import { useState } from "preact/hooks";
import type { HazardView, Problem } from "#protocols/api/views.ts";
import { paperPath } from "../data/ledger-api.ts";
import { type IssuedPaper, issuedPath, issuePaper, type PaperKind, type PaperStep, readPapers, stepPaper } from "../data/papers-api.ts";
import { useAsked } from "../parts/asked.ts";
import { Moment, ProblemNote } from "../parts/small.tsx";
import { person } from "../shell/session.ts";
import { words } from "../words/language.ts";

const issuers: readonly string[] = ["street-officer", "bureau-officer", "alliance"];
const kinds = ["notice", "opinion", "closure"] as const satisfies readonly PaperKind[];

function Issued({ paper, step }: { paper: IssuedPaper; step: (said: PaperStep) => void }) {
  const say = words.value.bureau.register;
  const role = person.value?.role ?? "";
  const open = paper.service !== "withdrawn";
  return (
    <li data-paper-number={paper.number} data-service={paper.service}>
      <a href={issuedPath(paper.id)} target="_blank" rel="noopener">
        {paper.number}
      </a>{" "}
      {paper.title} · <Moment at={paper.issued_at} /> · {say.service[paper.service]}
      {paper.received_at !== null && ` · ${say.received}`}
      {open && issuers.includes(role) && paper.served_at === null && (
        <button type="button" class="quiet" onClick={() => step({ step: "serve", how: "直接送达" })}>
          {say.serve}
        </button>
      )}
      {open && role === "property-manager" && paper.received_at === null && (
        <button type="button" class="quiet" onClick={() => step({ step: "receive" })}>
          {say.receive}
        </button>
      )}
    </li>
  );
}

export function PapersLine({ hazard }: { hazard: HazardView }) {
  const say = words.value.bureau;
  const [problem, setProblem] = useState<Problem | null>(null);
  const { value, again } = useAsked(`papers ${hazard.id} ${hazard.version}`, () => readPapers(hazard.id));
  const done = (answer: { readonly ok: boolean } & Partial<{ readonly problem: Problem }>): void => {
    setProblem(answer.ok ? null : (answer.problem ?? null));
    again();
  };
  const ready = kinds.filter((kind) => kind === "notice" || (kind === "opinion" ? hazard.reinspected_at : hazard.closed_at) !== null);
  return (
    <>
      <p class="papers-line">
        <span class="muted">{say.printed}</span>
        {ready.map((kind) => (
          <a key={kind} href={paperPath(hazard.id, kind)} target="_blank" rel="noopener" data-paper={kind}>
            {say.papers[kind]}
          </a>
        ))}
        {issuers.includes(person.value?.role ?? "") &&
          ready.map((kind) => (
            <button key={kind} type="button" class="quiet" data-issue={kind} onClick={() => void issuePaper(hazard.id, kind).then(done)}>
              {say.register.issue(say.papers[kind])}
            </button>
          ))}
      </p>
      {problem !== null && <ProblemNote problem={problem} />}
      {value !== null && value.items.length > 0 && (
        <ul class="papers-issued">
          {value.items.map((paper) => (
            <Issued key={paper.id} paper={paper} step={(said) => void stepPaper(paper.id, said).then(done)} />
          ))}
        </ul>
      )}
    </>
  );
}
