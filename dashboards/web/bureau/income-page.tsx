// Public income of one compound and quarter: a sentence, the waterfall from what came in to what is divided, lines whose sum is the total, the fund, questions of owners; and beside it the votes
// under which the fund is spent.

import { type Income, readIncome } from "../data/ledger-api.ts";
import { live, serverNow } from "../data/live.ts";
import { yuan } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { Empty, Moment, Panel, ProblemNote } from "../parts/small.tsx";
import { pageHash } from "../shell/address.ts";
import { route, show } from "../shell/route.ts";
import { moneyPages } from "../shell/sections.ts";
import { say as votesWords } from "../votes/say.ts";
import { voteHash } from "../votes/vote-card.tsx";
import { VotesView } from "../votes/votes-view.tsx";
import { language, said, words } from "../words/language.ts";
import { BridgePanel } from "./bridge-panel.tsx";
import { Waterfall } from "./charts.tsx";
import { PlaceAndQuarter, quarterName } from "./place-and-quarter.tsx";
import { Section } from "./section.tsx";

function Lines({
  title,
  lines,
  total,
}: {
  title: string;
  lines: readonly { id: string; zh: string; en: string; amount_fen: number }[];
  total: number;
}) {
  return (
    <table class="bill">
      <caption>{title}</caption>
      <tbody>
        {lines.map((line) => (
          <tr key={line.id} data-line={line.id}>
            <th scope="row" lang={language.value === "en" && /[\u4e00-\u9fff]/.test(line.en) ? "zh-CN" : undefined}>
              {said(line)}
            </th>
            <td class="number">{yuan(line.amount_fen)}</td>
          </tr>
        ))}
        <tr class="sum">
          <th scope="row">{words.value.bureau.total}</th>
          <td class="number">
            <b>{yuan(total)}</b>
          </td>
        </tr>
      </tbody>
    </table>
  );
}

type Body = NonNullable<Income["quarter"]>["body"];

function Fund({ body, site }: { body: Body; site: string }) {
  const say = words.value.bureau;
  return (
    <Panel title={say.fund}>
      <Waterfall
        bars={[
          { name: say.opening, amount_fen: body.fund.opening_fen, sum: true },
          { name: say.came, amount_fen: body.fund.in_fen },
          { name: say.went, amount_fen: -body.fund.out_fen },
          { name: say.closing, amount_fen: body.fund.closing_fen, sum: true },
        ]}
      />
      <ul class="next-rungs">
        {body.works.map((work) => (
          <li key={`${work.hazard} ${work.amount_fen}`}>
            <b>{yuan(work.amount_fen)}</b>
            <span>{work.words}</span>
            {work.hazard !== null && (
              <button type="button" class="text" onClick={() => show("hazard", work.hazard ?? "")}>
                {work.hazard}
              </button>
            )}
            {work.vote !== null && <a href={voteHash(site, work.vote)}>{work.vote}</a>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Settlements({ income }: { income: Income }) {
  if (income.settlements.length === 0) return null;
  return (
    <Panel title={words.value.bureau.settlements}>
      <ul class="next-rungs">
        {income.settlements.map((one) => (
          <li key={one.id} data-settlement={one.month}>
            <b>{one.month}</b>
            <span>{yuan(one.base_fen)}</span>
            <small class="muted seal" title={one.hash}>
              {words.value.ledger.stepHash} {one.hash.slice(0, 8)}
            </small>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Objections({ income }: { income: Income }) {
  const say = words.value.bureau;
  return (
    <Panel title={say.objections(income.objections.length)}>
      {income.objections.length === 0 ? (
        <p class="muted">{say.noObjections}</p>
      ) : (
        <ul class="next-rungs">
          {income.objections.map((one) => (
            <li key={one.id}>
              <Moment at={one.due_at} />
              <span>{one.words}</span>
              <small class="muted">{one.reply ?? say.unanswered}</small>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Quarter({ income, site }: { income: Income; site: string }) {
  const say = words.value.bureau;
  const quarter = income.quarter;
  if (quarter === null) return null;
  const { body } = quarter;
  const bars = [
    ...body.income.map((line) => ({ name: said(line), amount_fen: line.amount_fen })),
    ...body.costs.map((line) => ({ name: said(line), amount_fen: -line.amount_fen })),
    { name: say.divided, amount_fen: body.base_fen, sum: true as const },
  ];
  return (
    <>
      <p class="sentence" data-sentence>
        {say.incomeSentence(yuan(body.gross_fen), yuan(body.costs_fen), yuan(body.base_fen), yuan(body.fund.closing_fen))}
      </p>
      <p class="muted quarter-line">
        <span class="tag" data-quarter-state={quarter.state}>
          {say.quarterStates[quarter.state as keyof typeof say.quarterStates] ?? quarter.state}
        </span>{" "}
        {body.missing_months.length > 0 && say.missingMonths(body.missing_months.join("、"))}
        {quarter.hash !== null && (
          <span class="seal" title={quarter.hash}>
            {words.value.ledger.stepHash} {quarter.hash.slice(0, 8)}
          </span>
        )}
      </p>
      {body.gross_fen === 0 ? (
        <Empty>{say.noIncome}</Empty>
      ) : (
        <div class="bureau-grid">
          <div class="bureau-column">
            <Panel title={say.waterfall}>
              <Waterfall bars={bars} />
            </Panel>
            <Panel title={say.accounts}>
              <Lines title={say.incomeTitle} lines={body.income} total={body.gross_fen} />
              <Lines title={say.costsTitle} lines={body.costs} total={body.costs_fen} />
              <Lines title={say.partsTitle} lines={body.parts} total={body.base_fen} />
            </Panel>
          </div>
          <div class="bureau-column">
            <Fund body={body} site={site} />
            <Settlements income={income} />
            <Objections income={income} />
          </div>
        </div>
      )}
    </>
  );
}

function QuarterView({ site, quarter }: { site: string; quarter: string }) {
  const { value, problem, again } = useAsked<Income>(`${site} ${quarter}`, () => readIncome(site, quarter));
  return (
    <>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value !== null && <Quarter income={value} site={site} />}
      <div class="bureau-grid bridge-grid">
        <BridgePanel key={site} site={site} quarter={quarter} />
      </div>
    </>
  );
}

const views = ["quarter", "votes"] as const;

export function IncomePage() {
  const say = words.value;
  const { filters, view: asked } = route.value;
  const view = views.find((one) => one === asked) ?? "quarter";
  const site = filters.site ?? live.value?.sites[0]?.id ?? "";
  const quarter = filters.week ?? quarterName(serverNow.peek());
  return (
    <>
      <header class="page-head">
        <h1>{say.nav.income}</h1>
        <p class="muted">{say.bureau.incomeAbout}</p>
      </header>
      <Section of={moneyPages} page="income" />
      <nav class="views" aria-label={say.filter}>
        {views.map((one) => (
          <a
            key={one}
            href={pageHash("income", one === "quarter" ? null : one, filters.site === undefined ? {} : { site })}
            aria-current={one === view ? "true" : undefined}
            data-view={one}
          >
            {votesWords.value.views[one]}
          </a>
        ))}
      </nav>
      <PlaceAndQuarter site={site} quarter={quarter} withQuarter={view === "quarter"} />
      {view === "quarter" ? <QuarterView site={site} quarter={quarter} /> : <VotesView key={site} site={site} />}
    </>
  );
}
