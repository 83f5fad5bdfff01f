// P 08.smoke: a frame of a fire panel, a detector that reports by itself, and a dry contact open a shed at the edge: the real simulators, the real safety process, the fire room over real sockets; no cloud anywhere.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Fastify from "fastify";
import { afterEach, expect, test } from "vitest";
import type { FireConfig } from "#gateway/config/fire-schema.ts";
import { detectorRoutes } from "#gateway/console/fire.ts";
import { mountFire } from "#gateway/fire/door.ts";
import { tables } from "#gateway/fire/tables.ts";
import { openJournal } from "#gateway/journal/journal.ts";
import type { Fact } from "#gateway/link/messages.ts";
import { machineChance, machineClock } from "#gateway/world/clock.ts";
import { machineDevices } from "#gateway/world/devices.ts";
import { machineDatagrams } from "#gateway/world/udp.ts";
import { componentState, connectPanel } from "#sim/fire/panel.ts";
import { counted, plain } from "#test/promise.ts";
import { until } from "#test/world/program.ts";
import { type ChargingSite, energiseAll, startChargingSite, wholeShed } from "./charging-site.ts";

let site: ChargingSite;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await site?.end();
});

const token = "a-token-of-detectors-0001";
const fireConfig: FireConfig = {
  listen: { host: "127.0.0.1", port: 0 },
  devices: [
    {
      ...{ id: "panel-1", name: "消控室", address: "010203040506", profile: "standard", silent_s: 120 },
      places: [{ point: "1.1", shed: "shed-1" }],
    },
  ],
  detectors: [{ id: "smoke-nb", name: "1号棚烟感", imei: "860000000000001", shed: "shed-1", silent_h: 26 }],
  detectors_form: "platform",
  detectors_token_file: "./detectors.token",
  // The city's centre is gone too.
  centre: { host: "127.0.0.1", port: 9, own_address: "00000000AA01", centre_address: "0000000000CC", profile: "standard" },
};

async function begin() {
  site = await startChargingSite(wholeShed(), { contactor: true });
  await site.startSafety();
  const end = site.connect();
  const clock = machineClock();
  const journal = openJournal({ path: join(site.folder, "journal.sqlite"), clock, chance: machineChance(), tables });
  const fire = await mountFire(
    {
      ...{ journal, clock, chance: machineChance(), log: { info: () => undefined, warn: () => undefined } as never },
      fire: fireConfig,
    },
    {
      sessions: { tellFire: (told) => void end.client.send({ type: "fire", ...told }) },
      devices: { ...machineDevices(), ...machineDatagrams() },
    },
  );
  ends.push(
    () => journal.close(),
    () => fire.stop(),
  );
  const panel = await connectPanel({ host: "127.0.0.1", port: fire.port ?? 0, address: "010203040506", now: clock.wall, again_ms: 5_000 });
  ends.push(() => panel.close());
  await until("the shed serves", () => end.shed()?.state === "serving" || undefined, { within_ms: 20_000 });
  return { end, journal, fire, panel };
}
const state = (bits: readonly number[]) => componentState({ component_address: 17, bits, text: "1号棚烟感", time: "2026-11-25 12:00:00" });
const allOpen = () =>
  until("20 open relays", async () => {
    const now = await site.state();
    return now.sockets.every(({ relay }) => !relay) ? now : undefined;
  });

