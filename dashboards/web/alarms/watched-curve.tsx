// What one watched point did over the last hour, day or week, with its bounds; where it was not read there is no line.
import { useEffect, useState } from "preact/hooks";
import type { FacilityView } from "#protocols/api/facilities.ts";
import type { Problem } from "#protocols/api/views.ts";
import { dayMs, hourMs } from "#protocols/vocabulary/time.ts";
import { Curve } from "../charts/curve.tsx";
import type { Sample } from "../charts/geometry.ts";
import { readFacilityCurve } from "../data/api.ts";
import { serverNow } from "../data/live.ts";
import { parseMoment } from "../format/moments.ts";
import { pointText } from "../format/quantities.ts";
import { ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";

const spans = { hour: hourMs, day: dayMs, week: 7 * dayMs } as const;
type SpanName = keyof typeof spans;
const steps = { hour: undefined, day: "1m", week: "1h" } as const;
/** Said every ten seconds; of minutes and hours one may be missing. */
const longest = { hour: 35_000, day: 130_000, week: 2 * hourMs + 60_000 } as const;
const againMs = 30_000;

interface Read {
  readonly from: number;
  readonly to: number;
  readonly samples: readonly Sample[];
}

async function read(of: FacilityView, point: string, name: SpanName): Promise<Read | Problem> {
  const to = serverNow.peek();
  const from = to - spans[name];
  const step = steps[name];
  const answer = await readFacilityCurve({ of, point, from, to, ...(step === undefined ? {} : { step }) });
  if (!answer.ok) return answer.problem;
  const single = answer.value.samples.map(({ at, value, quality }) => ({ at: parseMoment(at) ?? 0, value, good: quality === "good" }));
  // The mean of a minute or an hour, whole as every reading is.
  const means = (answer.value.buckets ?? []).map(({ at, mean }) => ({ at: parseMoment(at) ?? 0, value: Math.round(mean), good: true }));
  return { from, to, samples: [...single, ...means] };
}

export function WatchedCurve({ facility, point }: { facility: FacilityView; point: FacilityView["points"][number] }) {
  const say = words.value.care.watched;
  const [span, setSpan] = useState<SpanName>("hour");
  const [found, setFound] = useState<Read | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let alive = true;
    void read(facility, point.point, span).then((answer) => {
      if (!alive) return;
      setFound("samples" in answer ? answer : null);
      setProblem("samples" in answer ? null : answer);
    });
    const again = setTimeout(() => setRound(round + 1), againMs);
    return () => {
      alive = false;
      clearTimeout(again);
    };
  }, [facility.gateway, facility.facility, point.point, span, round]);
  const text = (value: number): string => (point.unit === "" ? (value === 1 ? say.yes : say.no) : pointText(value, point.unit));
  const limits = [point.high, point.low].flatMap((value) => (value === null ? [] : [{ value, word: words.value.curve.limit }]));
  return (
    <section class="curves" aria-label={say.curve(point.name)} data-curve={point.point}>
      <p class="curve-spans">
        {(Object.keys(spans) as SpanName[]).map((name) => (
          <button key={name} type="button" class="quiet" aria-pressed={name === span} onClick={() => setSpan(name)}>
            {say.spans[name]}
          </button>
        ))}
      </p>
      {problem !== null && <ProblemNote problem={problem} retry={() => setRound(round + 1)} />}
      {found === null && problem === null && <p class="muted late">{words.value.care.loading}</p>}
      {found !== null && (
        <Curve
          {...{ name: point.name, samples: found.samples, from: found.from, to: found.to, longest_ms: longest[span], text }}
          fromZero={point.unit === "" || point.kind === "level" || point.kind === "current"}
          limits={limits}
        />
      )}
    </section>
  );
}
