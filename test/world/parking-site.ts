// The parking half of a site in one process: a real journal on the disk, real boards over TCP, a clock that is told. It can be killed and started again.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { type MountedCommands, mountCommands } from "#gateway/commands/door.ts";
import { tables as commandTables } from "#gateway/commands/tables.ts";
import { readRunning } from "#gateway/config/running.ts";
import { mountConsole } from "#gateway/console/door.ts";
import { type MountedDocuments, mountDocuments } from "#gateway/documents/door.ts";
import { tables as documentTables } from "#gateway/documents/tables.ts";
import { startBoard } from "#gateway/drivers/barrier-board.ts";
import { vzenithHttp } from "#gateway/drivers/cameras/vzenith.ts";
import { type Journal, openJournal, type Reads } from "#gateway/journal/journal.ts";
import { type Lane, type Lanes, mountLanes } from "#gateway/lanes/door.ts";
import { tables as laneTables } from "#gateway/lanes/tables.ts";
import type { Exchange } from "#gateway/lines/exchange.ts";
import { openTcpExchange } from "#gateway/lines/tcp.ts";
import { tables as paymentTables } from "#gateway/payments/tables.ts";
import { tables as registerTables } from "#gateway/register/tables.ts";
import { cardsOf } from "#gateway/sessions/cards.ts";
import { resetLatch } from "#gateway/sessions/latch-reset.ts";
import { pricedAt } from "#gateway/sessions/rules.ts";
import { rulesOf } from "#gateway/sessions/rules-file.ts";
import { tables as sessionTables } from "#gateway/sessions/tables.ts";
import { tokensOf } from "#gateway/sessions/tokens.ts";
import type { LatchReset, SiteContext } from "#gateway/site-context.ts";
import type { EventData, EventType } from "#protocols/uplink/events.ts";
import { refusal } from "#protocols/vocabulary/faults.ts";
import { testQueue } from "../telemetry-queue.ts";
import { type ToldClock, toldChance, toldClock } from "../told-clock.ts";
import { startBoards, type TestBoard, type TestBoards } from "./barrier-boards.ts";
import type { ChargingShed } from "./charging-shed.ts";
import { lockedSockets } from "./locked-sockets.ts";
import { oneEvening, oneNight, tripOfOneNight } from "./one-night.ts";
import { type LaneName, type SiteWords, serials, siteText, units } from "./parking-site-file.ts";
import { repository, until } from "./program.ts";
import { type Underway, watched } from "./underway.ts";
import { type Pushed, vendorPush } from "./vendor-push.ts";

export const boothToken = "0123456789abcdef0123456789abcdef";
export { type LaneName, serials } from "./parking-site-file.ts";

export interface ParkingSite {
  readonly folder: string;
  readonly clock: ToldClock;
  readonly boards: TestBoards;
  readonly shed: ChargingShed | undefined;
  board(lane: LaneName): TestBoard;
  lane(lane: LaneName): Lane;
  lanes(): Lanes;
  context(): SiteContext;
  journal(): Reads;
  /** Time goes on in steps of a look; after each step every board was heard, or failed to answer. */
  goOn(ms: number, step_ms?: number): Promise<void>;
  /** The lane's camera pushes a plate of now. */
  push(lane: LaneName, pushed?: Pushed): { reason: string; opens: boolean };
  /** One message on the command topic; resolves when what follows from it is written. */
  command(payload: Uint8Array): Promise<void>;
  /** One message on the config topic. */
  document(payload: Uint8Array): void;
  /** Id and version of the price under which a charge would begin now. */
  chargePrice(): string;
  /** Why the site asked to be begun anew, since its last start. */
  restarts(): readonly string[];
  /** What the journal says of this type, oldest first. */
  events<T extends EventType>(type: T): EventData<T>[];
  /** Every commit takes so long, until it is ended. */
  slowDisk(ms: number): { end(): void };
  /** The site process dies and is started again after `ms`; nothing was said to the journal at the end. */
  restart(ms: number): Promise<void>;
  /** http://127.0.0.1:port of the console, where it was asked for. */
  http(): string;
  stop(): Promise<void>;
}

export interface ParkingOptions {
  readonly console?: boolean;
  /** Text of the tariff file; null: there is none. A short residential one if not given. */
  readonly tariff?: string | null;
  readonly noBoothToken?: boolean;
  /** Other words for the entry's camera in the site file. */
  readonly camera?: Readonly<Record<string, unknown>>;
  /** The cloud's public key for commands (PEM). */
  readonly commandKey?: string;
  /** Text of the tariff of a lot that lies in the first one: its lanes are inner-in and inner-out. */
  readonly inner?: string;
  /** Other words for the lot in the site file. */
  readonly lot?: Readonly<Record<string, string | number>>;
  /** Other lots than the one; the entry belongs to the first. */
  readonly lots?: readonly object[];
  /** Other words for the second lane in the site file. */
  readonly exit?: Readonly<Record<string, unknown>>;
  /** Words at the top of the site file. */
  readonly top?: Readonly<Record<string, unknown>>;
  /** The accounts of phones' money, as the site file has them. */
  readonly payments?: object;
  /** mqtt:// of the broker that cameras speak through. */
  readonly broker?: string;
  /** The boards' profile; one without direction logic if not given. */
  readonly board?: string;
  /** Sockets that charge, beside the lanes. */
  readonly shed?: (clock: ToldClock) => ChargingShed;
  /** Files beside the site file: name -> content. */
  readonly files?: Readonly<Record<string, string>>;
}

