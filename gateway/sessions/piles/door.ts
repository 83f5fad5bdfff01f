// The site file's piles: their ports opened, their readings sampled for the cloud as they come.
import { tellingOf } from "#protocols/piles/telling.ts";
import { after } from "#protocols/vocabulary/time.ts";
import type { PileHostConfig } from "../../config/pile-schema.ts";
import { openDc589Piles } from "../../drivers/piles/dc589-piles.ts";
import { openDnyPiles } from "../../drivers/piles/dny-piles.ts";
import type { PileDriver, PileDriverParts } from "../../drivers/piles/pile.ts";
import type { Clock } from "../../ports.ts";
import type { SiteContext } from "../../site-context.ts";
import { createSampler, pointRules } from "../sampler.ts";
import { type Piles, type PilesSettings, startPiles } from "./piles.ts";

const open: Readonly<Record<PileHostConfig["kind"], (parts: PileDriverParts & { readonly clock: Clock }) => Promise<PileDriver>>> = {
  dny: openDnyPiles,
  dc589: openDc589Piles,
};

export type MountedPiles = Pick<Piles, "has" | "begin" | "release" | "readings" | "stopShed"> & {
  readonly ports: readonly number[];
  stop(): Promise<void>;
};

const sample_ms = 5_000;

/** A port that is taken does not stop the rest of the gateway: it is tried again, and said. */
const again_ms = 30_000;

export async function mountPiles(
  context: SiteContext,
  also: Pick<PilesSettings, "rules" | "shedState" | "tellFire" | "judge">,
): Promise<MountedPiles> {
  const { config, journal, clock, chance, log, telemetry } = context;
  const hosts = config.pile_hosts ?? [];
  const piles = startPiles({
    ...{ journal, clock, chance, log, ...also },
    piles: hosts.flatMap(({ kind, piles: all }) =>
      all.map(({ id, ports, time_most_s, overload_W, shed }) => ({
        ...{ id, ports, time_most_s, overload_mW: overload_W * 1000, shed },
        ...{ power_s: tellingOf[kind].power_s, heartbeat_s: tellingOf[kind].heartbeat_s },
      })),
    ),
  });
  const drivers = new Map<string, PileDriver>();
  const opened: PileDriver[] = [];
  const cancels = new Set<() => void>();
  let stopped = false;
  const begin = async (host: PileHostConfig): Promise<void> => {
    try {
      const driver = await open[host.kind]({ ...host, clock, listener: piles.listener });
      if (stopped) return await driver.close();
      opened.push(driver);
      for (const { id } of host.piles) drivers.set(id, driver);
      log.info({ host: host.id, port: driver.port }, "piles: they may call");
    } catch (error) {
      log.error({ host: host.id, error: String(error) }, "piles: the port cannot be opened; tried again");
      if (!stopped) cancels.add(clock.wake(after(clock.monotonic(), again_ms), () => void begin(host)));
    }
  };
  piles.use((pile) => drivers.get(pile));
  for (const host of hosts) await begin(host);

  const sampler = createSampler(pointRules(config.telemetry));
  let cancelSample = (): void => undefined;
  const sample = (): void => {
    const at = clock.stamp();
    const text = sampler.sample({ at, sockets: piles.readings(), lines: [] });
    if (text !== undefined) telemetry.add(text, at);
    cancelSample = clock.wake(after(clock.monotonic(), sample_ms), sample);
  };
  if (hosts.length > 0) sample();
  return {
    ...piles,
    ports: opened.map(({ port }) => port),
    stop: async () => {
      stopped = true;
      cancelSample();
      for (const cancel of cancels) cancel();
      piles.stop();
      await Promise.all(opened.map((driver) => driver.close()));
    },
  };
}
