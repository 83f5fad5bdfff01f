// What a camera keeps for itself and can be read back: its list of plates and its clock. Hikvision by ISAPI, Dahua by its CGI; one question at a time, every answer looked at.
import * as dahua from "#protocols/cameras/dahua/list.ts";
import * as hikClock from "#protocols/cameras/hikvision/clock.ts";
import type { HttpRequest } from "#protocols/cameras/hikvision/gate.ts";
import * as hik from "#protocols/cameras/hikvision/list.ts";
import type { Listed, ListRow } from "#protocols/cameras/listed.ts";
import { type DeviceFault, deviceFault, type Undecodable } from "#protocols/vocabulary/faults.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";
import type { Ask } from "./device-http.ts";

export interface KeptCamera {
  /** All of its list. */
  listed(): Promise<readonly Listed[] | DeviceFault>;
  /** New, or what stands there for another span. */
  put(rows: readonly ListRow[], there: ReadonlyMap<string, Listed>): Promise<"done" | DeviceFault>;
  take(entry: Listed): Promise<"done" | DeviceFault>;
  time(): Promise<{ readonly at: Wall } | DeviceFault>;
  setTime(at: Wall): Promise<"done" | DeviceFault>;
}

export type KeptMaker = "hikvision" | "dahua";
/** By the site file's word for how the camera is heard. */
export const keptMakers: Readonly<Record<string, KeptMaker>> = {
  "hikvision-isapi": "hikvision",
  "hikvision-stream": "hikvision",
  "dahua-itsapi": "dahua",
};

const within_ms = 10_000;
const batch = 50;
const pageOf = 100;
/** More than any compound; a camera that never ends its list is not followed for ever. */
const mostEntries = 20_000;

const fault = (said: Undecodable): DeviceFault => deviceFault("impossible-value", said.reason);
const refused = ({ status }: { status: number }): DeviceFault =>
  deviceFault("exception", `the camera answered ${status} and did not do it`);

interface Page {
  readonly entries: readonly Listed[];
  readonly count: number;
  readonly total: number;
}

interface Maker {
  page(from: number): HttpRequest;
  decodePage(bytes: Uint8Array): Page | Undecodable;
  put(tell: Tell, rows: readonly ListRow[], there: ReadonlyMap<string, Listed>): Promise<"done" | DeviceFault>;
  take(tell: Tell, entry: Listed): Promise<"done" | DeviceFault>;
  readonly time: HttpRequest;
  decodeTime(bytes: Uint8Array): { readonly at: Wall } | Undecodable;
  setTime(at: Wall): HttpRequest;
  isWritten(bytes: Uint8Array): boolean;
}
type Tell = (request: HttpRequest) => Promise<"done" | DeviceFault>;

/** The first that is granted; a camera that does not answer is not asked in other words. */
async function oneOf(tell: Tell, requests: readonly HttpRequest[]): Promise<"done" | DeviceFault> {
  let answer: "done" | DeviceFault = deviceFault("exception", "nothing to ask");
  for (const request of requests) {
    answer = await tell(request);
    if (answer === "done" || answer.code === "timeout") return answer;
  }
  return answer;
}

function hikvision(): Maker {
  // Which of its two words this camera takes is known after the first write.
  let words: readonly hik.ListWord[] = hik.listWords;
  return {
    page: (from) => hik.searchRequest(from, pageOf),
    decodePage: hik.decodePage,
    async put(tell, rows) {
      for (let i = 0; i < rows.length; i += batch) {
        const some = rows.slice(i, i + batch);
        let answer: "done" | DeviceFault = deviceFault("exception", "no word for the list");
        for (const word of words) {
          answer = await tell(hik.putRequest(some, word));
          if (answer === "done") words = [word];
          if (answer === "done" || answer.code === "timeout") break;
        }
        if (answer !== "done") {
          words = hik.listWords;
          return answer;
        }
      }
      return "done";
    },
    take: (tell, entry) => oneOf(tell, hik.takeRequests(entry)),
    time: hikClock.timeRequest,
    decodeTime: hikClock.decodeTime,
    setTime: hikClock.setTimeRequest,
    isWritten: hik.isWritten,
  };
}

const dahuaMaker: Maker = {
  page: dahua.findRequest,
  decodePage: dahua.decodeFound,
  async put(tell, rows, there) {
    for (const row of rows) {
      const old = there.get(row.plate);
      const answer = await tell(old === undefined ? dahua.insertRequest(row) : dahua.updateRequest(row, old));
      if (answer !== "done") return answer;
    }
    return "done";
  },
  take: (tell, entry) => tell(dahua.removeRequest(entry)),
  time: dahua.timeRequest,
  decodeTime: dahua.decodeTime,
  setTime: dahua.setTimeRequest,
  isWritten: dahua.isWritten,
};

export function keptCamera(make: KeptMaker, ask: Ask): KeptCamera {
  const maker = make === "hikvision" ? hikvision() : dahuaMaker;
  const tell: Tell = async (request) => {
    const answer = await ask(request, within_ms);
    if ("kind" in answer) return answer;
    return answer.ok && maker.isWritten(answer.bytes) ? "done" : refused(answer);
  };
  return {
    async listed() {
      const entries: Listed[] = [];
      for (let from = 0; from < mostEntries; ) {
        const answer = await ask(maker.page(from), within_ms);
        if ("kind" in answer) return answer;
        if (!answer.ok) return refused(answer);
        const page = maker.decodePage(answer.bytes);
        if ("kind" in page) return fault(page);
        entries.push(...page.entries);
        from += page.count;
        if (from >= page.total) return entries;
        if (page.count === 0) return deviceFault("impossible-value", `the camera tells ${from} of ${page.total} entries`);
      }
      return deviceFault("impossible-value", `a list of more than ${mostEntries} entries`);
    },
    put: (rows, there) => maker.put(tell, rows, there),
    take: (entry) => maker.take(tell, entry),
    async time() {
      const answer = await ask(maker.time, within_ms);
      if ("kind" in answer) return answer;
      if (!answer.ok) return refused(answer);
      const said = maker.decodeTime(answer.bytes);
      return "kind" in said ? fault(said) : said;
    },
    setTime: (at) => tell(maker.setTime(at)),
  };
}
