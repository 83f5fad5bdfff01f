// What the installer's page asks of its gateway, with the booth's token; every "no" in the gateway's own words.
import type { BenchAnswer, BenchQuestion, RecentLog, SiteOverview } from "#protocols/api/installer.ts";
import { Refused } from "../booth/api.ts";

export { Refused, type Said } from "../booth/api.ts";

const answerWithin_ms = 12_000;
const unreachable = { zh: "网关没有应答", en: "the gateway does not answer" };

export interface Api {
  overview(): Promise<SiteOverview>;
  read(question: BenchQuestion): Promise<BenchAnswer>;
  log(level: "info" | "warn" | "error"): Promise<RecentLog>;
  /** What the register holds of a plate. */
  listed(
    list: "passes" | "visitors" | "vehicles" | "cars",
    plate: string,
  ): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
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
      throw new Refused(told.code === undefined ? String(answer.status) : told.code, { zh: told.detail_zh ?? "", en: told.detail ?? "" });
    } catch (error) {
      throw error instanceof Refused ? error : new Refused("unreachable", unreachable);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    overview: () => ask("/overview"),
    read: (question) => ask("/bench/read", question),
    log: (level) => ask(`/log?level=${level}`),
    listed: (list, plate) => ask(`/register/${list}?plate=${encodeURIComponent(plate)}`),
  };
}
