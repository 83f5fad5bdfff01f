// The charging half as a room of the site process: the link to protection on one side, journal and telemetry on the other.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import { pilesOf, socketCount, tellsPlug } from "../config/stations.ts";
import { type LimitLines, limitLines } from "../core/charging/limit-lines.ts";
import { priceList } from "../core/charging/price/list.ts";
import { connectLink } from "../link/client.ts";
import { logHearer } from "../link/log-lines.ts";
import type { LineHealth, SafetyToSite, SocketReading, WatchedReading } from "../link/messages.ts";
import { linkPath } from "../link/path.ts";
import type { Devices } from "../ports.ts";
import type { Check, Measure, Mounted, Sessions, SiteContext } from "../site-context.ts";
import { accountOf } from "./accounts.ts";
import { chargeSeen } from "./by-hand.ts";
import { cardsOf } from "./cards.ts";
import { openCharge, openCharges } from "./charges.ts";
import { type Charging, startCharging } from "./charging.ts";
import { mountEnergy } from "./energy/door.ts";
import { resetLatch } from "./latch-reset.ts";
import { mountPiles } from "./piles/door.ts";
import { openPileCharges } from "./piles/pile-charges.ts";
import type { SocketLimits } from "./requests.ts";
import { pricedAt } from "./rules.ts";
import { rulesOf } from "./rules-file.ts";
import { createSampler, pointRules } from "./sampler.ts";
import { shedMeasures } from "./shed-measures.ts";
import { createShedSampler } from "./shed-sampler.ts";
import { storyOf } from "./story.ts";
import { tokensOf } from "./tokens.ts";
import { tripCurveOf } from "./trip-curve.ts";
import { testOf, tripTest } from "./trip-tests.ts";
import { type OpenCharge, roomOf } from "./waiting/room.ts";
import { loadSeen } from "./waiting/seen.ts";
import { waitingOn } from "./waiting/store.ts";
import { supplyOf } from "./waiting/supply.ts";
import { startWaiting } from "./waiting/waiting.ts";

export interface MountedSessions extends Mounted, Sessions {
  /** Values of facilities, about once a second, as long as protection is heard. */
  onPoints(listener: (points: readonly WatchedReading[]) => void): void;
  /** Digest of what the safety process runs by, as its last hello said. */
  protectionRuns(): string | undefined;
  /** As protection said within the last seconds; undefined: it is not heard. */
  lines(): readonly LineHealth[] | undefined;
  /** It ends in order, with every socket OFF, and is begun anew by whoever started it; false: not connected. */
  restartProtection(why: string): boolean;
  /** Another text stands in for the charging price file, from the next charge. */
  renewPrice(given: SiteContext["price"]): void;
}

/** What it said before it fell is here when it has fallen. */
const logEvery_ms = 3_000;
const usualShedInterval_ms = 2_000;
/** Said once a second; after a few that were missed nobody knows. */
const linesHold_ms = 5_000;

