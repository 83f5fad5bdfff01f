// What the page asks of its gateway: with the booth's token, and every "no" in the gateway's own words.
import type {
  BoothView,
  Candidates,
  Choice,
  Chosen,
  Correction,
  Due,
  EntryCorrected,
  ManualOpen,
  Payment,
  PaymentTaken,
} from "#protocols/api/booth.ts";
import type { HandOver, ShiftReport } from "#protocols/api/cashier.ts";
import type { HoldPlan, PlannedHold } from "#protocols/api/lanes.ts";
import type { CountOrder, LotPlaces } from "#protocols/api/lots.ts";
import type { SlipOrder, SlipTaken } from "#protocols/api/slips.ts";

export interface Said {
  readonly zh: string;
  readonly en: string;
}

/** The gateway said no, and why; `code` "unreachable": it said nothing. */
export class Refused extends Error {
  readonly code: string;
  readonly said: Said;
  /** Members of the answer beyond its words. */
  readonly also: object;
  constructor(code: string, said: Said, also: object = {}) {
    super(said.en);
    this.code = code;
    this.said = said;
    this.also = also;
  }
}

const unreachable: Said = { zh: "网关没有应答", en: "the gateway does not answer" };
const answerWithin_ms = 8_000;

/** Whose token it is; `person` null: one token for all, who bears it says his name. */
export interface Me {
  readonly person: string | null;
  readonly role: "guard" | "manager" | "installer" | null;
  /** Routes that this caller may use. */
  readonly may: readonly string[];
}

export interface Api {
  me(): Promise<Me>;
  overview(): Promise<BoothView>;
  due(lane: string): Promise<Due>;
  candidates(lane: string): Promise<Candidates>;
  choose(lane: string, choice: Choice): Promise<Chosen>;
  pay(lane: string, payment: Payment): Promise<PaymentTaken>;
  open(lane: string, order: ManualOpen): Promise<{ gate: PaymentTaken["gate"] }>;
  /** The shift that this person has; begun if he has none. */
  shift(person: string): Promise<{ shift: string }>;
  handOver(shift: string, over: HandOver): Promise<{ expected_fen: number; counted_fen: number }>;
  report(shift: string): Promise<ShiftReport>;
  /** The picture of the read that this exception was said of. */
  frame(exception: string): Promise<Blob>;
  /** The plate at an exit as a person sees it; what could be meant then. */
  correct(lane: string, correction: Correction): Promise<Candidates>;
  /** The same at an entry: the car's visit under its own plate, and the arm up where nobody had let it in. */
  correctEntry(lane: string, correction: Correction): Promise<EntryCorrected>;
  lots(): Promise<{ lots: readonly LotPlaces[] }>;
  count(lot: string, order: CountOrder): Promise<{ places: LotPlaces }>;
  slip(lane: string, order: SlipOrder): Promise<SlipTaken>;
  holds(lane: string): Promise<{ holds: readonly PlannedHold[] }>;
  /** `approval`: the token of who approves, where people have tokens of their own. */
  hold(lane: string, plan: HoldPlan, approval: string): Promise<PlannedHold>;
  withdraw(lane: string, hold: string, person: string): Promise<object>;
}

export function apiWith(token: string): Api {
  const answered = async <Answer>(
    path: string,
    take: (answer: Response) => Promise<unknown>,
    body?: object,
    more: Record<string, string> = {},
  ): Promise<Answer> => {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), answerWithin_ms);
    try {
      const headers = { ...more, authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
      const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
      const answer = await fetch(`/api/v1${path}`, { headers, signal: ended.signal, cache: "no-store", ...sent });
      if (answer.ok) return (await take(answer)) as Answer;
      const told = (await answer.json()) as { code?: string; detail_zh?: string; detail?: string };
      throw new Refused(told.code ?? String(answer.status), { zh: told.detail_zh ?? "", en: told.detail ?? "" });
    } catch (error) {
      throw error instanceof Refused ? error : new Refused("unreachable", unreachable);
    } finally {
      clearTimeout(timer);
    }
  };
  const ask = <Answer>(path: string, body?: object, more?: Record<string, string>): Promise<Answer> =>
    answered(path, (answer) => answer.json(), body, more);
  const at = (lane: string) => `/lanes/${encodeURIComponent(lane)}`;
  return {
    me: () => ask("/me"),
    overview: () => ask("/booth"),
    due: (lane) => ask(`${at(lane)}/due`),
    candidates: (lane) => ask(`${at(lane)}/candidates`),
    choose: (lane, choice) => ask(`${at(lane)}/candidates`, choice),
    pay: (lane, payment) => ask(`${at(lane)}/payments`, payment),
    open: (lane, order) => ask(`${at(lane)}/open`, order),
    shift: (person) => ask("/shifts", { person }),
    handOver: (shift, over) => ask(`/shifts/${encodeURIComponent(shift)}/hand-over`, over),
    report: (shift) => ask(`/shifts/${encodeURIComponent(shift)}/report`),
    frame: (exception) => answered(`/exceptions/${encodeURIComponent(exception)}/frame`, (answer) => answer.blob()),
    correct: (lane, correction) => ask(`${at(lane)}/plate`, correction),
    correctEntry: (lane, correction) => ask(`${at(lane)}/plate`, correction),
    lots: () => ask("/lots"),
    count: (lot, order) => ask(`/lots/${encodeURIComponent(lot)}/count`, order),
    slip: (lane, order) => ask(`${at(lane)}/slips`, order),
    holds: (lane) => ask(`${at(lane)}/holds`),
    hold: (lane, plan, approval) =>
      ask(`${at(lane)}/holds`, plan, approval === "" ? {} : { "x-approver-authorization": `Bearer ${approval}` }),
    withdraw: (lane, hold, person) => ask(`${at(lane)}/holds/${encodeURIComponent(hold)}/withdraw`, { person }),
  };
}

/** A name for an order that makes its repeats harmless; also where a page over plain HTTP has no randomUUID. */
export function newName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `booth-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
