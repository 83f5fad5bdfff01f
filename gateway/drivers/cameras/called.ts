// Cameras that the gateway calls: Vzenith's TCP 8131, and Hikvision's alertStream. A link that was long stable is dialled again at once, one that drops at once is given time;
// a link that says nothing, not even its heartbeat, is dead.
import { alertStream } from "#protocols/cameras/hikvision/stream.ts";
import { outputs } from "#protocols/cameras/vzenith/mqtt.ts";
import { commands, decodeBody, encodePacket, packetReader } from "#protocols/cameras/vzenith/tcp.ts";
import { after, type Monotonic, toCivil } from "#protocols/vocabulary/time.ts";
import type { Cancel, Clock, Devices } from "../../ports.ts";
import { type Account, authorization, challengeOf } from "../gates/digest.ts";
import type { Heard } from "./protocol.ts";

export type CalledMaker = "vzenith-tcp" | "hikvision-stream";
export const calledMakers: readonly CalledMaker[] = ["vzenith-tcp", "hikvision-stream"];

export interface Called {
  readonly maker: CalledMaker;
  readonly serialno: string;
  readonly host: string;
  readonly port: number;
  readonly account?: Account;
}

export interface CallWorld {
  readonly clock: Clock;
  readonly devices: Devices;
  onHeard(said: Heard): void;
  onRefused(why: string): void;
  /** What the camera answered to the order to open. */
  onOpened?(ok: boolean): void;
}

/** One call. `alive` is to be told of every sign of life; `ended` once. */
interface Ears {
  alive(): void;
  ended(why: string): void;
}
type Dial = (ears: Ears) => { hangUp(): void };

export interface CalledLink {
  /** Bytes for the card on the camera's first RS-485; false while the camera is not there, or cannot be spoken to. */
  card(data: Uint8Array): boolean;
  /** The order to close its opening output for so long; false as above. */
  open(pulse_ms: number): boolean;
  stop(): void;
}

const stable_ms = 60_000;
const soon_ms = 1_000;
const later_ms = 15_000;
const silent_ms = 30_000;
const heartbeat_ms = 5_000;
const setTimeEvery_ms = 3_600_000;
/** A link that beats and never says whose it is would stand for ever, and tell nothing. */
const namedWithin_ms = 10_000;

/** Keeps calling until it is stopped. */
function keepCalling({ clock, onRefused }: CallWorld, dial: Dial): { stop(): void } {
  let stopped = false;
  let call: { hangUp(): void } | undefined;
  let heard: Monotonic = clock.monotonic();
  let cancel: Cancel = () => undefined;

  function begin(): void {
    const begun = clock.monotonic();
    let over = false;
    heard = begun;
    const ended = (why: string): void => {
      if (over) return;
      over = true;
      call?.hangUp();
      call = undefined;
      cancel();
      if (stopped) return;
      onRefused(why);
      const wait = clock.monotonic() - begun >= stable_ms ? soon_ms : later_ms;
      cancel = clock.wake(after(clock.monotonic(), wait), begin);
    };
    const watch = (): void => {
      cancel = clock.wake(after(clock.monotonic(), heartbeat_ms), watch);
      if (clock.monotonic() - heard > silent_ms) ended("the camera's link is silent: called anew");
    };
    call = dial({
      alive: () => {
        heard = clock.monotonic();
      },
      ended,
    });
    if (!over) watch();
  }
  begin();
  return {
    stop() {
      stopped = true;
      cancel();
      call?.hangUp();
    },
  };
}

const two = (value: number): string => String(value).padStart(2, "0");

interface Voice {
  say?: ((json: Parameters<typeof encodePacket>[0]) => void) | undefined;
}

