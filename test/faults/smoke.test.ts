// P 08.smoke: a frame of a fire panel opens a shed at the edge: the real simulators, the real safety process, the fire room over a real socket; no cloud anywhere.
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { mountFire } from "#gateway/fire/door.ts";
import { tables } from "#gateway/fire/tables.ts";
import { openJournal } from "#gateway/journal/journal.ts";
import type { Fact } from "#gateway/link/messages.ts";
import { machineChance, machineClock } from "#gateway/world/clock.ts";
import { machineDevices } from "#gateway/world/devices.ts";
import { machineDatagrams } from "#gateway/world/udp.ts";
import { componentState, connectPanel } from "#sim/fire/panel.ts";
import { counted } from "#test/promise.ts";
import { until } from "#test/world/program.ts";
import { type ChargingSite, energiseAll, startChargingSite, wholeShed } from "./charging-site.ts";

let site: ChargingSite;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await site?.end();
});

test("P 08.smoke: a panel's frame, the cloud gone: every socket of the shed OFF, latched until a person on site", {
  timeout: 90_000,
}, async (context) => {
  site = await startChargingSite(wholeShed(), { contactor: true });
  await site.startSafety();
  const end = site.connect();
  const clock = machineClock();
  const journal = openJournal({ path: join(site.folder, "journal.sqlite"), clock, chance: machineChance(), tables });
  const fire = await mountFire(
    {
      ...{ journal, clock, chance: machineChance(), log: { info: () => undefined, warn: () => undefined } as never },
      fire: {
        listen: { host: "127.0.0.1", port: 0 },
        devices: [
          {
            id: "panel-1",
            name: "消控室",
            address: "010203040506",
            profile: "standard",
            silent_s: 120,
            places: [{ point: "1.1", shed: "shed-1" }],
          },
        ],
        // The city's centre is gone too.
        centre: { host: "127.0.0.1", port: 9, own_address: "00000000AA01", centre_address: "0000000000CC", profile: "standard" },
      },
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
  await energiseAll(site, end, "smoke");

  const state = (bits: readonly number[]) =>
    componentState({ component_address: 17, bits, text: "1号棚烟感", time: "2026-11-25 12:00:00" });
  const before = (await site.state()).clock_ms;
  const answer = panel.say(state([1]));
  const open = await until("20 open relays", async () => {
    const now = await site.state();
    return now.sockets.every(({ relay }) => !relay) ? now : undefined;
  });
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