export async function mountSessions(context: SiteContext, devices?: Devices): Promise<MountedSessions> {
  const { config, clock, chance, journal, telemetry, log, data } = context;
  const sampler = createSampler(pointRules(config.telemetry));
  const shedSampler = createShedSampler(config.telemetry?.interval_ms ?? usualShedInterval_ms);
  let lines: readonly LineHealth[] = [];
  let linesAt: Monotonic | undefined;
  let runs: string | undefined;
  const onPoints: ((points: readonly WatchedReading[]) => void)[] = [];
  const burning = new Map<string, Parameters<Sessions["tellFire"]>[0]>();
  const { rules, renewPrice } = rulesOf(context);
  const limits = limitsOf(context);
  const charging = startCharging({
    ...{ journal, clock, chance, log, rules, limitsOf: limits },
    alsoSeen: () => piles.readings(),
    send: (message) => link.send(message),
    judge: (asked) => waiting.judge(asked),
  });
  const tellFire: Sessions["tellFire"] = (told) => {
    const key = `${told.shed} ${told.source}`;
    if (told.active) {
      burning.set(key, told);
      piles.stopShed(told.shed);
    } else burning.delete(key);
    link.send({ type: "fire", ...told });
  };
  const piles = await mountPiles(context, {
    rules,
    tellFire,
    judge: (asked) => waiting.judge(asked),
    shedState: (shed) => charging.sheds().find((one) => one.shed === shed)?.state,
  });

  const supply = supplyOf(context);
  const readings = (): SocketReading[] => [...charging.readings(), ...piles.readings()];
  const room = () => roomOf(supply, { readings: readings(), sheds: charging.sheds(), charges: openOf(journal), now: clock.stamp() });
  const linesOf = storyLimits(context);
  const waiting = startWaiting({
    ...{ supply, rules, journal, clock, log, readings, room },
    tellsPlug: (socket) => limits(socket)?.tells_plug === true,
    begin: (asked) => (piles.has(asked.socket) ? piles.begin(asked, true) : charging.begin(asked, true)),
  });

  // A process without devices (a test's, a bench's) has no meter to ask.
  const energy = devices === undefined ? undefined : mountEnergy(context, { devices, readings, expand: stationSockets(context) });

  const safetyLog = logHearer();
  let tellsLog = false;
  let logDue = clock.monotonic();
  const wantLog = (): void => {
    if (tellsLog) link.send(safetyLog.question());
    logDue = after(clock.monotonic(), logEvery_ms);
  };
  const onMessage = (message: SafetyToSite): void => {
    if (message.type === "log") {
      safetyLog.heard(message);
      return;
    }
    unlessDiskRefuses(context, () => charging.heard(message));
    if (message.type === "hello") {
      runs = message.runs;
      tellsLog = message.tells_log === true;
      wantLog();
      for (const told of burning.values()) link.send({ type: "fire", ...told });
    }
    if (message.type !== "readings") return;
    if (clock.monotonic() >= logDue) wantLog();
    lines = message.lines;
    linesAt = clock.monotonic();
    for (const listener of onPoints) listener(message.points ?? []);
    const sampled = [sampler.sample(message), shedSampler.sample(message)].filter((text) => text !== undefined).join("");
    if (sampled !== "") telemetry.add(sampled, message.at);
  };
  const link = connectLink(
    { path: linkPath(data), clock },
    {
      onMessage,
      onUp: () => log.info("sessions: connected to protection"),
      onDown: (why) => {
        log.warn({ why }, "sessions: protection is gone");
        runs = undefined;
        charging.linkDown();
      },
      onTrouble: (what) => log.error({ what }, "sessions: a message of protection was not understood"),
    },
  );
  return {
    protectionRuns: () => runs,
    renewPrice,
    lines: () => (linesAt === undefined || clock.monotonic() - linesAt > linesHold_ms ? undefined : lines),
    restartProtection: (why) => link.send({ type: "restart", why: why.slice(0, 300) }),
    onPoints: (listener) => void onPoints.push(listener),
    readings,
    sheds: charging.sheds,
    tellFire,
    resetShed: (request) => link.send({ type: "reset-shed", ...request }),
    resetLatch: (request) => resetLatch({ readings: charging.readings(), send: (message) => link.send(message) }, request),
    tripTest: (asked) => tripTest({ journal, clock, ratedOf: ratedOf(context), link }, asked),
    tripTestOf: (test) => testOf(journal, test),
    cancelTripTest(test) {
      const known = testOf(journal, test);
      if (known === undefined || (known.state !== "asked" && known.state !== "running")) return "no-test";
      return link.send({ type: "end-test", socket: known.socket, test }) ? "asked" : "not-connected";
    },
    begin: (asked) => (piles.has(asked.socket) ? piles.begin(asked) : charging.begin(asked)),
    charge: (charge) => chargeSeen(journal, charge),
    tripCurve: (socket, trip) =>
      tripCurveOf(journal, { limits: heldBy(context, socket), sample_ms: roundOf(context, lines, socket) }, { socket, trip }),
    story: (socket, window) => ({ ...storyOf(journal, socket, window), limits: linesOf(socket) }),
    priceWords: () => {
      const priced = pricedAt(rules, clock.wall());
      return priced === undefined ? undefined : priced === "no-price" ? [] : priceList(priced.version);
    },
    loads: () => loadSeen(journal, { planned: rules.planning !== undefined, room: room(), now: clock.wall() }),
    ...tokensOf(data),
    cards: cardsOf(journal, clock),
    chargeOf: (socket) => openCharge(journal, socket)?.session ?? waitingOn(journal, socket),
    safetyLog() {
      wantLog();
      const lines = safetyLog.lines();
      return tellsLog || lines.length > 0 ? lines : undefined;
    },
    release(socket) {
      if (waiting.withdraw(socket)) return "asked";
      if (piles.has(socket)) return piles.release(socket);
      const charge = openCharge(journal, socket);
      if (charge === undefined) return "no-charge";
      return link.send({ type: "release", authority: charge.authority, socket }) ? "asked" : "not-connected";
    },
    measures: () => measures(context, charging, lines),
    checks: () => [check(charging)],
    stop: async () => {
      waiting.stop();
      energy?.stop();
      await piles.stop();
      charging.stop();
      link.close();
    },
  };
}

