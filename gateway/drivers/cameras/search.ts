// Looking for cameras: three rounds of a second, in each a question goes out on every network of this machine, and whoever answers is counted as it comes. Nothing is fetched and nothing is written.
import { discoveryGroup, discoveryPort, messageId, type ProbeKind, probe } from "#protocols/cameras/onvif/discovery.ts";
import { type Gathered, gather, nothingYet } from "#protocols/cameras/onvif/gathered.ts";
import { after } from "#protocols/vocabulary/time.ts";
import type { Cast, Casts, Clock } from "../../ports.ts";

/** Datagrams are lost: cameras of the older profiles are asked twice. WS-Discovery lets an answer wait for half a second at most. */
const rounds: readonly ProbeKind[] = ["transmitter", "device", "transmitter"];
const round_ms = 1_000;
const anyAddress = "0.0.0.0";

export interface SearchParts {
  readonly clock: Pick<Clock, "monotonic" | "wake">;
  readonly casts: Casts;
  /** A UUID, another one each time. */
  readonly newId: () => string;
  /** One machine that is asked by itself as well. */
  readonly also?: { readonly host: string; readonly port: number } | undefined;
}

export interface Way {
  readonly name: string;
  readonly address: string;
  /** Why it could not be asked there. */
  wrong: string | null;
}

export interface SearchState extends Gathered {
  readonly running: boolean;
  readonly done: number;
  readonly of: number;
  readonly ran_ms: number;
  readonly ways: readonly Way[];
  readonly sent: number;
}

export interface CameraSearcher {
  now(): SearchState;
  stop(): void;
  readonly ended: Promise<void>;
}

interface Asking {
  readonly way: Way;
  readonly from: string;
  readonly to: { readonly host: string; readonly port: number };
  cast: Cast | undefined;
}

export function startCameraSearch({ clock, casts, newId, also }: SearchParts): CameraSearcher {
  const begun = clock.monotonic();
  const ended = Promise.withResolvers<void>();
  const asked = new Set<string>();
  const askings = askingsOf(casts, also);
  let gathered = nothingYet;
  let [begunRounds, sent, running] = [0, 0, true];
  let over = begun;
  let cancel: () => void = () => undefined;

  function end(): void {
    if (!running) return;
    running = false;
    over = clock.monotonic();
    cancel();
    for (const { cast } of askings) cast?.close();
    ended.resolve();
  }
  async function open(asking: Asking): Promise<void> {
    const { way, from } = asking;
    try {
      const cast = await casts.open(from);
      if (!running) return cast.close();
      cast.onBytes((bytes, sender) => {
        if (running) gathered = gather(gathered, { bytes, from: sender }, asked);
      });
      asking.cast = cast;
    } catch (error) {
      way.wrong = error instanceof Error ? error.message : String(error);
    }
  }
  function ask(): void {
    if (!running) return;
    const kind = rounds[begunRounds];
    if (kind === undefined || askings.every(({ cast }) => cast === undefined)) {
      end();
      return;
    }
    begunRounds += 1;
    for (const { cast, to, way } of askings) {
      if (cast === undefined) continue;
      const id = newId();
      asked.add(messageId(id));
      sent += 1;
      cast.send(probe(id, kind), to, (why) => {
        way.wrong = why;
      });
    }
    cancel = clock.wake(after(begun, begunRounds * round_ms), ask);
  }
  void Promise.all(askings.map(open)).then(ask);
  return {
    now: () => ({
      ...gathered,
      ...{ running, done: running ? Math.max(0, begunRounds - 1) : begunRounds, of: rounds.length },
      ...{ ran_ms: Math.round((running ? clock.monotonic() : over) - begun), ways: askings.map(({ way }) => ({ ...way })), sent },
    }),
    stop: end,
    ended: ended.promise,
  };
}

/** Where nobody knows this machine's addresses the system chooses one way. */
function askingsOf(casts: Casts, also: SearchParts["also"]): Asking[] {
  const own = casts.ways();
  const everybody = { host: discoveryGroup, port: discoveryPort };
  const all = (own.length === 0 ? [{ name: "", address: anyAddress }] : own).map(
    (way): Asking => ({ way: { ...way, wrong: null }, from: way.address, to: everybody, cast: undefined }),
  );
  if (also === undefined) return all;
  return [...all, { way: { name: "→", address: `${also.host}:${also.port}`, wrong: null }, from: anyAddress, to: also, cast: undefined }];
}