const look_ms = 200;
const platePath = "/devicemanagement/php/plateresult.php";

interface Running {
  readonly context: SiteContext;
  readonly lanes: Lanes;
  readonly commands: MountedCommands;
  readonly documents: MountedDocuments | undefined;
  readonly http: string;
  readonly underway: Underway;
  readonly restarts: string[];
  chargePrice(): string;
  die(): Promise<void>;
}

interface World extends SiteWords {
  readonly boards: TestBoards;
  readonly clock: ToldClock;
  readonly life: number;
  readonly slowness: { readonly ms: number };
  readonly console: boolean;
  readonly camera: Readonly<Record<string, unknown>>;
  readonly commandKey: boolean;
  readonly lot: Readonly<Record<string, string | number>>;
  readonly lots: readonly object[] | undefined;
  readonly exit: Readonly<Record<string, unknown>> | undefined;
  readonly top: Readonly<Record<string, unknown>> | undefined;
  readonly payments: object | undefined;
  readonly broker: string | undefined;
  readonly shed: ChargingShed | undefined;
}

async function start(folder: string, world: World): Promise<Running> {
  const { boards, clock } = world;
  const text = siteText(boards.port, world);
  writeFileSync(join(folder, "site.yaml"), text);
  const file = readRunning(join(folder, "site.yaml"));
  if (file.kind === "complaints") throw new Error(JSON.stringify(file.complaints));
  const { config, data, profiles, limits, tariffs, price } = file;
  const chance = toldChance(world.life);
  const log = pino({ level: "silent" });
  const onDisk = openJournal({
    path: join(data, "journal.sqlite"),
    clock,
    chance,
    tables: [...laneTables, ...paymentTables, ...commandTables, ...documentTables, ...registerTables, ...sessionTables],
  });
  const journal: Journal = {
    ...onDisk,
    commit: (work) => {
      const result = onDisk.commit(work);
      if (world.slowness.ms > 0) clock.advance(world.slowness.ms);
      return result;
    },
  };
  const telemetry = testQueue();
  const context: SiteContext = { config, folder, data, profiles, limits, tariffs, price, clock, chance, journal, telemetry, log };
  const underway: Underway = { connecting: 0, questions: new Map() };
  const lanes = await mountLanes(context, {
    board: ({ id, barrier }, listener) => {
      const profile = profiles.get(barrier.profile);
      if (profile === undefined) throw new Error("no profile");
      // The machine may be slow; only told time makes a question late.
      const connect = async (): Promise<Exchange> => {
        underway.connecting += 1;
        try {
          const { host, port } = barrier;
          return watched(await openTcpExchange({ host, port, clock, answerWithin_ms: 20_000 }), underway, boards.unit(barrier.unit));
        } finally {
          underway.connecting -= 1;
        }
      };
      return startBoard({ id, profile, unit: barrier.unit, clock, connect }, listener);
    },
  });
  const sessions = {
    readings: () => lockedSockets,
    sheds: () => [],
    tellFire: () => undefined,
    resetShed: () => false,
    resetLatch: (request: LatchReset) => resetLatch({ readings: lockedSockets, send: () => true }, request),
    release: () => "no-charge" as const,
    begin: () => refusal("no-such-place", "没有充电站", "no stations here"),
    charge: () => undefined,
    ...{ story: () => oneNight, tripCurve: tripOfOneNight },
    loads: () => oneEvening,
    priceWords: () => undefined,
    ...tokensOf(context.data),
    cards: cardsOf(context.journal, context.clock),
    chargeOf: () => undefined,
    tripTest: () => refusal("no-socket", "没有充电站", "no stations here"),
    ...{ tripTestOf: () => undefined, safetyLog: () => undefined },
    cancelTripTest: () => "no-test" as const,
    ...world.shed?.mount(context, world.life),
  };
  const probes = { health: () => ({ ok: true, checks: [] }), metrics: async () => ({ contentType: "text/plain", text: "" }) };
  const restarts: string[] = [];
  const protection = { runs: () => undefined, restart: () => true };
  const charges = rulesOf(context);
  const chargePrice = (): string => {
    const priced = pricedAt(charges.rules, clock.wall());
    return priced === undefined || priced === "no-price" ? String(priced) : `${priced.id}@${priced.version.id}`;
  };
  // Without the cloud's key no document is taken.
  const documents = world.commandKey
    ? await mountDocuments(context, file, { lanes, charges, protection, restart: (why) => void restarts.push(why) })
    : undefined;
  const console = world.console ? await mountConsole(context, { lanes, probes, sessions }) : undefined;
  const examine = () => ({ version: "0", checks: lanes.checks?.() ?? [], measures: lanes.measures?.() ?? [] });
  const commands = await mountCommands(context, { lanes, sessions, examine, cashier: console?.cashier });
  const die = async (): Promise<void> => {
    world.shed?.stop();
    await console?.stop();
    await documents?.stop();
    await lanes.stop();
    journal.close();
    telemetry.close();
  };
  return { context, lanes, commands, documents, restarts, chargePrice, http: console?.http ?? "", underway, die };
}