/** A station's name is all of its sockets. */
const stationSockets =
  ({ config, profiles }: Pick<SiteContext, "config" | "profiles">) =>
  (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => {
      const station = config.stations.find(({ id }) => id === name);
      return station === undefined ? [name] : Array.from({ length: socketCount(station, profiles) ?? 0 }, (_, n) => `${name}/${n + 1}`);
    });

/** Every charge that is open, on whatever kind of socket, with what its customer chose. */
const openOf = (journal: SiteContext["journal"]): OpenCharge[] =>
  [...openCharges(journal), ...openPileCharges(journal)].map((charge) => ({ charge, choice: accountOf(journal, charge.session)?.choice }));

/** The document by which protection holds this socket; undefined: a pile of its own firmware, or none of ours. */
const heldBy = ({ config, limits }: Pick<SiteContext, "config" | "limits">, socket: string) =>
  limits.get(config.stations.find(({ id }) => id === socket.split("/")[0])?.limits ?? "");

/** A round of the line that this socket's station is on; null and undefined alike: nobody says. */
function roundOf({ config }: Pick<SiteContext, "config">, lines: readonly LineHealth[], socket: string): number | undefined {
  const station = config.stations.find(({ id }) => id === socket.split("/")[0]);
  const on = station !== undefined && "line" in station ? station.line : undefined;
  return lines.find(({ line }) => line === on)?.rotation_ms ?? undefined;
}

/** The lines of a curve; of a pile only what it was declared to open above. */
const storyLimits =
  (context: Pick<SiteContext, "config" | "limits">) =>
  (socket: string): LimitLines | null => {
    const held = heldBy(context, socket);
    if (held !== undefined) return limitLines(held);
    const pile = pilesOf(context.config).find((one) => one.id === socket.split("/")[0]);
    const unknown = { current_mA: null, temperature_mC: null, warn_mC: null, high_mV: null, low_mV: null };
    return pile === undefined ? null : { ...unknown, power_mW: pile.overload_W * 1000 };
  };

/** On a full disk nothing is written, nothing is called taken and nothing is energised; what was said comes again. */
function unlessDiskRefuses({ log }: SiteContext, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error) || !String((error as { code?: unknown }).code).startsWith("SQLITE_FULL")) throw error;
    log.error({ error: error.message }, "sessions: the disk is full");
  }
}

/** Rated current of each socket that the site file has. */
function ratedOf({ config, profiles, limits }: SiteContext): (socket: string) => number | undefined {
  return (socket) => {
    const [id, number] = socket.split("/");
    const station = config.stations.find((one) => one.id === id);
    const count = station === undefined ? 0 : (socketCount(station, profiles) ?? 0);
    const known = station !== undefined && Number(number) >= 1 && Number(number) <= count;
    return known ? limits.get(station.limits)?.socket.rated_mA : undefined;
  };
}

