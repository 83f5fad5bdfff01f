// The fire room of the site process: panels by their transmission devices on one side, protection, journal and the city's centre on the other.
import type { FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { labelOf } from "#protocols/fire/gbt26875/label.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { after } from "#protocols/vocabulary/time.ts";
import type { FireConfig } from "../config/fire-schema.ts";
import type { WatchedReading } from "../link/messages.ts";
import type { Datagrams, Devices } from "../ports.ts";
import type { Mounted, Sessions, SiteContext } from "../site-context.ts";
import { type Centre, connectCentre } from "./centre.ts";
import { startContacts } from "./contacts.ts";
import { type Detectors, startDetectors } from "./detectors.ts";
import { forward } from "./forward.ts";
import { answerTo, ownState } from "./memory.ts";
import { type Panels, startPanels } from "./panels.ts";
import { type FireServer, openFireServer } from "./server.ts";

export interface MountedFire extends Mounted {
  /** Where devices connect; undefined: nowhere. */
  readonly port: number | undefined;
  readonly udpPort: number | undefined;
  /** A question of types 61–88 to a device; its answer stands in the status. */
  ask(device: string, unit: FireUnit): Refusal | undefined;
  /** Reports of smoke detectors. */
  readonly detectors: Pick<Detectors, "push">;
  /** What the safety process has read of contacts; its ages are of this moment. */
  read(points: readonly WatchedReading[]): void;
  status(): object;
  askSentry(device: string, within_min: number, by: "cloud" | "console"): { readonly check: string } | Refusal;
  answerSentry(check: string, person: string): Refusal | undefined;
}

const tickEvery_ms = 1_000;

export interface FireRooms {
  readonly sessions: Pick<Sessions, "tellFire">;
  readonly devices: Pick<Devices, "openTcp"> & Datagrams;
}

type Parts = Pick<SiteContext, "journal" | "clock" | "chance"> & {
  readonly log: Pick<SiteContext["log"], "info" | "warn">;
  readonly fire: FireConfig | undefined;
};

export async function mountFire(parts: Parts, { sessions, devices }: FireRooms): Promise<MountedFire> {
  const { journal, clock, chance, log } = parts;
  const config: FireConfig = parts.fire ?? { devices: [] };
  let centre: Centre | undefined;
  const panels: Panels = startPanels({ config, journal, clock, chance, tell: sessions.tellFire, forwarded: () => centre?.wake() });
  /** What speaks no frames of its own reaches the city's centre in our own state (type 21). */
  const changed = (): void => {
    if (config.centre === undefined) return;
    journal.commit((tx) => forward(tx, { kind: "device-state", objects: [{ state: ownState(known), time: labelOf(clock.wall()) }] }));
    centre?.wake();
  };
  const detectors = startDetectors({ config, journal, clock, tell: sessions.tellFire, changed });
  const contacts = startContacts({ contacts: config.contacts ?? [], journal, clock, changed });
  const server: FireServer | undefined = config.listen === undefined ? undefined : await openFireServer({ config, clock, log, panels });
  const [first] = config.devices;
  const known = { journal, config, blind: contacts.blind, answers: (device: string) => server?.answers(device) === true };
  if (config.centre !== undefined)
    centre = connectCentre({
      ...{ centre: config.centre, clock, devices, journal, log },
      // The person sits at a device of ours; one that is not connected is asked at the console alone.
      onSentry(within_min) {
        panels.askSentry(first ?? { id: "centre" }, within_min, "centre");
        for (const { id } of config.devices) server?.sentry(id, within_min);
      },
      answer: (asked) => answerTo(asked, { ...known, now: clock.wall() }),
      state: () => ownState(known),
      onInitialise: panels.again,
    });
  let stopped = false;
  const tick = (): void => {
    if (stopped) return;
    cancel = clock.wake(after(clock.monotonic(), tickEvery_ms), tick);
    try {
      server?.tick();
      centre?.tick();
      panels.tick();
      detectors.tick();
      contacts.tick();
    } catch (error) {
      log.warn({ why: String(error) }, "fire: a turn failed");
    }
  };
  let cancel = clock.wake(after(clock.monotonic(), 0), tick);
  return {
    port: server?.port,
    udpPort: server?.udpPort,
    ask(id, unit) {
      if (!config.devices.some((one) => one.id === id))
        return refusal("no-device", `没有这台消防装置：${id}`, `there is no such fire device: ${id}`);
      return server?.ask(id, unit) === true ? undefined : refusal("not-connected", "该装置未连接", "this device is not connected");
    },
    detectors,
    read: contacts.read,
    status: () => ({
      detectors: detectors.status(),
      contacts: contacts.status(),
      ...panels.status(),
      devices: server?.health() ?? [],
      centre: centre && { connected: centre.connected(), waiting: centre.waiting() },
    }),
    askSentry(id, within_min, by) {
      const device = config.devices.find((one) => one.id === id);
      if (device === undefined) return refusal("no-device", `没有这台消防装置：${id}`, `there is no such fire device: ${id}`);
      if (server?.sentry(id, within_min) !== true) return refusal("not-connected", "该装置未连接", "this device is not connected");
      return { check: panels.askSentry(device, within_min, by) };
    },
    answerSentry: panels.answerSentry,
    measures: () =>
      (server?.health() ?? []).flatMap(({ device, connected, frames, refused }) => {
        const labels = { device };
        return [
          {
            name: "cuobian_fire_connected",
            kind: "gauge",
            help: "1 while the transmission device is connected",
            labels,
            value: connected ? 1 : 0,
          } as const,
          { name: "cuobian_fire_frames_total", kind: "counter", help: "frames taken in", labels, value: frames } as const,
          { name: "cuobian_fire_refused_total", kind: "counter", help: "frames denied", labels, value: refused } as const,
        ];
      }),
    async stop() {
      stopped = true;
      cancel();
      centre?.close();
      await server?.close();
    },
  };
}