function vzenithTcp(camera: Called, world: CallWorld, voice: Voice): Dial {
  const { clock, devices, onHeard, onRefused } = world;
  return ({ alive, ended }) => {
    let cancel: Cancel = () => undefined;
    let close = (): void => undefined;
    let gone = false;
    let timeSet: Monotonic | undefined;
    let cancelNaming: Cancel = () => undefined;
    void devices.openTcp(camera.host, camera.port).then((line) => {
      if (gone) return line.close();
      close = () => line.close();
      const say = (json: Parameters<typeof encodePacket>[0]): void => line.write(encodePacket(json));
      const reader = packetReader();
      /** The camera's clock follows ours, when ours may be believed. */
      const setTime = (): void => {
        const { mono, wall, synchronised } = clock.stamp();
        if (!synchronised || (timeSet !== undefined && mono - timeSet < setTimeEvery_ms)) return;
        timeSet = mono;
        const { year, month, day, hour, minute, second } = toCivil(wall);
        const timestring = `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
        say({ type: "data", json: commands.setTime(timestring) });
      };
      const beat = (): void => {
        cancel = clock.wake(after(clock.monotonic(), heartbeat_ms), beat);
        say({ type: "heartbeat" });
        setTime();
      };
      let known = false;
      cancelNaming = clock.wake(after(clock.monotonic(), namedWithin_ms), () => {
        if (!known) ended("the camera does not say who it is");
      });
      line.onClose(ended);
      line.onBytes((bytes) => {
        alive();
        const { packets, lost } = reader.take(bytes);
        for (const { type, body } of packets) {
          if (type === "heartbeat") {
            if (known) onHeard({ kind: "alive", serialno: camera.serialno });
            continue;
          }
          const said = decodeBody(body, camera.serialno);
          if (said.kind === "undecodable") onRefused(said.reason);
          else if (said.kind === "plate") {
            if (known) onHeard({ kind: "plates", reads: [said.read], pushed: body });
          } else if (known && /^ioctl(_resp)?$/.test(said.cmd)) {
            world.onOpened?.(said.ok);
          } else if (known && said.cmd === "ivsresult" && !said.ok) {
            return ended("the camera refuses to tell its reads (ivsresult)");
          } else if (typeof said.json.value === "string" && !known) {
            // Another camera at this address opens nothing here.
            if (said.json.value !== camera.serialno) return ended("another camera answers at this address");
            known = true;
            voice.say = say;
            onHeard({ kind: "alive", serialno: camera.serialno });
            say({ type: "data", json: commands.subscribe(true) });
            setTime();
          }
        }
        if (lost !== undefined) ended(lost.reason);
      });
      say({ type: "data", json: commands.serialNumber });
      beat();
    }, ended);
    return {
      hangUp() {
        gone = true;
        voice.say = undefined;
        cancel();
        cancelNaming();
        close();
      },
    };
  };
}

const streamPath = "/ISAPI/Event/notification/alertStream";

function hikvisionStream({ host, port, account }: Called, { onHeard, onRefused }: CallWorld): Dial {
  const url = `http://${host}:${port}${streamPath}`;
  return ({ alive, ended }) => {
    const hanging = new AbortController();
    const get = (header?: string): Promise<Response> =>
      fetch(url, { signal: hanging.signal, redirect: "error", ...(header === undefined ? {} : { headers: { authorization: header } }) });
    const listen = async (): Promise<string> => {
      let answer = await get();
      if (answer.status === 401 && account !== undefined) {
        const challenge = challengeOf(answer.headers.get("www-authenticate"));
        await answer.arrayBuffer();
        const header = challenge && authorization(challenge, account, { method: "GET", uri: streamPath });
        answer = await get(header);
      }
      if (!answer.ok || answer.body === null) return `the camera answered ${answer.status} to alertStream`;
      const stream = alertStream();
      for await (const bytes of answer.body) {
        alive();
        for (const said of stream.take(bytes)) {
          if (said.kind === "undecodable") onRefused(said.reason);
          else if (said.kind === "picture") onHeard(said);
          else if (said.kind === "plate") onHeard({ kind: "plates", reads: [said.read] });
          else onHeard({ kind: "alive", serialno: said.serialno });
        }
      }
      return "the camera ended its stream";
    };
    listen().then(ended, (error: unknown) => ended(String(error)));
    return { hangUp: () => hanging.abort() };
  };
}

export function callCamera(camera: Called, world: CallWorld): CalledLink {
  const voice: Voice = {};
  const dial = camera.maker === "vzenith-tcp" ? vzenithTcp(camera, world, voice) : hikvisionStream(camera, world);
  const { stop } = keepCalling(world, dial);
  return {
    card(data) {
      voice.say?.({ type: "data", json: commands.serial(data) });
      return voice.say !== undefined;
    },
    open(pulse_ms) {
      voice.say?.({ type: "data", json: commands.output(outputs.open, pulse_ms) });
      return voice.say !== undefined;
    },
    stop,
  };
}
