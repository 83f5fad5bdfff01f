// The figures of alarms after ISA-18.2, each beside what the guides hold to be bearable; nothing of nothing is "—", never 0.
import { useState } from "preact/hooks";
import { type FiguresView, readFigures } from "../data/api.ts";
import { absent } from "../format/quantities.ts";
import { placeName } from "../parts/place.ts";
import { Empty } from "../parts/small.tsx";
import { spanWords, words } from "../words/language.ts";
import { Shown, useLoaded } from "./loaded.tsx";

const spans = [1, 7, 30] as const;
const percent = (permille: number): string => `${(permille / 10).toFixed(1)} %`;

function rowsOf(
  figures: FiguresView,
): readonly (readonly [key: keyof typeof words.value.care.figures.rows, shown: string, target?: string])[] {
  const { targets, mix_permille: mix } = figures;
  const span = (ms: number | null): string => (ms === null ? absent : spanWords(ms, words.value));
  return [
    ["per_day", String(figures.per_day), `≤ ${targets.per_day}`],
    ["per_hour", String(figures.per_hour), `≤ ${targets.per_hour}`],
    ["peak_in_ten_minutes", String(figures.peak_in_ten_minutes)],
    ["flood_permille", percent(figures.flood_permille), `≤ ${percent(targets.flood_permille)}`],
    ["chattering", String(figures.chattering), `≤ ${targets.chattering}`],
    ["stale", String(figures.stale), `≤ ${targets.stale}`],
    ["held", String(figures.held)],
    ["mix_permille", mix === null ? absent : `${mix.map((permille) => Math.round(permille / 10)).join(" · ")} %`],
    ["acknowledged", figures.calls === 0 ? absent : `${figures.acknowledged} / ${figures.calls}`],
    ["median_response_ms", span(figures.median_response_ms)],
    ["p90_response_ms", span(figures.p90_response_ms)],
  ];
}

/** "rule gateway source": where it was stands first, as people call it. */
function Cause({ cause }: { cause: string }) {
  const [rule = "", gateway = "", ...source] = cause.split(" ");
  return source.length === 0 ? (
    <span>{cause}</span>
  ) : (
    <>
      <b>{placeName(source.join(" "))}</b>{" "}
      <span class="muted">
        {rule} · {gateway}
      </span>
    </>
  );
}

export function Figures({ site }: { site: string }) {
  const say = words.value.care.figures;
  const [days, setDays] = useState<number>(7);
  const loaded = useLoaded(() => readFigures(site, days), `${site} ${days}`);
  return (
    <>
      <p class="form-acts">
        {spans.map((n) => (
          <button key={n} type="button" class={n === days ? "primary" : ""} aria-pressed={n === days} onClick={() => setDays(n)}>
            {say.days(n)}
          </button>
        ))}
      </p>
      <Shown loaded={loaded}>
        {(figures) => (
          <>
            <dl class="care-figures">
              {rowsOf(figures).map(([key, shown, target]) => (
                <div key={key} data-figure={key}>
                  <dt>{say.rows[key]}</dt>
                  <dd>
                    <b>{shown}</b>
                    {target !== undefined && (
                      <span class="muted">
                        {say.target(target)} · {figures.worse.includes(key) ? say.beyond : say.within}
                      </span>
                    )}
                  </dd>
                </div>
              ))}
            </dl>
            <h2 class="care-head">{say.top}</h2>
            {figures.top.length === 0 ? (
              <Empty>{say.none}</Empty>
            ) : (
              <ol class="care-top">
                {figures.top.map(({ cause, calls, permille }) => (
                  <li key={cause}>
                    <Cause cause={cause} /> <span class="muted">{say.topCount(calls, percent(permille))}</span>
                  </li>
                ))}
              </ol>
            )}
          </>
        )}
      </Shown>
    </>
  );
}
