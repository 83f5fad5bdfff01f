// What one socket did: power, current and temperature over the last hour or day, with the limit that cut it, and a mark where it was cut.
import { useEffect, useState } from "preact/hooks";
import type { SocketLimits } from "#protocols/api/trip.ts";
import type { EventView, Problem, SocketView } from "#protocols/api/views.ts";
import { Curve, type Limit, type Mark } from "../charts/curve.tsx";
import type { Sample } from "../charts/geometry.ts";
import { call, readCurve } from "../data/api.ts";
import { serverNow } from "../data/live.ts";
import { parseMoment } from "../format/moments.ts";
import { current, power, temperature } from "../format/quantities.ts";
import { useAsked } from "../parts/asked.ts";
import { ProblemNote } from "../parts/small.tsx";
import { wordOf, words } from "../words/language.ts";
import { useEvents } from "./evidence-events.tsx";

const fields = ["power_mW", "current_mA", "temperature_mC"] as const;
type Field = (typeof fields)[number];
const texts: Readonly<Record<Field, (value: number) => string>> = { power_mW: power, current_mA: current, temperature_mC: temperature };
const unitOf: Readonly<Record<Field, string>> = { power_mW: "mW", current_mA: "mA", temperature_mC: "mC" };
const spans = { minutes: 600_000, hour: 3_600_000, day: 86_400_000 } as const;
type SpanName = keyof typeof spans;
/** Readings come about every second and are said at least every five; of minutes one may be missing. */
const longest = { minutes: 15_000, hour: 15_000, day: 130_000 } as const;
const everyMs = { minutes: 5_000, hour: 10_000, day: 60_000 } as const;

interface Read {
  readonly from: number;
  readonly to: number;
  readonly samples: Readonly<Record<Field, readonly Sample[]>>;
}

async function read(socket: SocketView, name: SpanName): Promise<Read | Problem> {
  const to = serverNow.peek();
  const from = to - spans[name];
  const answers = await Promise.all(
    fields.map((field) => readCurve({ socket, field, from, to, ...(name === "day" ? { step: "1m" } : {}) })),
  );
  const refused = answers.find((answer) => !answer.ok);
  if (refused !== undefined && !refused.ok) return refused.problem;
  const samples = Object.fromEntries(
    fields.map((field, index) => {
      const answer = answers[index];
      if (answer?.ok !== true) return [field, []];
      const single = answer.value.samples.map(({ at, value, quality }) => ({ at: parseMoment(at) ?? 0, value, good: quality === "good" }));
      const minutes = (answer.value.buckets ?? []).map(({ at, max }) => ({ at: parseMoment(at) ?? 0, value: max, good: true }));
      return [field, [...single, ...minutes]];
    }),
  ) as unknown as Read["samples"];
  return { from, to, samples };
}

const cutOf = (event: EventView) => event.data as { cause?: string; limit?: number | null; unit?: string };

export function SocketCurves({ socket }: { socket: SocketView }) {
  const say = words.value;
  const [span, setSpan] = useState<SpanName>("hour");
  const [found, setFound] = useState<Read | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const { events } = useEvents({ types: ["charging.cut"], subject: socket.id, site: socket.site });
  useEffect(() => {
    let alive = true;
    void read(socket, span).then((answer) => {
      if (!alive) return;
      if ("samples" in answer) {
        setFound(answer);
        setProblem(null);
      } else setProblem(answer);
    });
    const again = setTimeout(() => setRound(round + 1), everyMs[span]);
    return () => {
      alive = false;
      clearTimeout(again);
    };
  }, [socket.id, socket.site, span, round]);
  const marks: Mark[] = events.map((event) => ({ at: parseMoment(event.at) ?? 0, word: wordOf(say.cause, cutOf(event).cause ?? "") }));
  const held =
    useAsked<SocketLimits>(`limits ${socket.site} ${socket.id}`, () =>
      call(`/api/v1/socket-limits?${new URLSearchParams({ site: socket.site, socket: socket.id })}`),
    ).value?.limits ?? null;
  const cutAt = (field: Field): number | null =>
    events.map(cutOf).find(({ unit, limit }) => unit === unitOf[field] && typeof limit === "number")?.limit ?? null;
  /** What the socket is held to now; where its gateway has not said, what it was cut at last. */
  const limitsOf = (field: Field): Limit[] => {
    const warn = field === "temperature_mC" && held !== null ? [[held.warn_mC, say.curve.warn] as const] : [];
    const all = [[held === null ? cutAt(field) : held[field], say.curve.limit] as const, ...warn];
    return all.flatMap(([value, word]) => (value === null ? [] : [{ value, word }]));
  };
  return (
    <section class="curves" aria-label={say.curve.title}>
      <h3>
        {say.curve.title}
        <span class="curve-spans">
          {(Object.keys(spans) as SpanName[]).map((name) => (
            <button key={name} type="button" class="quiet" aria-pressed={name === span} onClick={() => setSpan(name)}>
              {say.curve.span[name]}
            </button>
          ))}
        </span>
      </h3>
      {problem !== null && <ProblemNote problem={problem} retry={() => setRound(round + 1)} />}
      {found === null && problem === null && <p class="muted late">{say.evidence.loading}</p>}
      {found !== null &&
        fields.map((field) => (
          <Curve
            key={field}
            name={{ power_mW: say.readings.power, current_mA: say.readings.current, temperature_mC: say.readings.temperature }[field]}
            samples={found.samples[field]}
            from={found.from}
            to={found.to}
            longest_ms={longest[span]}
            fromZero={field !== "temperature_mC"}
            text={texts[field]}
            limits={limitsOf(field)}
            marks={marks}
          />
        ))}
      <p class="muted">{say.curve.legend}</p>
    </section>
  );
}