function limitsOf({ config, profiles, limits }: SiteContext): (socket: string) => SocketLimits | undefined {
  const known = new Map<string, SocketLimits>();
  for (const station of config.stations) {
    const held = limits.get(station.limits);
    if (held === undefined) continue;
    const count = socketCount(station, profiles) ?? 0;
    const tells_plug = tellsPlug(station, profiles);
    const shed = config.sheds?.find(({ stations }) => stations.includes(station.id))?.id;
    const own: SocketLimits = { max_time_s: held.max_time.end_s, blind_ms: held.blind.trip_ms, tells_plug, shed };
    for (let n = 1; n <= count; n += 1) known.set(`${station.id}/${n}`, own);
  }
  return (socket) => known.get(socket);
}

function check(charging: Charging): Check {
  const silent = charging.silentFor();
  return {
    name: "safety",
    ok: silent === undefined,
    zh: silent === undefined ? "保护进程在应答" : `保护进程已 ${Math.floor(silent / 1000)} 秒没有应答`,
    en: silent === undefined ? "the safety process answers" : `the safety process has been silent for ${Math.floor(silent / 1000)} s`,
  };
}

const states = ["idle", "energising", "charging", "opening", "latched", "blind", "welded", "waiting"] as const;

function measures({ journal }: SiteContext, charging: Charging, lines: readonly LineHealth[]): Measure[] {
  const readings = charging.readings();
  const ofLine = ({ line }: LineHealth, measure: Omit<Measure, "labels">): Measure => ({ ...measure, labels: { line } });
  return [
    { name: "cuobian_safety_silent_ms", kind: "gauge", help: "0 while the safety process is heard", value: charging.silentFor() ?? 0 },
    { name: "cuobian_sessions_open", kind: "gauge", help: "charging sessions that are open", value: openCharges(journal).length },
    ...states.map(
      (state): Measure => ({
        name: "cuobian_sockets",
        kind: "gauge",
        help: "sockets in each state",
        labels: { state },
        value: readings.filter((reading) => reading.state === state).length,
      }),
    ),
    ...shedMeasures(charging.sheds()),
    ...lines.flatMap((health) => [
      ofLine(health, { name: "cuobian_line_open", kind: "gauge", help: "1 while the line is open", value: health.open ? 1 : 0 }),
      ...(health.rotation_ms === null
        ? []
        : [
            ofLine(health, {
              name: "cuobian_line_rotation_ms",
              kind: "gauge",
              help: "the last round of the line",
              value: health.rotation_ms,
            }),
          ]),
      ...(health.promised_ms === null
        ? []
        : [
            ofLine(health, {
              name: "cuobian_line_promised_ms",
              kind: "gauge",
              help: "cut-off time that the site file promises; no round may be longer",
              value: health.promised_ms,
            }),
          ]),
      ...(health.age_ms === null
        ? []
        : [
            ofLine(health, {
              name: "cuobian_line_reading_age_ms",
              kind: "gauge",
              help: "how old the oldest reading was that protection decided on in the last second",
              value: health.age_ms,
            }),
          ]),
      ofLine(health, {
        name: "cuobian_line_late",
        kind: "gauge",
        help: "1 while the line is slower than promised",
        value: health.late ? 1 : 0,
      }),
      ofLine(health, { name: "cuobian_line_frames_total", kind: "counter", help: "frames sent", value: health.frames }),
      ofLine(health, { name: "cuobian_line_timeouts_total", kind: "counter", help: "questions without an answer", value: health.timeouts }),
      ofLine(health, {
        name: "cuobian_line_bad_frames_total",
        kind: "counter",
        help: "answers that were no frame",
        value: health.bad_frames,
      }),
    ]),
  ];
}
