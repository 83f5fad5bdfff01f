// The whole site on one page: what the rooms say of themselves, put together when it is asked for. What nobody says is null, never "well".
import type { FastifyInstance } from "fastify";
import { SiteOverview } from "#protocols/api/installer.ts";
import { streams } from "#protocols/vocabulary/ids.ts";
import { type Stamp, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import type { Lanes } from "../../lanes/door.ts";
import type { Measure, Probes, Sessions, SiteContext } from "../../site-context.ts";
import { proofsOf } from "./proofs.ts";
import { type Replay, type ReplayState, replayStep } from "./replay.ts";

export type ReplayLook = () => Replay | null;

/** Looked at as often as somebody asks, and once a minute for the history. */
export function replayOf({ journal, clock }: Pick<SiteContext, "journal" | "clock">): ReplayLook {
  let state: ReplayState | undefined;
  return () => {
    const each = streams.map((stream) => journal.outbox.state(stream));
    const stamps =
      state === undefined ? streams.flatMap((stream) => journal.outbox.pending(stream, 1)).map(({ at }) => JSON.parse(at) as Stamp) : [];
    const sum = (of: (one: (typeof each)[number]) => number): number => each.reduce((total, one) => total + of(one), 0);
    const now = {
      waiting: sum(({ last, acknowledged }) => last - acknowledged),
      acknowledged: sum(({ acknowledged }) => acknowledged),
      oldest: stamps.length === 0 ? null : Math.min(...stamps.map(({ wall }) => wall)),
    };
    const step = replayStep(state, now, clock.monotonic());
    state = step.state;
    return step.replay;
  };
}

export interface OverviewRooms {
  readonly lanes: Lanes;
  readonly sessions: Sessions;
  readonly probes: Probes;
  readonly replay: ReplayLook;
}

export function siteOverviewRoutes(server: FastifyInstance, context: SiteContext, rooms: OverviewRooms): void {
  server.get("/overview", { schema: { response: { 200: SiteOverview } } }, async () => siteOverview(context, rooms));
}

export function siteOverview(context: SiteContext, rooms: OverviewRooms): SiteOverview {
  const view = viewOf(context, rooms);
  return { ...view, proofs: proofsOf(view) };
}

function viewOf({ config, clock }: SiteContext, { lanes, sessions, probes, replay }: OverviewRooms): Omit<SiteOverview, "proofs"> {
  const now = clock.stamp();
  const health = probes.health();
  const measured = numbersOf(probes.measures?.() ?? []);
  const ofLanes = numbersOf(lanes.measures?.() ?? []);
  const connected = measured("cuobian_uplink_connected");
  const behind = connected === null ? null : replay();
  return {
    site: config.name,
    gateway: config.gateway,
    now: toRfc3339(now.wall),
    clock_true: now.synchronised,
    well: health.ok,
    checks: health.checks.map(({ name, ok, zh, en }) => ({ name, ok, zh, en })),
    uplink: {
      connected: connected === null ? null : connected === 1,
      waiting: waitingOf(measured),
      certificate_left_s: measured("cuobian_certificate_left_seconds"),
      replay: behind === null ? null : { ...behind, since: behind.since === null ? null : toRfc3339(wall(behind.since)) },
    },
    lines: config.lines.map(({ id }) => lineOf(id, measured)),
    stations: stationsOf(config, sessions),
    sheds: sessions.sheds().map(({ shed, state }) => ({ shed, state })),
    lanes: config.lanes.map((lane) => {
      const heard = lanes.everHeard(lane.camera.serialno);
      const silent_s = heard ? ofLanes("cuobian_camera_silent_seconds", { camera: lane.camera.id }) : null;
      return {
        ...{ lane: lane.id, name: lane.name, direction: lane.direction, silent_s },
        mode: lanes.lane(lane.id)?.keeping.mode().mode ?? "closed",
        board: lanes.reach(lane).board,
        camera: silent_s !== null && lanes.reach(lane).camera,
      };
    }),
  };
}

type Numbers = (name: string, labels?: Readonly<Record<string, string>>) => number | null;

const numbersOf =
  (measures: readonly Measure[]): Numbers =>
  (name, labels = {}) => {
    const found = measures.find(
      (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels?.[label] === value),
    );
    return found !== undefined && Number.isFinite(found.value) ? found.value : null;
  };

/** Of all streams together. */
function waitingOf(measured: Numbers): number | null {
  const each = streams.map((stream) => measured("cuobian_uplink_waiting", { stream }));
  return each.every((one) => one === null) ? null : each.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

function lineOf(line: string, measured: Numbers): SiteOverview["lines"][number] {
  const said = (name: string): number | null => measured(`cuobian_line_${name}`, { line });
  const open = said("open");
  return {
    line,
    open: open === null ? null : open === 1,
    late: said("late") === 1,
    ...{ rotation_ms: said("rotation_ms"), promised_ms: said("promised_ms"), age_ms: said("reading_age_ms") },
    ...{ frames: said("frames_total"), timeouts: said("timeouts_total"), bad_frames: said("bad_frames_total") },
  };
}

/** The site file's stations, and whatever else is read (piles that call by themselves). */
function stationsOf({ stations }: SiteContext["config"], sessions: Sessions): SiteOverview["stations"] {
  const readings = sessions.readings();
  const known = new Map(stations.map(({ id, name }) => [id, name]));
  for (const { socket } of readings) {
    const [id = socket] = socket.split("/");
    if (!known.has(id)) known.set(id, id);
  }
  return [...known].map(([station, name]) => ({
    ...{ station, name },
    sockets: readings
      .filter(({ socket }) => socket.startsWith(`${station}/`))
      .map(({ socket, state, quality, age_ms, current_mA, power_mW, temperature_mC }) => ({
        ...{ socket, state, quality, age_ms, current_mA, power_mW, temperature_mC },
      })),
  }));
}
