// Two versions of one scheme over the same quarter: what each makes of the same visits, by how much and why; every number opens the lines that it is the sum of.
import type { ComparedCompound, Comparison, SchemeVersionView as Version } from "#protocols/api/comparison.ts";
import { DotPlot } from "../bureau/charts.tsx";
import { PlaceAndQuarter } from "../bureau/place-and-quarter.tsx";
import { Stars } from "../bureau/stars.tsx";
import { comparisonFile, readComparison, readSchemes } from "../data/compare-api.ts";
import { absent } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { Empty, Panel, ProblemNote } from "../parts/small.tsx";
import { pageHash } from "../shell/address.ts";
import { narrow, route } from "../shell/route.ts";
import { language, said, words } from "../words/language.ts";
import { ComparedDrawer, versionName } from "./compare-drawer.tsx";
import { exactPoints, inOrder, kindsOf, makersOf, pairOf, sharesMoved, shareText, signedPoints } from "./compared.ts";
import { say } from "./say.ts";

type Shown = "a" | "b" | "difference";
/** More lines than this are no picture any more; the table has them all. */
const mostDots = 24;

function Picker({ versions, quarter, pair }: { versions: readonly Version[]; quarter: string; pair: ReturnType<typeof pairOf> }) {
  const t = say.value.compare;
  const { filters } = route.value;
  const { unit: _, number: __, ...kept } = filters;
  const kinds = kindsOf(versions);
  return (
    <PlaceAndQuarter site="" quarter={quarter} withSite={false}>
      {kinds.length > 1 && (
        <span class="segments" lang="zh-CN">
          {kinds.map((kind) => (
            <button
              key={kind}
              type="button"
              data-kind={kind}
              aria-pressed={kind === pair?.kind}
              onClick={() => narrow({ ...kept, kind, from: "", to: "" })}
            >
              {kind}
            </button>
          ))}
        </span>
      )}
      {pair !== undefined &&
        (["from", "to"] as const).map((side) => (
          <label key={side} class="version-label">
            {t[side]}{" "}
            <select
              name={side}
              class="version-choice"
              lang="zh-CN"
              value={(side === "from" ? pair.a : pair.b).key}
              onChange={(event) => narrow({ ...kept, from: pair.a.key, to: pair.b.key, [side]: event.currentTarget.value })}
            >
              {pair.offered.map((one) => (
                <option key={one.key} value={one.key}>
                  {versionName(one)}
                </option>
              ))}
            </select>
          </label>
        ))}
      {pair !== undefined && (
        <span class="exports">
          {t.exportAs}
          {(["xlsx", "csv"] as const).map((as) => (
            <a key={as} href={comparisonFile({ period: quarter, a: pair.a.key, b: pair.b.key }, as)} download data-export={as}>
              {as}
            </a>
          ))}
        </span>
      )}
    </PlaceAndQuarter>
  );
}

/** From A to B, said once where both are alike. */
function FromTo({ of, from, to, better }: { of: string; from: string; to: string; better: number }) {
  return (
    <span data-moved={of}>
      {from === to ? from : `${from} → `}
      {from !== to && <b>{to}</b>}
      {better !== 0 && <small class="muted place">{better > 0 ? say.value.compare.up(better) : say.value.compare.down(-better)}</small>}
    </span>
  );
}

function Row({ one, open }: { one: ComparedCompound; open: (site: string, number: Shown) => void }) {
  const { columns, compare: t } = say.value;
  const { a, b, difference_milli: by } = one;
  if (a === null || b === null || by === null)
    return (
      <tr data-compared={one.site} data-unseen>
        <th scope="row">{one.name}</th>
        <td colSpan={6} class="muted">
          {t.unseen}
        </td>
      </tr>
    );
  const number = (name: Shown, text: string) => (
    <button type="button" class="text" data-number={name} onClick={() => open(one.site, name)}>
      {text}
    </button>
  );
  const [first] = makersOf(one);
  return (
    <tr data-compared={one.site} data-difference={by}>
      <th scope="row">
        <button type="button" class="text row-link" onClick={() => open(one.site, "difference")}>
          {one.name}
        </button>
      </th>
      <td class="number" data-column={t.scoreA}>
        {number("a", exactPoints(a.score_milli))}
      </td>
      <td class="number" data-column={t.scoreB}>
        {number("b", exactPoints(b.score_milli))}
      </td>
      <td class="number" data-column={columns.difference}>
        {number("difference", signedPoints(by))}
      </td>
      <td class="number" data-column={t.rank}>
        <FromTo of="rank" from={String(a.rank)} to={String(b.rank)} better={a.rank - b.rank} />
      </td>
      <td data-column={columns.stars}>
        <span class="star-change" data-moved="stars">
          {a.stars !== b.stars && (
            <>
              {words.value.bureau.starCount(a.stars)}
              {" → "}
            </>
          )}
          <Stars n={b.stars} />
        </span>
        {(a.failed || b.failed) && (
          <small class="owed place">▲ {a.failed === b.failed ? t.failedBoth : a.failed ? t.failedA : t.failedB}</small>
        )}
      </td>
      <td data-column={t.because}>
        {first === undefined ? (
          <span class="muted">{absent}</span>
        ) : (
          <>
            <span lang={language.value === "en" && first.kind === "item" ? "zh-CN" : undefined}>{said(first)}</span>{" "}
            {signedPoints(first.difference_milli)}
            {makersOf(one).length > 1 && <small class="muted place">{t.andMore(makersOf(one).length - 1)}</small>}
          </>
        )}
      </td>
    </tr>
  );
}

