// Devices as they are met, over real sockets: one that speaks for another, one whose profile is stricter than its neighbour's, one that falls silent over a new start; a centre that refuses, is away, and is half open. The clock is told.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { confirm, deny } from "#protocols/fire/gbt26875/answer.ts";
import { decodeUnit, encodeUnit, type FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { command, encodeFrame, type FireFrame, fireSum, gbt26875 } from "#protocols/fire/gbt26875/frame.ts";
import { standard } from "#protocols/fire/gbt26875/profile.ts";
import { isUndecodable } from "#protocols/frames/layout.ts";
import { freshStream, step } from "#protocols/frames/stream.ts";
import { componentState, connectPanel, type Panel } from "#sim/fire/panel.ts";
import { counted } from "#test/promise.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { until } from "#test/world/program.ts";
import type { FireConfig } from "../config/fire-schema.ts";
import { openJournal } from "../journal/journal.ts";
import type { WatchedReading } from "../link/messages.ts";
import { machineDevices } from "../world/devices.ts";
import { machineDatagrams } from "../world/udp.ts";
import { mountFire } from "./door.ts";
import { tables } from "./tables.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const time = "2026-11-25 12:00:00";
const listen = { host: "127.0.0.1", port: 0 } as const;
const [first, second] = ["010203040506", "0A0A0A0A0A0A"] as const;
const panelOf = (id: string, address: string, profile: "standard" | "field" = "field"): FireConfig["devices"][number] => ({
  ...{ id, name: id, address, profile, silent_s: 120, shed: `shed-of-${id}` },
});
const clock = toldClock();

async function scene(fire: FireConfig) {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-neighbours-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const told: string[] = [];
  const log = { info: () => undefined, warn: () => undefined } as never;
  const open = async () => {
    const journal = openJournal({ path: join(folder, "journal.sqlite"), clock, chance: toldChance(7), tables });
    const mounted = await mountFire(
      { journal, clock, chance: toldChance(8), log, fire },
      {
        sessions: { tellFire: ({ shed, source, active }) => void told.push(`${shed} ${source} ${active}`) },
        devices: { ...machineDevices(), ...machineDatagrams() },
      },
    );
    let ended = false;
    const end = async () => {
      if (ended) return;
      ended = true;
      await mounted.stop();
      journal.close();
    };
    ends.push(end);
    const events = () =>
      journal.outbox
        .pending("urgent", 1_000)
        .concat(journal.outbox.pending("state", 1_000))
        .map(({ type, data }) => {
          const { device, point, cause, operations } = JSON.parse(data) as Record<string, unknown>;
          return [type, device, point, cause, operations].filter((one) => one !== undefined).join(" ");
        });
    return { mounted, events, end };
  };
  return { open, told };
}
const panelAt = async (port: number | undefined, address: string): Promise<Panel> => {
  const made = await connectPanel({ host: "127.0.0.1", port: port ?? 0, address, now: clock.wall, again_ms: 5_000 });
  ends.push(() => made.close());
  return made;
};
const fireAt = (n: number, bits: readonly number[] = [1]) => componentState({ component_address: n, bits, text: "烟感", time });
const frameOf = (unit: Uint8Array, given: Partial<FireFrame> = {}): Uint8Array =>
  encodeFrame({
    ...{ serial: 1, major: 1, minor: 1, sent: time, source: first, target: "000000000000", command: command.data, unit },
    ...given,
  });
const answered = (panel: Panel, serial: number): Promise<number> =>
  until(`an answer to ${serial}`, () => panel.answers.find((one) => one.serial === serial)?.command);

test("one connection speaks for two devices: each frame is its source's; each profile is its own device's; what nobody answers is denied", async () => {
  const { open, told } = await scene({ listen, devices: [panelOf("panel-1", first), panelOf("panel-2", second, "standard")] });
  const { mounted, events } = await open();
  const panel = await panelAt(mounted.port, first);
  expect(await panel.say(fireAt(1))).toBe("confirmed");
  panel.raw(frameOf(encodeUnit(fireAt(2)), { serial: 700, source: second }));
  expect(await answered(panel, 700)).toBe(command.confirm);
  expect(told).toEqual(["shed-of-panel-1 panel-1/1.1.1 true", "shed-of-panel-2 panel-2/1.1.2 true"]);
  expect(JSON.stringify(mounted.status()).match(/"connected":true/g)?.length).toBe(2);
  // A request, and a command of the vendor's own, have no answer here; neither is taken for a state.
  panel.raw(frameOf(encodeUnit({ kind: "read-device-time", objects: [{ reserved: 0 }] }), { serial: 701, command: command.request }));
  panel.raw(frameOf(encodeUnit(fireAt(3)), { serial: 702, command: 130 }));
  expect([await answered(panel, 701), await answered(panel, 702)]).toEqual([command.deny, command.deny]);
  expect(events().filter((one) => one.includes("1.1.3"))).toEqual([]);
  // The neighbour comes itself: the first one's connection stands.
  const own = await panelAt(mounted.port, second);
  expect(await own.say(fireAt(4))).toBe("confirmed");
  expect([panel.closed(), await panel.say(fireAt(5))]).toEqual([false, "confirmed"]);
  // A device of the standard profile that begins with another version is denied, though its neighbour may have one.
  const strange = await panelAt(mounted.port, second);
  const other = frameOf(encodeUnit(fireAt(6)), { serial: 703, source: second, major: 2 });
  other[other.length - 3] = fireSum(other);
  strange.raw(other);
  expect(await answered(strange, 703)).toBe(command.deny);
  expect(events().filter((one) => one.includes("1.1.6"))).toEqual([]);
});

test("a device's clock is set when it connects and every hour after that; silent over a new start of ours, it is said once to be silent and once to answer", async () => {
  const { open } = await scene({ listen, devices: [panelOf("panel-1", first)] });
  let here = await open();
  let panel = await panelAt(here.mounted.port, first);
  const clocks = (): number => panel.heard.filter(({ kind }) => kind === "set-time").length;
  await panel.say(fireAt(1));
  await until("its clock is set", () => clocks() === 1 || undefined);
  // Once this is confirmed, its confirmation of before has come too.
  await panel.say(fireAt(2));
  for (let minute = 0; minute < 61; minute += 1) {
    clock.advance(60_000);
    expect(await panel.say({ kind: "device-state", objects: [{ state: 1, time }] })).toBe("confirmed");
  }
  await until("and again", () => clocks() > 1 || undefined);
  panel.close();
  clock.advance(200_000);
  await here.end();
  here = await open();
  clock.advance(200_000);
  const said = (): string[] => here.events().filter((one) => /device-(silent|answers)/.test(one));
  expect(said()).toEqual(["fire.device-silent panel-1"]);
  panel = await panelAt(here.mounted.port, first);
  await panel.say(fireAt(1));
  expect(said()).toEqual(["fire.device-silent panel-1", "fire.device-answers panel-1"]);
});

/** A city's centre that can be told what to do with each type. */
async function city(port = 0) {
  const heard: { type: number; serial: number }[] = [];
  const does = new Map<number, "confirm" | "deny" | "nothing">();
  const sockets = new Set<Socket>();
  const server = createServer((one) => {
    sockets.add(one.on("close", () => sockets.delete(one)));
    let stream = freshStream;
    one.on("error", () => undefined);
    one.on("data", (bytes) => {
      const stepped = step(gbt26875(standard), stream, bytes);
      stream = stepped.state;
      for (const { frame } of stepped.frames) {
        if (frame.command !== command.data) continue;
        const type = frame.unit[0] ?? 0;
        expect(isUndecodable(decodeUnit(frame, standard))).toBe(false);
        heard.push({ type, serial: frame.serial });
        const what = does.get(type) ?? "confirm";
        if (what !== "nothing") one.write(encodeFrame((what === "confirm" ? confirm : deny)(frame, time)));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = async () => {
    for (const one of sockets) one.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  ends.push(close);
  return {
    port: (server.address() as { port: number }).port,
    heard,
    does,
    close,
    ask: (unit: FireUnit) => {
      for (const one of sockets)
        one.write(
          encodeFrame({
            serial: 9_000,
            major: 1,
            minor: 0,
            sent: time,
            source: "0000000000CC",
            target: "00000000AA01",
            command: command.control,
            unit: encodeUnit(unit),
          }),
        );
    },
  };
}
const toCity = (port: number): NonNullable<FireConfig["centre"]> => ({
  ...{ host: "127.0.0.1", port, own_address: "00000000AA01", centre_address: "0000000000CC", profile: "standard" },
});
const turn = (what: string, is: () => unknown): Promise<unknown> =>
  until(what, () => {
    clock.advance(1_000);
    return is() || undefined;
  });

test("P 08.26875 centre: through an outage everything comes in order and once each; half open it is noticed and said again; what it refuses four times holds up nothing and is on record", async (context) => {
  let centre = await city();
  const { open } = await scene({ listen, devices: [{ ...panelOf("panel-1", first), silent_s: 86_400 }], centre: toCity(centre.port) });
  const { mounted, events } = await open();
  const panel = await panelAt(mounted.port, first);
  const of = (type: number) => centre.heard.filter((one) => one.type === type);
  const waiting = (): number => (mounted.status() as { centre?: { waiting: number } }).centre?.waiting ?? -1;
  await panel.say(fireAt(1));
  await turn("the first is there", () => of(2).length === 1 && waiting() === 0);
  // Half open: it takes bytes and says nothing. What was said stays, is said four times, then over a new connection.
  centre.does.set(2, "nothing");
  await panel.say(fireAt(2));
  await turn("said four times", () => of(2).length >= 5);
  expect(
    new Set(
      of(2)
        .slice(0, 5)
        .map(({ serial }) => serial),
    ).size,
  ).toBe(2);
  expect(waiting()).toBe(1);
  centre.does.clear();
  await turn("confirmed at last", () => waiting() === 0);
  // Serials go on: over the new connection it is no repeat of something else.
  expect(new Set(centre.heard.map(({ serial }) => serial)).size).toBeGreaterThan(2);

  // Gone for an hour, with twenty alarms: all of them afterwards, in order.
  const { port } = centre;
  await centre.close();
  for (let n = 10; n < 30; n += 1) expect(await panel.say(fireAt(n))).toBe("confirmed");
  clock.advance(3_600_000);
  expect(waiting()).toBe(20);
  centre = await city(port);
  await turn("all are there", () => waiting() === 0);
  expect(of(2).length).toBe(20);

  // It knows no measured values: denied four times, let go, on record; the fire behind it comes through.
  centre.does.set(3, "deny");
  await panel.say({
    kind: "analog",
    objects: [{ system_type: 1, system_address: 1, component_type: 31, component_address: 9, analog_type: 3, raw: 250, time }],
  });
  await panel.say(fireAt(40));
  await turn("the fire is there", () => of(2).length === 21);
  expect(of(3).length).toBe(4);
  expect(events()).toContain("fire.operation centre 监控中心拒收 / denied by the centre: 3");
  expect(events().filter((one) => one.startsWith("fire.raised")).length).toBe(23);
  counted(context, { forwarded: 23, "said again": 4, "lost, doubled: wrong": 0, "denied and on record": 1 });
});

test("a site without a panel: the centre's sentry check waits for a person all the same, and a contact's fire reaches it in our own state", async () => {
  const centre = await city();
  const contact = { device: "io-1", point: "input_closed", channel: 3 } as const;
  const { open } = await scene({
    devices: [],
    centre: toCity(centre.port),
    contacts: [
      {
        ...{ id: "panel-3-fire", name: "3号楼主机火警输出", says: "fire", ...contact, active: 0, delay_s: 0, blind_s: 30 },
        zone: "building-3",
      },
    ],
  });
  const { mounted, events } = await open();
  await turn("it says its state", () => centre.heard.length >= 1);
  centre.ask({ kind: "sentry", objects: [{ within_min: 2 }] });
  await turn("a person is asked", () => events().includes("fire.sentry-asked centre"));
  clock.advance(121_000);
  expect(events()).toContain("fire.sentry-unanswered centre");
  const before = centre.heard.length;
  mounted.read([{ ...contact, value: 0, age_ms: 5 }]);
  await turn("the fire is told", () => centre.heard.length > before);
  expect(events()).toContain("fire.raised panel-3-fire contact fire");
});

test("a panel's dry contact that is no shed's: fire and fault, its delay, a broken wire, what is not read, and a new start", async () => {
  const board = { device: "io-1", point: "input_closed" } as const;
  const { open } = await scene({
    devices: [],
    contacts: [
      { id: "fire-3", name: "3号楼火警", says: "fire", ...board, channel: 3, active: 0, zone: "building-3", delay_s: 0, blind_s: 30 },
      { id: "fault-3", name: "3号楼故障", says: "fault", ...board, channel: 4, active: 1, delay_s: 5, blind_s: 30 },
    ],
  });
  let here = await open();
  const read = (channel: number, value: number | null, age_ms = 5): void =>
    here.mounted.read([{ ...board, channel, value, age_ms } satisfies WatchedReading]);
  const both = (fire: number, fault: number): void => {
    read(3, fire);
    read(4, fault);
  };
  const status = () =>
    (here.mounted.status() as { contacts: { contact: string; active: boolean | null; stands: boolean; silent: boolean }[] }).contacts;
  // Not read yet: not well.
  expect(status().map(({ active, silent }) => [active, silent])).toEqual([
    [null, true],
    [null, true],
  ]);
  both(1, 0);
  expect(status().map(({ active }) => active)).toEqual([false, false]);
  // A loop that is closed at rest: the wire breaks, and that is a fire.
  both(0, 1);
  expect(here.events()).toEqual(["fire.raised fire-3 contact fire"]);
  clock.advance(4_900);
  both(0, 1);
  clock.advance(100);
  both(0, 1);
  expect(here.events()).toEqual(["fire.raised fire-3 contact fire", "fire.raised fault-3 contact fault"]);
  // Not read is not over; longer than its time it is an event, once.
  read(3, null);
  clock.advance(31_000);
  expect(here.events().slice(2).sort()).toEqual(["fire.device-silent fault-3", "fire.device-silent fire-3"]);
  await here.end();
  here = await open();
  clock.advance(40_000);
  expect(here.events().length).toBe(4);
  expect(status().map(({ stands, silent }) => [stands, silent])).toEqual([
    [true, true],
    [true, true],
  ]);
  both(1, 1);
  expect(here.events().slice(4).sort()).toEqual([
    "fire.device-answers fault-3",
    "fire.device-answers fire-3",
    "fire.over fire-3 contact fire",
  ]);
});
