// What happens at a lane, in the words of somebody who stands there: the boards show it look by look, and the booth does what people do.
import { booth } from "../world/booth.ts";
import { type LaneName, type ParkingOptions, type ParkingSite, serials } from "../world/parking-site.ts";

export const mine = "闽CD82345";
export const other = "闽CF00888";
export const minute = 60_000;
/** What a booth says who opens by hand. */
export const byHand = { command: "command-0001", person: "门岗甲", reason: "识别失败" };

export interface Scene {
  readonly site: ParkingSite;
  comes(lane: LaneName): Promise<void>;
  armGoesUp(lane: LaneName): Promise<void>;
  armComesDown(lane: LaneName): Promise<void>;
  goesUnder(lane: LaneName): Promise<void>;
  isThrough(lane: LaneName): Promise<void>;
  /** Up, under, through, down. */
  drives(lane: LaneName): Promise<void>;
  /** In by the entry, read and counted. */
  parks(license?: string): Promise<void>;
  /** Read at the exit after so long; the answer to the camera. */
  atExit(license: string, stayed_ms: number): string;
  /** The camera's heartbeat: it lives, and says nothing else. */
  beats(lane: LaneName): Promise<void>;
  reasons(): string[];
  pulses(lane: LaneName): number;
  visits(): string[];
  get(path: string): Promise<{ status: number; body: Record<string, unknown> | null }>;
  post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> | null }>;
  pays(payment?: string): Promise<{ status: number; body: Record<string, unknown> | null }>;
}

/** Plays one story as a test of its own. */
export type Tell = (name: string, options: ParkingOptions, play: (scene: Scene) => Promise<void>) => void;

/** The same where nothing but the time itself matters between entry and exit: hours go by at once. */
export function quickScene(site: ParkingSite): Scene {
  return {
    ...sceneAt(site),
    atExit(license, stayed_ms) {
      site.clock.leap(stayed_ms);
      return site.push("out", { license }).reason;
    },
  };
}

export function sceneAt(site: ParkingSite): Scene {
  const board = (lane: LaneName) => site.board(lane);
  const shows = async (lane: LaneName, change: Partial<ReturnType<typeof board>>): Promise<void> => {
    Object.assign(board(lane), change);
    await site.goOn(400);
  };
  const scene: Scene = {
    site,
    comes: (lane) => shows(lane, { approach: true }),
    armGoesUp: async (lane) => {
      await shows(lane, { closed: false, moving: true });
      await shows(lane, { moving: false, open: true, opened: board(lane).opened + 1 });
    },
    armComesDown: async (lane) => {
      await shows(lane, { open: false, moving: true });
      await shows(lane, { moving: false, closed: true });
    },
    goesUnder: async (lane) => {
      await shows(lane, { under: true });
      await shows(lane, { approach: false });
    },
    isThrough: (lane) => shows(lane, { under: false, passed: board(lane).passed + 1 }),
    async drives(lane) {
      await scene.comes(lane);
      await scene.armGoesUp(lane);
      await scene.goesUnder(lane);
      await scene.isThrough(lane);
      await scene.armComesDown(lane);
    },
    async parks(license = mine) {
      site.push("in", { license });
      await scene.drives("in");
    },
    atExit(license, stayed_ms) {
      site.clock.advance(stayed_ms);
      return site.push("out", { license }).reason;
    },
    async beats(lane) {
      const form = new FormData();
      const said = { device_name: "R5", ipaddr: "192.0.2.9", port: "80", user_name: "admin", pass_wd: "admin", channel_num: "0" };
      for (const [name, value] of Object.entries({ ...said, serialno: serials[lane] })) form.set(name, value);
      await fetch(`${site.http()}/devicemanagement/php/receivedeviceinfo.php`, { method: "POST", body: form });
    },
    reasons: () => site.events("lane.exception").map(({ reason }) => reason),
    pulses: (lane) => board(lane).pulses,
    visits: () =>
      site
        .journal()
        .all<{ line: string }>("SELECT plate || ' ' || state AS line FROM visit ORDER BY entered_at, id")
        .map(({ line }) => line),
    get: (path) => booth(site).ask(`/api/v1${path}`),
    post: (path, body) => booth(site).ask(`/api/v1${path}`, { method: "POST", body: JSON.stringify(body) }),
    async pays(payment = "payment-0001") {
      const due = (await booth(site).due("out")).body;
      return booth(site).pay("out", { payment, bill: due?.bill, method: "cash", amount_fen: due?.due_fen, collector: "门岗甲" });
    },
  };
  return scene;
}
