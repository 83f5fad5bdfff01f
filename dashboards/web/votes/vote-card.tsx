// One vote: heads and areas apart as bars with their lines, the formula of each condition, the rule of its day, what was spent under it and what names it, and the notice that is put up.
import type { VoteRule } from "#protocols/api/votes.ts";
import { type Course, type FundRow, noticePath, type Vote } from "../data/votes-api.ts";
import { yuan } from "../format/quantities.ts";
import { Moment } from "../parts/small.tsx";
import { pageHash } from "../shell/address.ts";
import { openPages } from "../shell/navigation.tsx";
import { show } from "../shell/route.ts";
import { said, wordOf } from "../words/language.ts";
import { type Ballot, ballotsOf, type Condition, percent, squareMetres } from "./ballot.ts";
import { say } from "./say.ts";

const amountOf = (kind: Ballot["kind"], n: number): string => (kind === "heads" ? String(n) : squareMetres(n));

/** All, those who took part, those who agreed; a mark above where enough take part, one below where enough agree. */
function Bars({ ballot: { kind, all, part, agree, quorum, majority } }: { ballot: Ballot }) {
  const t = say.value;
  const x = (n: number): number => (all === 0 ? 0 : (n / all) * 1_000);
  const mark = ({ whole, wanted }: Condition): number => Math.min(996, Math.max(2, x((whole * wanted.numerator) / wanted.denominator)));
  return (
    <svg
      class="vote-bar"
      viewBox="0 0 1000 26"
      preserveAspectRatio="none"
      role="img"
      aria-label={t.picture(t.kinds[kind], amountOf(kind, agree), amountOf(kind, part), amountOf(kind, all))}
    >
      <rect class="vote-all" y="6" width="1000" height="14" />
      <rect class="vote-part" y="6" width={x(part)} height="14" />
      <rect class="vote-agree" y="6" width={x(agree)} height="14" />
      {quorum.wanted.numerator > 0 && <rect class="vote-mark" x={mark(quorum) - 2} y="0" width="4" height="10" />}
      <rect class="vote-mark" x={mark(majority) - 2} y="16" width="4" height="10" />
    </svg>
  );
}

function Formula({ kind, what, condition }: { kind: Ballot["kind"]; what: string; condition: Condition }) {
  const t = say.value;
  const { part, whole, wanted, strict, reached, name } = condition;
  return (
    <p class="vote-formula" data-condition={name} data-reached={reached}>
      <span class="muted">{what}</span>{" "}
      <span class="number">{t.formula(amountOf(kind, part), amountOf(kind, whole), percent(part, whole))}</span>{" "}
      <span class="muted">{wanted.numerator === 0 ? t.noWanted : t.wanted(`${wanted.numerator}/${wanted.denominator}`, strict)}</span>{" "}
      <b class={reached ? "" : "owed"}>{reached ? `✓ ${t.reached}` : `▲ ${t.short}`}</b>
    </p>
  );
}

export function RuleWords({ rule }: { rule: VoteRule }) {
  const t = say.value;
  return (
    <p class="muted" data-rule-confirmed={rule.confirmed}>
      {t.ruleBy(rule.source, rule.from, rule.of === "all")} <span class="tag">{rule.confirmed ? t.confirmed : t.unconfirmed}</span>
    </p>
  );
}

/** Who keeps the accounts alone reads no hazards: its number is told, and opens nothing. */
function HazardLink({ id }: { id: string }) {
  if (!openPages.value.includes("ledger")) return <span>{id}</span>;
  return (
    <button type="button" class="text" onClick={() => show("hazard", id)}>
      {id}
    </button>
  );
}

function Spending({ rows }: { rows: readonly FundRow[] }) {
  const t = say.value;
  if (rows.length === 0) return <p class="muted">{t.noSpending}</p>;
  return (
    <>
      <h3>{t.spending(rows.length)}</h3>
      <ul class="next-rungs">
        {rows.map(({ id, amount_fen, words, hazard, notice, at }) => (
          <li key={id} data-spent={amount_fen}>
            <b>{yuan(-amount_fen)}</b>
            <span>{words}</span>
            {hazard !== null && <HazardLink id={hazard} />}
            <small class="muted">
              <Moment at={at} />
              {notice !== null && ` · ${t.noticeSaid(notice)}`}
            </small>
          </li>
        ))}
      </ul>
    </>
  );
}

function Works({ number, courses }: { number: string; courses: readonly Course[] }) {
  const t = say.value;
  const found = courses.flatMap((course) =>
    course.steps.filter(({ reference, step }) => step === "vote" && reference === number).map((step) => ({ course, step })),
  );
  if (found.length === 0) return null;
  return (
    <>
      <h3>{t.works}</h3>
      <ul class="next-rungs">
        {found.map(({ course, step }) => (
          <li key={course.id} data-names={course.id}>
            <b>{course.title}</b>
            <span class="muted">{t.workStep(said(step), step.day)}</span>
            {course.hazard !== null && <HazardLink id={course.hazard} />}
          </li>
        ))}
      </ul>
    </>
  );
}

function Result({ vote: { passed, replaced_by } }: { vote: Vote }) {
  const t = say.value;
  if (replaced_by !== null) return <span class="tag">{t.replacedBy(replaced_by)}</span>;
  return passed ? <span class="state closed">✓ {t.passed}</span> : <span class="state">▲ {t.failed}</span>;
}

export function VoteCard({ vote, spent, courses }: { vote: Vote; spent: readonly FundRow[]; courses: readonly Course[] }) {
  const t = say.value;
  const { site, number, matter, amount_fen, rule } = vote;
  return (
    <article class="entry vote" data-vote={number} data-passed={vote.passed} data-matter={matter} data-replaced={vote.replaced_by ?? ""}>
      <header class="entry-head">
        <h2>{vote.subject}</h2>
        <span class="tag">{wordOf(t.matters, matter)}</span>
        <Result vote={vote} />
        <span class="muted">{vote.day}</span>
      </header>
      <p class="muted">
        {number}
        {vote.replaces !== null && ` · ${t.replaces(vote.replaces)}`}
      </p>
      <div class="vote-ballots">
        {ballotsOf(vote).map((ballot) => (
          <div key={ballot.kind}>
            <h3>{t.kinds[ballot.kind]}</h3>
            <Bars ballot={ballot} />
            <Formula kind={ballot.kind} what={t.quorum} condition={ballot.quorum} />
            <Formula kind={ballot.kind} what={t.majority} condition={ballot.majority} />
          </div>
        ))}
      </div>
      <RuleWords rule={rule} />
      {amount_fen > 0 && (
        <p data-amount={amount_fen}>
          <b>{t.amount(yuan(amount_fen))}</b>
          {matter === "use-fund" && vote.passed && vote.replaced_by === null && ` · ${t.spent(yuan(vote.spent_fen), yuan(vote.left_fen))}`}
        </p>
      )}
      {matter === "use-fund" && vote.passed && vote.replaced_by === null && <Spending rows={spent} />}
      <Works number={number} courses={courses} />
      <p class="entry-foot">
        <a href={noticePath(site, number, "html")} target="_blank" rel="noopener" data-notice="html">
          {t.notice}
        </a>
        <a href={noticePath(site, number, "docx")} download data-notice="docx">
          {t.noticeWord}
        </a>
        <small class="muted">
          {t.by(vote.person_name)} <Moment at={vote.at} />
        </small>
      </p>
    </article>
  );
}

/** To one vote of a compound. */
export const voteHash = (site: string, number: string): string => pageHash("income", "votes", { site, number });