function Compounds({ value, open }: { value: Comparison; open: (site: string, number: Shown) => void }) {
  const { columns, compare: t } = say.value;
  const heads = [
    [columns.compound, ""],
    [t.scoreA, "number"],
    [t.scoreB, "number"],
    [columns.difference, "number"],
    [t.rank, "number"],
    [columns.stars, ""],
    [t.because, ""],
  ] as const;
  return (
    <table class="ledger results compare-table">
      <caption class="unseen">{t.title}</caption>
      <thead>
        <tr>
          {heads.map(([head, kind]) => (
            <th key={head} scope="col" class={kind}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {inOrder(value.compounds).map((one) => (
          <Row key={one.site} one={one} open={open} />
        ))}
      </tbody>
    </table>
  );
}

function Said({ value }: { value: Comparison }) {
  const t = say.value.compare;
  const { coverage, compounds, a, b } = value;
  const seen = compounds.filter(({ difference_milli }) => difference_milli !== null);
  const count = (fits: (by: number) => boolean): number => seen.filter(({ difference_milli }) => fits(difference_milli ?? 0)).length;
  const stars = seen.filter((one) => one.a?.stars !== one.b?.stars).length;
  const moved = sharesMoved(a, b);
  return (
    <>
      <p class="sentence" data-sentence>
        {t.sentence(
          count((by) => by > 0),
          count((by) => by < 0),
          count((by) => by === 0),
          stars,
        )}
      </p>
      <div class="notice about">
        <p data-coverage={coverage.full ? "full" : "part"}>
          {coverage.full ? t.full(coverage.compounds) : t.notFull(coverage.covered, coverage.compounds)} {t.ranked(value.ranked)}
        </p>
        {moved.length > 0 && (
          <p data-shares>
            {t.shares}
            {moved.map((one, at) => (
              <span key={one.zh}>
                {at > 0 && (language.value === "zh" ? "，" : ", ")}
                {said(one)} {shareText(one.a)} → {shareText(one.b)}
              </span>
            ))}
          </p>
        )}
        <p>{t.formula}</p>
        {value.frozen && (
          <p data-frozen>
            {t.frozen} <a href={pageHash("awards", "lists", { week: value.period })}>{say.value.views.lists}</a>
          </p>
        )}
      </div>
    </>
  );
}

function Compared({ quarter, a, b }: { quarter: string; a: Version; b: Version }) {
  const t = say.value.compare;
  const { filters } = route.value;
  const asked = { period: quarter, a: a.key, b: b.key };
  const { value, problem, again } = useAsked(`comparison ${quarter} ${a.key} ${b.key}`, () => readComparison(asked));
  if (value === null)
    return problem === null ? <p class="muted late">{words.value.loading}</p> : <ProblemNote problem={problem} retry={again} />;
  const { unit, number: _, ...others } = filters;
  const open = (site: string, number: Shown): void => narrow({ ...filters, from: a.key, to: b.key, unit: site, number });
  const opened = value.compounds.find(({ site }) => site === unit);
  const seen = inOrder(value.compounds).filter(({ difference_milli }) => difference_milli !== null);
  const drawn =
    seen.length <= mostDots
      ? seen
      : [...seen].sort((one, other) => Math.abs(other.difference_milli ?? 0) - Math.abs(one.difference_milli ?? 0));
  return (
    <>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value.compounds.length === 0 || seen.length === 0 ? (
        <Empty>{t.none}</Empty>
      ) : (
        <>
          <Said value={value} />
          <Compounds value={value} open={open} />
          <div class="bureau-grid compare-grid">
            <Panel title={t.dots} class="wide">
              <DotPlot
                label={t.dotsLabel}
                dots={drawn
                  .slice(0, mostDots)
                  .map((one) => ({ name: one.name, score: one.b?.score_milli ?? null, before: one.a?.score_milli ?? null }))}
              />
              <p class="legend muted">
                {t.dotsLegend} {seen.length > mostDots && t.dotsMost(mostDots)}
              </p>
            </Panel>
          </div>
        </>
      )}
      {opened !== undefined && <ComparedDrawer key={opened.site} one={opened} value={value} close={() => narrow(others)} />}
    </>
  );
}

export function CompareView({ quarter }: { quarter: string }) {
  const t = say.value.compare;
  const { kind, from: a, to: b } = route.value.filters;
  const { value, problem, again } = useAsked("schemes", readSchemes);
  const pair = pairOf(value?.versions ?? [], { kind, a, b });
  return (
    <>
      <Picker versions={value?.versions ?? []} quarter={quarter} pair={pair} />
      <p class="muted about" data-never-mixed>
        {t.neverMixed}
      </p>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {value !== null && pair === undefined && <Empty>{t.oneVersion}</Empty>}
      {pair !== undefined && <Compared quarter={quarter} a={pair.a} b={pair.b} />}
    </>
  );
}