test("P 08.smoke: a panel's frame, the cloud gone: every socket of the shed OFF, latched until a person on site", {
  timeout: 90_000,
}, async (context) => {
  const { end, journal, panel } = await begin();
  await energiseAll(site, end, "smoke");

  const before = (await site.state()).clock_ms;
  const answer = panel.say(state([1]));
  const open = await allOpen();
  expect(await answer).toBe("confirmed");
  const tripped = await until("the fact", () =>
    end.facts.find((one): one is Extract<Fact, { kind: "shed-tripped" }> => one.kind === "shed-tripped"),
  );
  expect(tripped).toMatchObject({ cause: "panel", source: "panel-1/1.1.17", shed: "shed-1", latched: true, contactor: "opening" });
  expect(open.sockets.filter(({ why }) => why === "commanded")).toHaveLength(20);
  const written = journal.outbox.pending("urgent", 10).map(({ type, data }) => [type, (JSON.parse(data) as { shed?: string }).shed]);
  expect(written).toEqual([["fire.raised", "shed-1"]]);

  // Latched: nothing closes while it burns, nor when it is over; a person on site resets it, and only then.
  const refused = async (round: string): Promise<string> => {
    end.energise(["station-1/1"], round);
    const fact = await until(`an answer to ${round}`, () =>
      end.facts.find((one) => one.kind === "refused" && one.authority === `authority-${round}-station-1/1`),
    );
    return fact.kind === "refused" ? fact.code : "";
  };
  const reset = () => end.client.send({ type: "reset-shed", shed: "shed-1", trip: tripped.trip, person: "值班甲", reason: "已到场查看" });
  expect(await refused("burning")).toBe("shed-latched");
  reset();
  await until("the reset is refused", () => end.facts.find((one) => one.kind === "shed-reset-refused" && one.code === "input-active"));
  expect(await panel.say(state([]))).toBe("confirmed");
  expect(await refused("over")).toBe("shed-latched");
  counted(context, {
    "sockets opened": open.sockets.length,
    "the word to the last OFF handed to a line, ms": tripped.off_after_ms,
    "frame to the last relay (simulator), ms": Math.round(
      Math.max(...open.sockets.map(({ relay_changed_ms }) => relay_changed_ms)) - before,
    ),
    "closed while latched: wrong": (await site.state()).sockets.filter(({ relay }) => relay).length,
  });
});

// Minutes of real relays: by its name and in the full set.
if (!plain)
  test("P 08.smoke paths: a frame, an NB-IoT detector's push and a dry contact, one after another: each opens all twenty sockets, is latched, and is reset by a person once it is over", {
    timeout: 180_000,
  }, async (context) => {
    const { end, fire, panel } = await begin();
    writeFileSync(join(site.folder, "detectors.token"), token);
    const server = Fastify();
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    await server.register(detectorRoutes({ folder: site.folder, log, config: { fire: fireConfig } } as never, fire));
    const url = `${await server.listen({ host: "127.0.0.1", port: 0 })}/fire/detectors`;
    ends.push(() => server.close());
    const push = async (status: string): Promise<void> => {
      const answer = await fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ imei: "860000000000001", status, battery: 31, signal: 22, temperature: 24 }),
      });
      expect(answer.status).toBe(200);
    };
    const paths: Readonly<Record<string, { burn(): Promise<unknown>; over(): Promise<unknown>; cause: string; source: string }>> = {
      frame: { burn: () => panel.say(state([1])), over: () => panel.say(state([])), cause: "panel", source: "panel-1/1.1.17" },
      detector: { burn: () => push("01"), over: () => push("11"), cause: "smoke", source: "smoke-nb/detector" },
      contact: {
        burn: () => site.fault({ name: "panel", shed: "shed-1" }),
        over: () => site.fault({ name: "clear" }),
        ...{ cause: "panel", source: "panel" },
      },
    };
    let opened = 0;
    const times: Record<string, number> = {};
    for (const [round, { burn, over, cause, source }] of Object.entries(paths)) {
      await energiseAll(site, end, round);
      const before = end.facts.length;
      await burn();
      const open = await allOpen();
      opened += open.sockets.length;
      const tripped = await until(`the fact of ${round}`, () =>
        end.facts.slice(before).find((one): one is Extract<Fact, { kind: "shed-tripped" }> => one.kind === "shed-tripped"),
      );
      expect(tripped).toMatchObject({ cause, source, shed: "shed-1", latched: true });
      times[`${round}: the word to the last OFF, ms`] = tripped.off_after_ms;
      const reset = () =>
        end.client.send({ type: "reset-shed", shed: "shed-1", trip: tripped.trip, person: "值班甲", reason: "已到场查看" });
      reset();
      await until(
        "it is refused while it burns",
        () => end.facts.slice(before).some((one) => one.kind === "shed-reset-refused") || undefined,
      );
      await over();
      await until(
        "reset by a person",
        async () => {
          reset();
          return end.facts.slice(before).some((one) => one.kind === "shed-reset") || undefined;
        },
        { every_ms: 300 },
      );
      await until("it serves again", () => end.shed()?.state === "serving" || undefined, { within_ms: 20_000 });
    }
    expect(opened).toBe(60);
    counted(context, { paths: Object.keys(paths).length, "sockets opened": opened, ...times });
  });
