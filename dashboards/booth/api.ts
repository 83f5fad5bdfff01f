// What the page asks of its gateway: with the booth's token, and every "no" in the gateway's own words.
import type { BoothView, Candidates, Choice, Chosen, Due, ManualOpen, Payment, PaymentTaken } from "#protocols/api/booth.ts";
import type { HandOver } from "#protocols/api/cashier.ts";

export interface Said {
  readonly zh: string;
  readonly en: string;
}

/** The gateway said no, and why; `code` "unreachable": it said nothing. */
export class Refused extends Error {
  readonly code: string;
  readonly said: Said;
  constructor(code: string, said: Said) {
    super(said.en);
    this.code = code;
    this.said = said;
  }
}

const unreachable: Said = { zh: "网关没有应答", en: "the gateway does not answer" };
const answerWithin_ms = 8_000;

export interface Api {
  overview(): Promise<BoothView>;
  due(lane: string): Promise<Due>;
  candidates(lane: string): Promise<Candidates>;
  choose(lane: string, choice: Choice): Promise<Chosen>;
  pay(lane: string, payment: Payment): Promise<PaymentTaken>;
  open(lane: string, order: ManualOpen): Promise<{ gate: PaymentTaken["gate"] }>;
  /** The shift that this person has; begun if he has none. */
  shift(person: string): Promise<{ shift: string }>;
  handOver(shift: string, over: HandOver): Promise<{ expected_fen: number; counted_fen: number }>;
}

export function apiWith(token: string): Api {
  const ask = async <Answer>(path: string, body?: object): Promise<Answer> => {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), answerWithin_ms);
    try {
      const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
      const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
      const answer = await fetch(`/api/v1${path}`, { headers, signal: ended.signal, cache: "no-store", ...sent });
      const told = (await answer.json()) as Answer & { code?: string; detail_zh?: string; detail?: string };
      if (answer.ok) return told;
      throw new Refused(told.code ?? String(answer.status), { zh: told.detail_zh ?? "", en: told.detail ?? "" });
    } catch (error) {
      throw error instanceof Refused ? error : new Refused("unreachable", unreachable);
    } finally {
      clearTimeout(timer);
    }
  };
  const at = (lane: string) => `/lanes/${encodeURIComponent(lane)}`;
  return {
    overview: () => ask("/booth"),
    due: (lane) => ask(`${at(lane)}/due`),
    candidates: (lane) => ask(`${at(lane)}/candidates`),
    choose: (lane, choice) => ask(`${at(lane)}/candidates`, choice),
    pay: (lane, payment) => ask(`${at(lane)}/payments`, payment),
    open: (lane, order) => ask(`${at(lane)}/open`, order),
    shift: (person) => ask("/shifts", { person }),
    handOver: (shift, over) => ask(`/shifts/${encodeURIComponent(shift)}/hand-over`, over),
  };
}

/** A name for an order that makes its repeats harmless; also where a page over plain HTTP has no randomUUID. */
export function newName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `booth-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
