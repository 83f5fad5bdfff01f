// The parking half of a site over ports that the test holds: told time, boards that the test plays, and a real journal. It can die at any moment and be opened again.
import { join } from "node:path";
import pino from "pino";
import { stringify } from "yaml";
import { tables as commandTables } from "#gateway/commands/tables.ts";
import { parseSiteConfig } from "#gateway/config/read.ts";
import type { BarrierBoard, BoardListener } from "#gateway/drivers/barrier-board.ts";
import { type Journal, openJournal } from "#gateway/journal/journal.ts";
import { type Lanes, mountLanes } from "#gateway/lanes/door.ts";
import { tables as laneTables } from "#gateway/lanes/tables.ts";
import { type Payments, paymentsOf } from "#gateway/payments/payments.ts";
import { tables as paymentTables } from "#gateway/payments/tables.ts";
import type { Chance, Clock } from "#gateway/ports.ts";
import { tables as registerTables } from "#gateway/register/tables.ts";
import type { SiteContext } from "#gateway/site-context.ts";
import { testQueue } from "../telemetry-queue.ts";

export interface ToldLane {
  readonly id: string;
  readonly direction: "entry" | "exit";
  readonly camera: { readonly protocol: string; readonly serialno: string };
}

/** What a board is to the test: the pulse is its own affair, and it shows the lane what it likes. */
export interface PlayedBoard {
  pulse(): void;
}

export interface ToldSiteOptions {
  /** Holds tariff.yaml; the journal comes to lie here. */
  readonly folder: string;
  readonly lanes: readonly ToldLane[];
  readonly clock: Clock;
  readonly chance: Chance;
  readonly board: (lane: string) => PlayedBoard;
  /** The journal as the rooms see it. */
  readonly journal?: (real: Journal) => Journal;
}

export interface ToldSite {
  readonly lanes: Lanes;
  readonly payments: Payments;
  readonly journal: Journal;
  readonly listeners: ReadonlyMap<string, BoardListener>;
  /** Nothing is said to the journal. */
  die(): void;
}

const siteText = (lanes: readonly ToldLane[]): string =>
  stringify({
    site: "jinxiu",
    gateway: "gw-1",
    name: "测试",
    data: ".",
    http: { host: "127.0.0.1", port: 0 },
    booth: { token_file: "./booth.token" },
    uplink: { broker: "mqtt://127.0.0.1:9", username: "gw-1", password_file: "./uplink.password", keepalive_s: 10 },
    lots: [{ id: "main", name: "地面", capacity: 120, tariff: "./tariff.yaml" }],
    lanes: lanes.map(({ id, direction, camera }, i) => ({
      id,
      name: id,
      direction,
      lot: "main",
      camera: { id: `cam-${id}`, ...camera, clock: "both", max_age_s: 30 },
      barrier: { profile: "barriers/loop-board", host: "127.0.0.1", port: 502, unit: i + 1 },
    })),
    limits: [],
    lines: [],
    stations: [],
  });

export async function openToldSite(options: ToldSiteOptions): Promise<ToldSite> {
  const { folder, clock, chance } = options;
  const file = parseSiteConfig(siteText(options.lanes), join(folder, "site.yaml"));
  if (file.kind === "complaints") throw new Error(JSON.stringify(file.complaints));
  const tables = [...laneTables, ...paymentTables, ...commandTables, ...registerTables];
  const real = openJournal({ path: join(folder, "journal.sqlite"), clock, chance, tables });
  const journal = options.journal?.(real) ?? real;
  const telemetry = testQueue();
  const { config, data, profiles, limits } = file;
  const log = pino({ level: "silent" });
  const context: SiteContext = { config, folder, data, profiles, limits, clock, chance, journal, telemetry, log };
  const listeners = new Map<string, BoardListener>();
  const board = ({ id }: { readonly id: string }, listener: BoardListener): BarrierBoard => {
    listeners.set(id, listener);
    const played = options.board(id);
    return {
      pulseOpen: (_notAfter, done) => {
        played.pulse();
        done("done");
      },
      pulseClose: (_notAfter, done) => done("done"),
      stop: () => undefined,
    };
  };
  const lanes = await mountLanes(context, { board });
  return {
    lanes,
    payments: paymentsOf(context, lanes),
    journal,
    listeners,
    die() {
      void lanes.stop();
      real.close();
      telemetry.close();
    },
  };
}
