// Papers about one hazard: what this person may issue, as a draft to read and under its number; and those that were issued, with how far they came.
import { useState } from "preact/hooks";
import type { HazardView } from "#protocols/api/views.ts";
import { paperPath } from "../data/ledger-api.ts";
import { type IssuedPaper, issuedPath, issuePaper, type PaperDue, readDue, readPapers } from "../data/papers-api.ts";
import { PaperActs } from "../papers/paper-acts.tsx";
import { Receipt, Service, shortDay } from "../papers/paper-words.tsx";
import { say, titleOf } from "../papers/say.ts";
import { useAsked } from "../parts/asked.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { Moment, ProblemNote } from "../parts/small.tsx";

function Issued({ paper, done }: { paper: IssuedPaper; done: () => void }) {
  return (
    <li data-paper-number={paper.number} data-service={paper.service}>
      <p>
        <a href={issuedPath(paper.id)} target="_blank" rel="noopener">
          {paper.number}
        </a>{" "}
        {titleOf(paper)} · <Moment at={paper.issued_at} /> ·{" "}
        <a href={issuedPath(paper.id, "docx")} data-file="docx">
          docx
        </a>
      </p>
      <p class="paper-way">
        <Service paper={paper} />
      </p>
      {paper.received_at !== null && (
        <p class="paper-way">
          {say.value.columns.receipt} <Receipt paper={paper} />
        </p>
      )}
      <PaperActs paper={paper} done={done} />
    </li>
  );
}

/** A number that was given stays given: it is asked once more before one is taken. */
function Issue({ hazard, due, done }: { hazard: HazardView; due: PaperDue; done: (paper: IssuedPaper) => void }) {
  const t = say.value;
  const [asking, setAsking] = useState(false);
  const form = useSending(
    () => issuePaper(hazard.id, due.kind),
    (paper) => {
      setAsking(false);
      done(paper);
    },
  );
  const title = titleOf(due);
  if (!due.ready)
    return (
      <li class="muted" data-paper-due={due.kind} data-ready="false">
        {t.notReady(title)}
      </li>
    );
  return (
    <li data-paper-due={due.kind} data-ready="true">
      <span class="papers-line">
        <a href={paperPath(hazard.id, due.kind)} target="_blank" rel="noopener" data-paper={due.kind}>
          {t.draft(title)}
        </a>
        <button type="button" aria-expanded={asking} data-issue={due.kind} onClick={() => setAsking(!asking)}>
          {t.issue(title)}
        </button>
        {due.due_at !== null && <small class="muted">{t.dueIssue(shortDay(due.due_at), due.provisional, due.late)}</small>}
      </span>
      {asking && (
        <form class="notice" data-issue-ask={due.kind} onSubmit={form.go}>
          <p>{t.issueAsk(title)}</p>
          <SendFoot form={form} send={t.issueNow} busy={t.issuing}>
            <button type="button" onClick={() => setAsking(false)}>
              {t.cancel}
            </button>
          </SendFoot>
        </form>
      )}
    </li>
  );
}

export function PapersLine({ hazard }: { hazard: HazardView }) {
  const t = say.value;
  const [given, setGiven] = useState<string | null>(null);
  const issued = useAsked(`papers ${hazard.id} ${hazard.version}`, () => readPapers({ hazard: hazard.id }));
  const due = useAsked(`papers due ${hazard.id} ${hazard.version}`, () => readDue(hazard.id));
  const mine = (due.value ?? []).filter((one) => one.mine);
  const papers = issued.value?.items ?? [];
  const photos = hazard.evidence.length > 0;
  const problem = issued.problem ?? due.problem;
  // Whoever issues nothing about a hazard of which nothing was issued has no empty section of it.
  if (problem === null && mine.length === 0 && papers.length === 0 && !photos) return null;
  return (
    <section class="hazard-papers" aria-label={t.ofHazard}>
      <h3>{t.ofHazard}</h3>
      {problem !== null && <ProblemNote problem={problem} retry={issued.again} />}
      {given !== null && (
        <p class="notice" role="status" data-given={given}>
          {t.issued(given)}
        </p>
      )}
      {papers.length > 0 && (
        <ul class="papers-issued">
          {papers.map((paper) => (
            <Issued key={paper.id} paper={paper} done={issued.again} />
          ))}
        </ul>
      )}
      {(mine.length > 0 || photos) && (
        <ul class="papers-due">
          {mine.map((one) => (
            <Issue
              key={one.kind}
              hazard={hazard}
              due={one}
              done={(paper) => {
                setGiven(paper.number);
                issued.again();
              }}
            />
          ))}
          {photos && (
            <li>
              <a href={paperPath(hazard.id, "photos")} target="_blank" rel="noopener" data-paper="photos">
                {t.photos}
              </a>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}
