// A plate camera that pushes over HTTP: live reads first, up to four immediate resends, then the offline store, replayed one by one while the server says go on.
import type { Chance } from "../chance.ts";
import type { Cancel, World } from "../ports.ts";
import { type Answer, exchange } from "./http.ts";
import { type CameraIdentity, heartbeatForm, type PlateRead, plateBody } from "./plate-push.ts";
import { understandReply } from "./reply.ts";

export interface CameraOptions {
  readonly world: World;
  readonly chance: Chance;
  readonly identity: CameraIdentity;
  /** Where it pushes to: the base, before `/devicemanagement/php/…`; `undefined` while not configured. */
  readonly base: () => string | undefined;
  /** An output of the camera gives its pulse. */
  readonly output: (io: number) => void;
  readonly heartbeatMs?: number;
}

export interface Camera {
  readonly identity: CameraIdentity;
  /** A car stands before it. False: nobody to tell. */
  read(plate: string): boolean;
  /** The fault "camera-replay": the last read once more, live and then as an offline record. False: nothing was read yet. */
  replayLast(): boolean;
  readonly stored: () => number;
  stop(): void;
}

const resends = 4;
const timeoutMs = 5_000;
const mostStored = 9_000;
const lossRetryMs = 1_000;

interface Work {
  live: PlateRead[];
  stored: PlateRead[];
  last: PlateRead | undefined;
  /** A push succeeded since the last failure: the store may be replayed. */
  online: boolean;
  busy: boolean;
  stopped: boolean;
  /** Ends the replay that is under way, because a live read goes first. */
  preempt: AbortController | undefined;
}

export function startCamera(options: CameraOptions): Camera {
  const { world, chance, identity } = options;
  const work: Work = { live: [], stored: [], last: undefined, online: false, busy: false, stopped: false, preempt: undefined };
  let plateid = chance.whole(2_000, 60_000);

  function queue(read: PlateRead): void {
    work.live.push(read);
    work.preempt?.abort();
    void pushAll(options, work);
  }
  const stopHeartbeat = startHeartbeat(options, work);
  return {
    identity,
    read: (plate) => {
      if (options.base() === undefined) return false;
      plateid += 1;
      work.last = { plate, plateid, at: world.wall(), micros: chance.whole(0, 999), confidence: chance.whole(88, 99), triggerType: 8 };
      queue(work.last);
      return true;
    },
    replayLast: () => {
      if (work.last === undefined) return false;
      work.stored.push(work.last);
      queue(work.last);
      return true;
    },
    stored: () => work.stored.length,
    stop: () => {
      work.stopped = true;
      work.preempt?.abort();
      stopHeartbeat();
    },
  };
}

function post(options: CameraOptions, message: { path: string; body: string; contentType: string }, signal?: AbortSignal): Promise<Answer> {
  const base = options.base();
  if (base === undefined) return Promise.resolve({ kind: "transport-failure" });
  return exchange({
    method: "POST",
    url: `${base.replace(/\/+$/, "")}/devicemanagement/php/${message.path}`,
    headers: { "content-type": message.contentType },
    body: message.body,
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
}

function push(options: CameraOptions, read: PlateRead, replay?: AbortSignal): Promise<Answer> {
  const body = plateBody(options.identity, read, replay !== undefined);
  return post(options, { path: "plateresult.php", body, contentType: "application/json; charset=utf-8" }, replay);
}

/** The firmware executes a body whatever the status was; only 2xx counts as delivered. */
function execute(options: CameraOptions, answer: Answer): { delivered: boolean; goOn: (plateid: number) => "next" | "stop" | "keep" } {
  if (answer.kind === "transport-failure") return { delivered: false, goOn: () => "keep" };
  const { outputs, continueOffline } = understandReply(answer.body);
  for (const io of outputs) options.output(io);
  const goOn = (plateid: number): "next" | "stop" | "keep" =>
    continueOffline?.plateid !== plateid ? "keep" : continueOffline.goOn ? "next" : "stop";
  return { delivered: answer.status >= 200 && answer.status < 300, goOn };
}

async function pushLive(options: CameraOptions, work: Work, read: PlateRead): Promise<void> {
  for (let attempt = 0; attempt <= resends && !work.stopped; attempt += 1) {
    if (execute(options, await push(options, read)).delivered) {
      work.online = true;
      return;
    }
  }
  work.online = false;
  work.stored.push(read);
  if (work.stored.length > mostStored) work.stored.shift();
}

async function replayOne(options: CameraOptions, work: Work, read: PlateRead): Promise<void> {
  const preempt = new AbortController();
  work.preempt = preempt;
  const { delivered, goOn } = execute(options, await push(options, read, preempt.signal));
  work.preempt = undefined;
  // Pre-empted: the record may have arrived, and will come again.
  if (preempt.signal.aborted) return;
  const verdict = delivered ? goOn(read.plateid) : "keep";
  if (verdict !== "keep") work.stored.shift();
  if (verdict !== "next") work.online = false;
}

async function pushAll(options: CameraOptions, work: Work): Promise<void> {
  if (work.busy) return;
  work.busy = true;
  while (!work.stopped) {
    const live = work.live.shift();
    const stored = work.stored[0];
    if (live !== undefined) await pushLive(options, work, live);
    else if (stored !== undefined && work.online) await replayOne(options, work, stored);
    else break;
  }
  work.busy = false;
}

/** Every 5 s; after a loss every second. A heartbeat that arrives tells the camera that the server is back. */
function startHeartbeat(options: CameraOptions, work: Work): Cancel {
  const { world, identity, heartbeatMs = 5_000 } = options;
  let cancel: Cancel = () => {};
  const beat = async (): Promise<void> => {
    const { contentType, body } = heartbeatForm(identity);
    const answer = await post(options, { path: "receivedeviceinfo.php", body, contentType });
    const arrived = answer.kind === "answer" && answer.status >= 200 && answer.status < 300;
    if (work.stopped) return;
    if (arrived && work.stored.length > 0) {
      work.online = true;
      void pushAll(options, work);
    }
    cancel = world.after(arrived ? heartbeatMs : Math.min(lossRetryMs, heartbeatMs), () => void beat());
  };
  cancel = world.after(0, () => void beat());
  return () => cancel();
}
