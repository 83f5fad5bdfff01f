// What the installer's page asks of its gateway, with the booth's token; every "no" in the gateway's own words.
import type { CameraSearch } from "#protocols/api/camera-search.ts";
import type {
  BenchAnswer,
  BenchQuestion,
  BenchWrite,
  BenchWritesState,
  BenchWritten,
  LaneBench,
  LaneTried,
  RecentLog,
  ReportKept,
  ReportState,
  SiteHistory,
  SiteOverview,
} from "#protocols/api/installer.ts";
import type { TripCurve } from "#protocols/api/trip.ts";
import { Refused } from "../booth/api.ts";
import type { Loads, Story } from "./told.ts";

export { Refused, type Said } from "../booth/api.ts";

const answerWithin_ms = 12_000;
const unreachable = { zh: "网关没有应答", en: "the gateway does not answer" };

export interface Api {
  overview(): Promise<SiteOverview>;
  history(): Promise<SiteHistory>;
  read(question: BenchQuestion): Promise<BenchAnswer>;
  /** Whether the bench may write, and until when. */
  writes(): Promise<BenchWritesState>;
  allowWrites(allow: boolean): Promise<BenchWritesState>;
  write(asked: BenchWrite): Promise<BenchWritten>;
  laneBench(lane: string): Promise<LaneBench>;
  tryLane(lane: string, plate: string): Promise<LaneTried>;
  searchCameras(also: string): Promise<CameraSearch>;
  cameraSearch(): Promise<CameraSearch>;
  stopCameraSearch(): Promise<CameraSearch>;
  report(): Promise<ReportState>;
  saveReport(kept: ReportKept): Promise<ReportState>;
  /** Into the outbox, for the cloud. */
  sendReport(): Promise<ReportState>;
  addPhoto(item: string, base64: string): Promise<ReportState>;
  dropPhoto(sha256: string): Promise<ReportState>;
  photo(sha256: string): Promise<Blob>;
  loads(): Promise<Loads>;
  story(socket: string, window: { readonly from: number; readonly until: number }): Promise<Story>;
  tripCurve(socket: string, trip: string): Promise<TripCurve>;
  /** `process`: of one of the two alone. */
  log(level: "info" | "warn" | "error", process: "" | "site" | "safety"): Promise<RecentLog>;
  /** What the register holds of a plate. */
  listed(
    list: "passes" | "visitors" | "vehicles" | "cars",
    plate: string,
  ): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}

export function apiWith(token: string): Api {
  const ask = async <Answer>(path: string, body?: object, method = "POST"): Promise<Answer> => {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), answerWithin_ms);
    try {
      const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
      const sent = body === undefined ? {} : { method, body: JSON.stringify(body) };
      const answer = await fetch(`/api/v1${path}`, { headers, signal: ended.signal, cache: "no-store", ...sent });
      const told = (await answer.json()) as Answer & { code?: string; detail_zh?: string; detail?: string };
      if (answer.ok) return told;
      const words = { zh: told.detail_zh ?? "", en: told.detail ?? "" };
      throw new Refused(told.code === undefined ? String(answer.status) : told.code, words, told);
    } catch (error) {
      throw error instanceof Refused ? error : new Refused("unreachable", unreachable);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    overview: () => ask("/overview"),
    history: () => ask("/overview/history"),
    read: (question) => ask("/bench/read", question),
    writes: () => ask("/bench/writes"),
    allowWrites: (allow) => ask("/bench/writes", { allow }),
    write: (asked) => ask("/bench/write", asked),
    laneBench: (lane) => ask(`/lanes/${lane}/bench`),
    tryLane: (lane, plate) => ask(`/lanes/${lane}/try`, { plate }),
    searchCameras: (also) => ask("/camera-search", also === "" ? {} : { also }),
    cameraSearch: () => ask("/camera-search"),
    stopCameraSearch: () => ask("/camera-search", {}, "DELETE"),
    report: () => ask("/report"),
    saveReport: (kept) => ask("/report", kept, "PUT"),
    sendReport: () => ask("/report/send", {}),
    addPhoto: (item, base64) => ask("/report/photos", { item, base64 }),
    dropPhoto: (sha256) => ask(`/report/photos/${sha256}`, {}, "DELETE"),
    photo: async (sha256) => {
      const answer = await fetch(`/api/v1/report/photos/${sha256}`, { headers: { authorization: `Bearer ${token}` }, cache: "no-store" });
      if (!answer.ok) throw new Refused(String(answer.status), unreachable);
      return answer.blob();
    },
    loads: () => ask("/loads"),
    story: (socket, { from, until }) => ask(`/sockets/${socket}/story?from=${from}&until=${until}`),
    tripCurve: (socket, trip) => ask(`/sockets/${socket}/trips/${encodeURIComponent(trip)}/curve`),
    log: (level, process) => ask(`/log?level=${level}${process === "" ? "" : `&process=${process}`}`),
    listed: (list, plate) => ask(`/register/${list}?plate=${encodeURIComponent(plate)}`),
  };
}
