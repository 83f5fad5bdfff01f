// The fire room over real sockets: a simulated panel on one side, a centre of our own kind on the other; the clock is told.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { componentState, connectPanel, type Panel } from "#sim/fire/panel.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { until } from "#test/world/program.ts";
import type { FireConfig } from "../config/fire-schema.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { machineDevices } from "../world/devices.ts";
import { machineDatagrams } from "../world/udp.ts";
import { type MountedFire, mountFire } from "./door.ts";
import { placeOf } from "./panels.ts";
import { tables } from "./tables.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Room {
  readonly fire: MountedFire;
  readonly told: string[];
  readonly journal: Journal;
  /** "type device point cause" of every event. */
  events(): string[];
  again(): Promise<Room>;
}
const clock = toldClock();
const address = "010203040506";
const panel1: FireConfig["devices"][number] = {
  ...{ id: "panel-1", name: "1号楼消控室", address, profile: "field", silent_s: 120, zone: "building-1" },
  places: [{ point: "1.1.17", zone: "shed-1-zone", shed: "shed-1" }],
};

async function room(fire: FireConfig, folder = mkdtempSync(join(tmpdir(), "cuobian-fire-"))): Promise<Room> {
  const journal = openJournal({ path: join(folder, "journal.sqlite"), clock, chance: toldChance(7), tables });
  const told: string[] = [];
  const log = { info: () => undefined, warn: () => undefined } as never;
  const tellFire = ({ shed, source, active }: { shed: string; source: string; active: boolean }) =>
    void told.push(`${shed} ${source} ${active}`);
  const mounted = await mountFire(
    { journal, clock, chance: toldChance(8), log, fire },
    { sessions: { tellFire }, devices: { ...machineDevices(), ...machineDatagrams() } },
  );
  let open = true;
  const stop = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await mounted.stop();
    journal.close();
  };
  ends.push(stop, () => rmSync(folder, { recursive: true, force: true }));
  return {
    ...{ fire: mounted, told, journal },
    events: () =>
      journal.outbox
        .pending("urgent", 1_000)
        .concat(journal.outbox.pending("state", 1_000))
        .filter(({ type }) => type.startsWith("fire."))
        .map(({ type, data }) => {
          const { device, point, cause, within_min } = JSON.parse(data) as Record<string, unknown>;
          return [type, device, point, cause, within_min].filter((one) => one !== undefined).join(" ");
        }),
    async again() {
      await stop();
      return room(fire, folder);
    },
  };
}
const panelAt = async (port: number | undefined, from = address): Promise<Panel> => {
  const made = await connectPanel({ host: "127.0.0.1", port: port ?? 0, address: from, now: clock.wall, again_ms: 5_000 });
  ends.push(() => made.close());
  return made;
};
const fireAt = (component_address: number, bits: readonly number[] = [1]) =>
  componentState({ component_address, bits, text: "1号棚烟感", time: "2026-11-25 12:00:00" });
const listen = { host: "127.0.0.1", port: 0 } as const;

test("a fire: protection told first, an event each, confirmed; a repeat once more confirmed and told once; remembered over a restart", async () => {
  let here = await room({ listen, devices: [panel1] });
  let panel = await panelAt(here.fire.port);
  expect(await panel.say(fireAt(17))).toBe("confirmed");
  expect(await panel.say(fireAt(18, [1, 2]))).toBe("confirmed");
  // Its clock was set when it connected.
  expect(panel.heard).toContainEqual({ kind: "set-time", objects: [{ time: expect.stringMatching(/^2026-11-25 12:00/) }] });
  // 18 lies in no place: its zone is the device's, and no shed is opened for it.
  expect(here.told).toEqual(["shed-1 panel-1/1.1.17 true"]);
  expect(here.events()).toEqual(["fire.raised panel-1 1.1.17 fire", "fire.raised panel-1 1.1.18 fire", "fire.raised panel-1 1.1.18 fault"]);
  const same = panel.frame(fireAt(17, []), 900);
  panel.raw(same);
  panel.raw(same);
  await until(
    "both are confirmed",
    () => panel.answers.filter(({ serial, command }) => serial === 900 && command === 3).length === 2 || undefined,
  );
  expect(here.events().filter((one) => one.startsWith("fire.over"))).toEqual(["fire.over panel-1 1.1.17 fire"]);
  expect(here.told.at(-1)).toBe("shed-1 panel-1/1.1.17 false");
  // A spoiled frame is denied and changes nothing.
  const spoiled = panel.frame(fireAt(17), 901);
  spoiled[spoiled.length - 3] = ((spoiled[spoiled.length - 3] ?? 0) + 1) & 0xff;
  panel.raw(spoiled);
  await until("it is denied", () => panel.answers.some(({ serial, command }) => serial === 901 && command === 6) || undefined);
  expect(await panel.say(fireAt(17))).toBe("confirmed");
  panel.close();
  here = await here.again();
  // What burned before is said to protection at once, and is no new alarm when the panel says it again.
  expect(here.told).toEqual(["shed-1 panel-1/1.1.17 true"]);
  panel = await panelAt(here.fire.port);
  const before = here.events().length;
  expect(await panel.say(fireAt(17))).toBe("confirmed");
  expect(here.events().length).toBe(before);
});

