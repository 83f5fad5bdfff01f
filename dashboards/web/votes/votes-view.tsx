// Votes of the owners of one compound: each with its outcome, the rules of today, and the form for those whose votes they are; who that is, the cloud says.
import { useState } from "preact/hooks";
import type { VoteRules } from "#protocols/api/votes.ts";
import type { Answer } from "../data/api.ts";
import { type Course, readCourses, readFund, readVoteRules, readVotes, type Vote } from "../data/votes-api.ts";
import { yuan } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { Empty, Panel, ProblemNote } from "../parts/small.tsx";
import { openPages } from "../shell/navigation.tsx";
import { narrow, route } from "../shell/route.ts";
import { said, words } from "../words/language.ts";
import { say } from "./say.ts";
import { VoteCard } from "./vote-card.tsx";
import { VoteDialog, wantedText } from "./vote-form.tsx";

function Rules({ value: { day, rules } }: { value: VoteRules }) {
  const t = say.value;
  const { columns } = t;
  return (
    <Panel title={t.rules(day)} class="vote-rules">
      <p class="muted">{t.rulesAbout}</p>
      <table class="ledger works-table">
        <caption class="unseen">{t.rules(day)}</caption>
        <thead>
          <tr>
            {(["matter", "quorum", "majority", "base", "source", "from"] as const).map((column) => (
              <th key={column} scope="col">
                {columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rules.map(({ matter, zh, en, rule }) => (
            <tr key={matter} data-rule-of={matter} data-confirmed={rule?.confirmed}>
              <th scope="row">{said({ zh, en })}</th>
              {rule === null ? (
                <td colSpan={5} class="muted">
                  {t.noRule}
                </td>
              ) : (
                <>
                  <td data-column={columns.quorum}>{wantedText(rule.quorum, false)}</td>
                  <td data-column={columns.majority}>{wantedText(rule.majority, rule.strict)}</td>
                  <td data-column={columns.base}>{t.base[rule.of]}</td>
                  <td data-column={columns.source}>
                    {rule.source} <small class="muted">{rule.confirmed ? t.confirmed : t.unconfirmed}</small>
                  </td>
                  <td data-column={columns.from}>{rule.from}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

const noCourses = async (): Promise<Answer<Course[]>> => ({ ok: true, value: [] });

export function VotesView({ site }: { site: string }) {
  const t = say.value;
  const { filters } = route.value;
  const [entering, setEntering] = useState(false);
  const [told, setTold] = useState("");
  const votes = useAsked<Vote[]>(`votes ${site}`, () => readVotes(site));
  const fund = useAsked(`fund ${site}`, () => readFund(site));
  const rules = useAsked(`vote rules ${site}`, () => readVoteRules(site));
  // Works are read by who reads the ledger; who keeps the accounts alone sees the money only.
  const courses = useAsked(`courses ${openPages.value.includes("ledger")}`, () =>
    openPages.value.includes("ledger") ? readCourses() : noCourses(),
  );
  const all = [...(votes.value ?? [])].reverse();
  const shown = filters.number === undefined ? all : all.filter(({ number }) => number === filters.number);
  const standing = all.filter((one) => one.passed && one.replaced_by === null);
  const problem = votes.problem ?? fund.problem ?? rules.problem;
  return (
    <>
      <p class="muted about">{t.about}</p>
      {problem !== null && (
        <ProblemNote
          problem={problem}
          retry={() => {
            votes.again();
            fund.again();
            rules.again();
          }}
        />
      )}
      {told !== "" && (
        <p class="notice about" role="status" data-told>
          {told}
        </p>
      )}
      {votes.value === null ? (
        problem === null && <p class="muted late">{words.value.loading}</p>
      ) : (
        <>
          <div class="vote-top">
            {all.length > 0 && (
              <p class="sentence" data-sentence>
                {t.sentence(all.length, standing.length, yuan(standing.reduce((sum, { left_fen }) => sum + left_fen, 0)))}
              </p>
            )}
            {rules.value?.may_enter === true && (
              <button type="button" class="primary" data-act="enter-vote" onClick={() => setEntering(true)}>
                {t.enter}
              </button>
            )}
          </div>
          {filters.number !== undefined && (
            <p class="about">
              <button type="button" onClick={() => narrow({ ...filters, number: "" })} data-act="all-votes">
                {t.all} {all.length}
              </button>
            </p>
          )}
          {shown.length === 0 && <Empty>{filters.number === undefined ? t.none : t.noSuch(filters.number)}</Empty>}
          {shown.length > 0 && (
            <p class="legend muted vote-legend">
              {(["agree", "part", "all"] as const).map((one) => (
                <span key={one}>
                  <i class={`swatch vote-${one}`} aria-hidden="true" />
                  {t.legend[one]}
                </span>
              ))}
              <span>{t.marks}</span>
            </p>
          )}
          <div class="entries">
            {shown.map((vote) => (
              <VoteCard
                key={vote.number}
                vote={vote}
                spent={(fund.value?.rows ?? []).filter((row) => row.vote === vote.number)}
                courses={(courses.value ?? []).filter((one) => one.site === site)}
              />
            ))}
          </div>
        </>
      )}
      {rules.value !== null && <Rules value={rules.value} />}
      {entering && (
        <VoteDialog
          site={site}
          votes={all}
          close={() => setEntering(false)}
          done={({ number, passed }) => {
            setEntering(false);
            setTold(t.entered(number, passed));
            votes.again();
          }}
        />
      )}
    </>
  );
}
