// The department's sample: by which rule, of which town which compounds, how far town and department are apart, and whose word holds.
import { points } from "../bureau/stars.tsx";
import { type Compared, readSampling, type Sampling, type Town } from "../data/awards-api.ts";
import { absent } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { Empty, Panel, ProblemNote } from "../parts/small.tsx";
import { language, words } from "../words/language.ts";
import { say } from "./say.ts";

const signed = (milli: number | null): string =>
  milli === null ? absent : `${milli > 0 ? "+" : milli < 0 ? "−" : ""}${points(Math.abs(milli))}`;

function Towns({ towns, compounds }: Pick<Sampling, "towns" | "compounds">) {
  const { columns, sample: t } = say.value;
  const nameOf = (site: string): string => compounds.find((one) => one.site === site)?.name ?? site;
  const joined = (sites: readonly string[]): string => sites.map(nameOf).join(language.value === "zh" ? "、" : ", ");
  const left = ({ to_sample }: Town): readonly string[] =>
    (to_sample ?? []).filter((site) => compounds.find((one) => one.site === site)?.department === null);
  return (
    <table class="ledger results">
      <caption class="unseen">{t.towns}</caption>
      <thead>
        <tr>
          {(["town", "covered", "toSample", "sampled", "minus"] as const).map((column) => (
            <th key={column} scope="col">
              {columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {towns.map((town) => (
          <tr key={town.town} data-town={town.town}>
            <th scope="row" lang="zh-CN">
              {town.town}
            </th>
            <td data-column={columns.covered}>
              {town.covered} / {town.compounds}{" "}
              <small class="muted place">{town.full_coverage ? t.full : t.notFull(town.compounds - town.covered)}</small>
            </td>
            <td data-column={columns.toSample}>
              {town.to_sample === null ? <span class="muted">{t.secret}</span> : joined(town.to_sample)}
            </td>
            <td data-column={columns.sampled}>
              {town.sampled}
              {left(town).length > 0 && <small class="muted place">{t.left(joined(left(town)))}</small>}
            </td>
            <td data-column={columns.minus}>{signed(town.town_minus_sample_milli)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Both({ compared }: { compared: readonly Compared[] }) {
  const { columns, sample: t } = say.value;
  return (
    <table class="ledger results">
      <caption class="unseen">{t.compared}</caption>
      <thead>
        <tr>
          {(["compound", "townScore", "departmentScore", "difference", "taken", "stars"] as const).map((column) => (
            <th key={column} scope="col" class={column === "compound" ? "" : "number"}>
              {columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {compared.map(({ site, name, town, department, combined, stars }) => (
          <tr key={site} data-compared={site} data-disagree={combined?.disagree}>
            <th scope="row">{name}</th>
            <td data-column={columns.townScore} class="number">
              {town === null ? absent : points(town.total_milli)}
            </td>
            <td data-column={columns.departmentScore} class="number">
              {department === null ? absent : points(department.total_milli)}
            </td>
            <td data-column={columns.difference} class="number">
              {signed(combined?.difference_milli ?? null)}
              {combined?.disagree === true && <b class="owed place">{t.disagreeMark}</b>}
            </td>
            <td data-column={columns.taken} class="number">
              <b>{combined === null ? absent : points(combined.score_milli)}</b>
              <small class="muted place">{combined?.disagree === true ? t.disagree : t.both}</small>
            </td>
            <td data-column={columns.stars} class="number">
              {words.value.bureau.starCount(stars)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function SampleView({ quarter }: { quarter: string }) {
  const t = say.value.sample;
  const { value, problem, again } = useAsked<Sampling>(`sample ${quarter}`, () => readSampling(quarter));
  if (value === null)
    return problem === null ? <p class="muted late">{words.value.loading}</p> : <ProblemNote problem={problem} retry={again} />;
  const { scheme, towns, compounds } = value;
  const share = ({ numerator, denominator }: { numerator: number; denominator: number }): string => `${numerator}/${denominator}`;
  const compared = compounds
    .filter(({ combined }) => combined !== null && combined.difference_milli !== null)
    .sort((a, b) => Math.abs(b.combined?.difference_milli ?? 0) - Math.abs(a.combined?.difference_milli ?? 0));
  return (
    <>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      <div class="notice about">
        <p>{t.rule(share(scheme.sample))}</p>
        <p>{t.combine(share(scheme.town_share), points(scheme.disagreement_milli))}</p>
      </div>
      <Panel title={t.towns} class="share-panel">
        {towns.length === 0 ? <Empty>{t.noTowns}</Empty> : <Towns towns={towns} compounds={compounds} />}
      </Panel>
      <Panel title={t.compared}>{compared.length === 0 ? <Empty>{t.noneCompared}</Empty> : <Both compared={compared} />}</Panel>
    </>
  );
}
