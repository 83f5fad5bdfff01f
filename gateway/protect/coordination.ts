// The socket's curve beside a breaker's window, in words: from where to where who opens first, and whether that is as it should be.
import { type Breaker, breakerWindow, type First, whoOpens } from "../core/charging/breaker.ts";
import { type RuleCurve, tripsWithin } from "../core/charging/trip-curve.ts";

export interface Stretch {
  readonly from_A: number;
  readonly to_A: number;
  readonly first: First;
}

/** Steps of one percent; a change is then looked for between two of them. */
const step = 1.01;

export function stretches(
  curves: readonly RuleCurve[],
  breaker: Breaker,
  at: { readonly sample_s: number; readonly from_A: number; readonly to_A: number },
): Stretch[] {
  const window = breakerWindow(breaker);
  const first = (A: number): First => whoOpens(tripsWithin(curves, A * 1000, at.sample_s), window, A);
  const found: { from_A: number; to_A: number; first: First }[] = [];
  for (let A = at.from_A; ; A = Math.min(at.to_A, A * step)) {
    const now = first(A);
    const last = found.at(-1);
    if (last === undefined) found.push({ from_A: A, to_A: A, first: now });
    else if (last.first === now) last.to_A = A;
    else {
      const turn = turningPoint(first, { from: last.to_A, to: A, before: last.first });
      last.to_A = turn;
      found.push({ from_A: turn, to_A: A, first: now });
    }
    if (A >= at.to_A) return found;
  }
}

function turningPoint(
  first: (A: number) => First,
  between: { readonly from: number; readonly to: number; readonly before: First },
): number {
  let { from, to } = between;
  for (let times = 0; times < 30; times += 1) {
    const middle = Math.sqrt(from * to);
    if (first(middle) === between.before) from = middle;
    else to = middle;
  }
  return to;
}

/** "yes": the socket is surely first below the breaker's magnetic part. "partly": its curve enters the window. "no": it lies above it. Short circuits are always the breaker's. */
export type Coordinated = "yes" | "partly" | "no";
export interface Coordination {
  readonly stretches: readonly Stretch[];
  readonly coordinated: Coordinated;
  readonly sentences: readonly { readonly zh: string; readonly en: string }[];
}

const amperes = (A: number): string => `${Number(A.toPrecision(3))} A`;
const wordsOf: Readonly<Record<First, { zh: string; en: string }>> = {
  socket: { zh: "插座先断（曲线在断路器窗口之下）", en: "the socket opens first (its curve lies below the breaker's window)" },
  either: { zh: "可能是断路器先断（曲线落在窗口之内）", en: "the breaker may open first (the curve lies inside the window)" },
  breaker: { zh: "断路器先断（曲线在窗口之上）", en: "the breaker opens first (the curve lies above the window)" },
  neither: { zh: "都不断：允许长期流过", en: "neither opens: this current may flow" },
};

function verdictOf(found: readonly Stretch[], breaker: Breaker): { coordinated: Coordinated; words: { zh: string; en: string } } {
  const [magnetic] = breakerWindow(breaker).magnetic_A;
  const name = `${breaker.type}${breaker.rated_A}`;
  const below = (first: First): string =>
    found
      .filter((one) => one.first === first && one.from_A < magnetic * 0.999)
      .map(({ from_A, to_A }) => `${amperes(from_A)} – ${amperes(Math.min(to_A, magnetic))}`)
      .join("、");
  const shorts = {
    zh: `${amperes(magnetic)} 以上是短路，由断路器切除`,
    en: `short circuits above ${amperes(magnetic)} are the breaker's`,
  };
  const above = below("breaker");
  if (above !== "")
    return {
      coordinated: "no",
      words: {
        zh: `与 ${name} 不配合：${above} 曲线在窗口之上，断路器先断，连累同一回路的其他插座；换更大的断路器，或把限值调低`,
        en: `not coordinated with ${name}: at ${above} the curve lies above the window, so the breaker opens and takes the circuit's other sockets with it; a larger breaker, or lower limits`,
      },
    };
  const inside = below("either");
  if (inside !== "")
    return {
      coordinated: "partly",
      words: {
        zh: `与 ${name} 部分配合：${inside} 曲线在窗口之内，断路器可能先断；${shorts.zh}`,
        en: `partly coordinated with ${name}: at ${inside} the curve lies inside the window, and the breaker may be first; ${shorts.en}`,
      },
    };
  return {
    coordinated: "yes",
    words: { zh: `与 ${name} 配合：插座总是先断；${shorts.zh}`, en: `coordinated with ${name}: the socket is always first; ${shorts.en}` },
  };
}

export function coordination(
  curves: readonly RuleCurve[],
  breaker: Breaker,
  range: { readonly sample_s: number; readonly from_A: number; readonly to_A: number },
): Coordination {
  const found = stretches(curves, breaker, range);
  const { coordinated, words } = verdictOf(found, breaker);
  const lines = found.map(({ from_A, to_A, first }) => ({
    zh: `${amperes(from_A)} – ${amperes(to_A)}：${wordsOf[first].zh}`,
    en: wordsOf[first].en,
  }));
  return { stretches: found, coordinated, sentences: [...lines, words] };
}