const usualTariff = (): string => join(repository, "tariffs", "residential-free-hour.yaml");

export async function startParkingSite(options: ParkingOptions = {}): Promise<ParkingSite> {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-parking-"));
  mkdirSync(join(folder, "gateway"));
  if (options.noBoothToken !== true) writeFileSync(join(folder, "booth.token"), `${boothToken}\n`, { mode: 0o600 });
  if (options.tariff !== null) writeFileSync(join(folder, "tariff.yaml"), options.tariff ?? readFileSync(usualTariff(), "utf8"));
  if (options.inner !== undefined) writeFileSync(join(folder, "inner.yaml"), options.inner);
  if (options.commandKey !== undefined) writeFileSync(join(folder, "cloud.pem"), options.commandKey);
  for (const [name, content] of Object.entries(options.files ?? {})) writeFileSync(join(folder, name), content, { mode: 0o600 });
  const boards = await startBoards();
  const clock = toldClock();
  let life = 1;
  let plateid = 1;
  const slowness = { ms: 0 };
  const shed = options.shed?.(clock);
  const begin = () =>
    start(folder, {
      boards,
      clock,
      life,
      slowness,
      console: options.console ?? false,
      camera: options.camera ?? {},
      commandKey: options.commandKey !== undefined,
      lot: options.lot ?? {},
      lots: options.lots,
      exit: options.exit,
      top: options.top,
      payments: options.payments,
      broker: options.broker,
      shed,
      inner: options.inner !== undefined,
      board: options.board ?? "barriers/loop-board",
    });
  let running = await begin();
  let reachable = true;

  const unitOf = (lane: LaneName): TestBoard => boards.unit(units[lane]);
  const quiet = (): boolean =>
    running.underway.connecting === 0 && [...running.underway.questions].every(([board, open]) => open === 0 || board.mute);
  const settle = async (): Promise<void> => {
    for (let still = 0; still < 3; ) {
      await new Promise((resolve) => setImmediate(resolve));
      still = quiet() ? still + 1 : 0;
    }
  };
  const site: ParkingSite = {
    folder,
    clock,
    shed,
    boards: {
      ...boards,
      down: async () => {
        reachable = false;
        await boards.down();
        await until("the lost connection is noticed", () => [...running.underway.questions].every(([, open]) => open === 0) || undefined);
        await settle();
      },
      up: async () => {
        await boards.up();
        reachable = true;
      },
    },
    board: unitOf,
    lane: (id) => running.lanes.lane(id) ?? fail(id),
    lanes: () => running.lanes,
    context: () => running.context,
    journal: () => running.context.journal,
    async goOn(ms, step_ms = look_ms) {
      await settle();
      for (let left = ms; left > 0; left -= step_ms) {
        clock.advance(Math.min(step_ms, left));
        await settle();
      }
    },
    push(lane, pushed = {}) {
      const body = vendorPush({ at: clock.wall(), serialno: serials[lane], plateid: plateid++, ...pushed });
      const post = { path: platePath, contentType: "application/json", peer: "127.0.0.1", secret: undefined, bytes: Buffer.from(body) };
      const answer = running.lanes.push(vzenithHttp, post);
      if (answer.kind !== "answer") throw new Error(answer.reason);
      return { reason: answer.reason, opens: answer.body.includes('"info":"ok"') };
    },
    command: (payload) => running.commands.take(payload),
    document: (payload) => running.documents?.take(payload),
    restarts: () => running.restarts,
    chargePrice: () => running.chargePrice(),
    events: <T extends EventType>(type: T) =>
      running.context.journal
        .all<{ data: string }>("SELECT data FROM event WHERE type = ? ORDER BY seq", type)
        .map(({ data }) => JSON.parse(data) as EventData<T>),
    slowDisk(ms) {
      slowness.ms = ms;
      return {
        end: () => {
          slowness.ms = 0;
        },
      };
    },
    async restart(ms) {
      await running.die();
      clock.advance(ms);
      life += 1;
      running = await begin();
      await settle();
    },
    http: () => running.http,
    async stop() {
      await running.die();
      if (reachable) await boards.down();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await settle();
  return site;
}

function fail(lane: string): never {
  throw new Error(`no lane ${lane}`);
}