test("a stranger is let go; a device that falls silent is an event, and heard again another", async () => {
  const here = await room({ listen, devices: [panel1] });
  const stranger = await panelAt(here.fire.port, "0A0A0A0A0A0A");
  expect(await stranger.say(fireAt(17))).toBe("unanswered");
  expect([stranger.closed(), here.told, here.events()]).toEqual([true, [], []]);
  const panel = await panelAt(here.fire.port);
  await panel.say({ kind: "device-state", objects: [{ state: 1, time: "2026-11-25 12:00:00" }] });
  clock.advance(121_000);
  expect(here.events()).toEqual(["fire.device-silent panel-1"]);
  await panel.say({ kind: "heartbeat" });
  expect(here.events()).toEqual(["fire.device-silent panel-1", "fire.device-answers panel-1"]);
});

test("a sentry check is never answered by a machine: a person at the panel, a person by name, or an event", async () => {
  const centre = await room({ listen, devices: [{ ...panel1, id: "site-1", address: "00000000AA01" }] });
  const here = await room({
    listen,
    devices: [panel1],
    centre: {
      host: "127.0.0.1",
      port: centre.fire.port ?? 0,
      own_address: "00000000AA01",
      centre_address: "0000000000CC",
      profile: "standard",
    },
  });
  const panel = await panelAt(here.fire.port);
  await panel.say({ kind: "device-state", objects: [{ state: 1, time: "2026-11-25 12:00:00" }] });
  const turn = async (what: string, is: () => unknown): Promise<void> =>
    void (await until(what, () => {
      clock.advance(1_000);
      return is() || undefined;
    }));
  await turn("the centre hears us", () => JSON.stringify(centre.fire.status()).includes('"connected":true'));

  // Forwarded: the city's centre has the same alarm, with our address as its source.
  await panel.say(fireAt(17));
  await turn("it is forwarded", () => centre.events().includes("fire.raised site-1 1.1.17 fire"));

  // Asked from there: the question reaches the panel, and for as long as nobody presses anything no answer goes up.
  expect(centre.fire.askSentry("site-1", 2, "cloud")).toMatchObject({ check: expect.any(String) });
  await turn("the panel is asked", () => panel.heard.some(({ kind }) => kind === "sentry"));
  clock.advance(60_000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(centre.events().filter((one) => one.includes("sentry-answered"))).toEqual([]);
  // A person presses.
  await panel.say({ kind: "device-operation", objects: [{ operation: 1 << 5, operator: 4, time: "2026-11-25 12:01:00" }] });
  await turn("the answer went up", () => centre.events().some((one) => one.startsWith("fire.sentry-answered")));
  expect(here.events()).toContain("fire.sentry-answered panel-1");

  // Asked again and nobody is there: both ends say so, and nothing went up.
  const { check } = centre.fire.askSentry("site-1", 1, "cloud") as { check: string };
  await turn("it is asked here", () => here.events().filter((one) => one.startsWith("fire.sentry-asked")).length === 2);
  clock.advance(61_000);
  expect(here.events()).toContain("fire.sentry-unanswered panel-1 1");
  expect(centre.events()).toContain("fire.sentry-unanswered site-1 1");
  expect(centre.fire.answerSentry(check, "值班甲")).toMatchObject({ code: "check-over" });

  // By name at the console.
  const asked = here.fire.askSentry("panel-1", 5, "console") as { check: string };
  expect(here.fire.answerSentry("nobody-s", "值班甲")).toMatchObject({ code: "no-check" });
  expect(here.fire.answerSentry(asked.check, "值班甲")).toBeUndefined();
});

test("the longest place counts; a place without a shed opens none", () => {
  const device = {
    ...panel1,
    shed: "shed-9",
    places: [
      { point: "1.1", zone: "a" },
      { point: "1.1.17", zone: "b", shed: "shed-1" },
    ],
  };
  expect(placeOf(device, "1.1.17")).toEqual({ zone: "b", shed: "shed-1" });
  expect(placeOf(device, "1.1.170")).toEqual({ zone: "a", shed: null });
  expect(placeOf(device, "2.1.5")).toEqual({ zone: "building-1", shed: "shed-9" });
});
