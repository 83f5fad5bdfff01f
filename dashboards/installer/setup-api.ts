// What the page of the first run asks of its gateway, with the setup code; every "no" in the gateway's own words.
import type { CameraSearch } from "#protocols/api/camera-search.ts";
import type {
  SetupFinished,
  SetupGiven,
  SetupReach,
  SetupReached,
  SetupScan,
  SetupScanAsked,
  SetupState,
  SetupTest,
  SetupTested,
} from "#protocols/api/setup.ts";
import type { SetupBarrier, SetupBarrierAsked, SetupCameras } from "#protocols/api/setup-lanes.ts";
import type { SetupRestore } from "#protocols/api/setup-restore.ts";
import { Refused } from "../booth/api.ts";

export { Refused, type Said } from "../booth/api.ts";

const answerWithin_ms = 30_000;
const unreachable = { zh: "网关没有应答", en: "the gateway does not answer" };

export interface SetupApi {
  state(): Promise<SetupState>;
  give(given: SetupGiven): Promise<SetupState>;
  reach(asked: SetupReach): Promise<SetupReached>;
  enrol(code: string): Promise<SetupState>;
  scan(asked: SetupScanAsked): Promise<SetupScan>;
  scanned(): Promise<SetupScan>;
  stopScan(): Promise<SetupScan>;
  test(asked: SetupTest): Promise<SetupTested>;
  searchCameras(also: string): Promise<CameraSearch>;
  cameraSearch(): Promise<CameraSearch>;
  stopCameraSearch(): Promise<CameraSearch>;
  cameras(): Promise<SetupCameras>;
  cameraFrame(camera: number): Promise<Blob>;
  /** An arm, looked at or opened. */
  barrier(asked: SetupBarrierAsked): Promise<SetupBarrier>;
  restoring(): Promise<SetupRestore>;
  sendPiece(at: number, of: number, bytes: Blob): Promise<SetupRestore>;
  openBackup(passphrase: string): Promise<SetupRestore>;
  dropBackup(): Promise<SetupRestore>;
  applyBackup(): Promise<SetupFinished>;
  /** The file is written; or what is still wrong. */
  finish(): Promise<SetupFinished | SetupState>;
}

export function setupApi(code: string): SetupApi {
  const ask = async <Answer>(method: string, path: string, body?: object | Blob): Promise<Answer> => {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), answerWithin_ms);
    try {
      const type = body instanceof Blob ? "application/octet-stream" : "application/json";
      const headers = { authorization: `Bearer ${code}`, ...(body === undefined ? {} : { "content-type": type }) };
      const sent = body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) };
      const answer = await fetch(`/api/v1/setup${path}`, { method, headers, signal: ended.signal, cache: "no-store", ...sent });
      const told = (await answer.json()) as Answer & { code?: string; detail_zh?: string; detail?: string };
      // What is still wrong is an answer too: the questions that it is about show it.
      if (answer.ok || answer.status === 422) {
        if (told.code === undefined) return told;
      }
      throw new Refused(told.code === undefined ? String(answer.status) : told.code, { zh: told.detail_zh || "", en: told.detail || "" });
    } catch (error) {
      throw error instanceof Refused ? error : new Refused("unreachable", unreachable);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    state: () => ask("GET", "/"),
    give: (given) => ask("PUT", "/answers", given),
    reach: (asked) => ask("POST", "/reach", asked),
    enrol: (enrolment) => ask("POST", "/enrol", { code: enrolment }),
    scan: (asked) => ask("POST", "/scan", asked),
    scanned: () => ask("GET", "/scan"),
    stopScan: () => ask("DELETE", "/scan"),
    test: (asked) => ask("POST", "/test", asked),
    searchCameras: (also) => ask("POST", "/camera-search", also === "" ? {} : { also }),
    cameraSearch: () => ask("GET", "/camera-search"),
    stopCameraSearch: () => ask("DELETE", "/camera-search"),
    cameras: () => ask("GET", "/cameras"),
    cameraFrame: async (camera) => {
      const answer = await fetch(`/api/v1/setup/cameras/${camera}/frame`, {
        headers: { authorization: `Bearer ${code}` },
        cache: "no-store",
      });
      if (!answer.ok) throw new Refused(String(answer.status), unreachable);
      return answer.blob();
    },
    barrier: (asked) => ask("POST", "/barrier", asked),
    restoring: () => ask("GET", "/restore"),
    sendPiece: (at, of, bytes) => ask("PUT", `/restore?at=${at}&of=${of}`, bytes),
    openBackup: (passphrase) => ask("POST", "/restore", { passphrase }),
    dropBackup: () => ask("DELETE", "/restore"),
    applyBackup: () => ask("POST", "/restore/apply", {}),
    finish: () => ask("POST", "/finish", {}),
  };
}
