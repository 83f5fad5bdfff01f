// The city's centre asks (GB/T 26875.3 types 61–91), and devices are asked; the same over UDP. A centre of the test's own, byte by byte, on one side; a simulated panel on the other.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { confirm } from "#protocols/fire/gbt26875/answer.ts";
import { decodeUnit, encodeUnit, type FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { command, encodeFrame, type FireFrame, gbt26875 } from "#protocols/fire/gbt26875/frame.ts";
import { standard } from "#protocols/fire/gbt26875/profile.ts";
import { concat } from "#protocols/frames/bytes.ts";
import { isUndecodable } from "#protocols/frames/layout.ts";
import { freshStream, step } from "#protocols/frames/stream.ts";
import { componentState, connectPanel } from "#sim/fire/panel.ts";
import { counted } from "#test/promise.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { until } from "#test/world/program.ts";
import type { FireConfig } from "../config/fire-schema.ts";
import { openJournal } from "../journal/journal.ts";
import { machineDevices } from "../world/devices.ts";
import { machineDatagrams } from "../world/udp.ts";
import { mountFire } from "./door.ts";
import { ownVersion } from "./memory.ts";
import { tables } from "./tables.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const clock = toldClock();
const address = "010203040506";
const listen = { host: "127.0.0.1", port: 0 } as const;
const time = "2026-11-25 12:00:00";
const device: FireConfig["devices"][number] = {
  ...{ id: "panel-1", name: "1号楼消控室", address, profile: "field", silent_s: 3600 },
  places: [{ point: "1.1.17", shed: "shed-1" }],
};

async function room(fire: Omit<FireConfig, "devices">) {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-asked-"));
  const journal = openJournal({ path: join(folder, "journal.sqlite"), clock, chance: toldChance(7), tables });
  const log = { info: () => undefined, warn: () => undefined } as never;
  const told: string[] = [];
  const mounted = await mountFire(
    { journal, clock, chance: toldChance(8), log, fire: { ...fire, devices: [device] } },
    {
      sessions: { tellFire: ({ shed, source, active }) => void told.push(`${shed} ${source} ${active}`) },
      devices: { ...machineDevices(), ...machineDatagrams() },
    },
  );
  ends.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => journal.close(),
    () => mounted.stop(),
  );
  const events = () => journal.outbox.pending("urgent", 100).map(({ type }) => type);
  return { mounted, journal, told, events };
}

/** A city's centre that confirms what it hears and says what the test wants. */
async function city() {
  const heard: { frame: FireFrame; unit: FireUnit }[] = [];
  let socket: Socket | undefined;
  const server = createServer((one) => {
    socket = one;
    let stream = freshStream;
    one.on("error", () => undefined);
    one.on("data", (bytes) => {
      const stepped = step(gbt26875(standard), stream, bytes);
      stream = stepped.state;
      for (const { frame } of stepped.frames) {
        const unit = decodeUnit(frame, standard);
        if (isUndecodable(unit)) throw new Error(unit.reason);
        heard.push({ frame, unit });
        if (frame.command === command.data) one.write(encodeFrame(confirm(frame, time)));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(
    () => server.close(),
    () => socket?.destroy(),
  );
  let serial = 500;
  return {
    port: (server.address() as { port: number }).port,
    heard,
    here: () => socket !== undefined,
    /** The answer to a unit, as [command, unit]. */
    async ask(unit: Uint8Array, code: number): Promise<[number, FireUnit]> {
      serial += 1;
      const mine = serial;
      const base = { serial: mine, major: 1, minor: 0, sent: time, source: "0000000000CC", target: "00000000AA01" };
      socket?.write(encodeFrame({ ...base, command: code, unit }));
      const answer = await until(`an answer to type ${unit[0]}`, () =>
        heard.find(({ frame }) => frame.serial === mine && frame.command !== command.data),
      );
      expect([answer.frame.source, answer.frame.target]).toEqual(["00000000AA01", "0000000000CC"]);
      return [answer.frame.command, answer.unit];
    },
  };
}

test("P 08.26875 queries: the centre asks with every type from 61 to 91, and is answered from what the devices said; nothing is known of a device that is lost", async (context) => {
  const centre = await city();
  const here = await room({
    listen,
    centre: { host: "127.0.0.1", port: centre.port, own_address: "00000000AA01", centre_address: "0000000000CC", profile: "standard" },
  });
  const panel = await connectPanel({ host: "127.0.0.1", port: here.mounted.port ?? 0, address, now: clock.wall, again_ms: 5_000 });
  ends.push(() => panel.close());
  const place = { system_type: 1, system_address: 1 };
  const fire = componentState({ component_address: 17, bits: [1], text: "1号棚烟感", time });
  const warm = { ...place, component_type: 31, component_address: 18, analog_type: 3, raw: 255, time };
  const said: FireUnit[] = [
    fire,
    { kind: "system-state", objects: [{ ...place, state: 3, time }] },
    { kind: "analog", objects: [warm, { ...warm, analog_type: 8, raw: 240 }] },
    { kind: "operation", objects: [{ ...place, operation: 1 << 1, operator: 7, time }] },
    { kind: "version", objects: [{ ...place, major: 2, minor: 5 }] },
    { kind: "system-config", objects: [{ ...place, text: "海湾 GST" }] },
    { kind: "component-config", objects: [{ ...place, component_type: 40, component_address: 17, text: "1号棚烟感" }] },
    { kind: "system-time", objects: [{ ...place, time }] },
    { kind: "device-operation", objects: [{ operation: 1 << 4, operator: 9, time }] },
  ];
  for (const unit of said) expect([unit.kind, await panel.say(unit)]).toEqual([unit.kind, "confirmed"]);
  await until("the centre is connected", () => {
    clock.advance(1_000);
    return centre.here() || undefined;
  });
  const label = () => expect.stringMatching(/^2026-11-25 12:/);
  const component = (n: number): FireUnit => ({ kind: "read-component-state", objects: [{ ...place, component_address: n }] });
  const records = { records: 5, since: "2026-11-25 00:00:00" };
  const questions: readonly (readonly [FireUnit, object])[] = [
    [
      { kind: "read-system-state", objects: [place] },
      { kind: "system-state", objects: [{ ...place, state: 3, time }] },
    ],
    [component(17), fire],
    [component(99), { kind: "component-state", objects: [] }],
    [
      { kind: "read-analog", objects: [{ ...place, component_address: 18 }] },
      { kind: "analog", objects: [{ raw: 255 }, { raw: 240 }] },
    ],
    [
      { kind: "read-operations", objects: [{ ...place, ...records }] },
      { kind: "operation", objects: [{ operator: 7, time }] },
    ],
    [
      { kind: "read-version", objects: [place] },
      { kind: "version", objects: [{ major: 2, minor: 5 }] },
    ],
    [
      { kind: "read-system-config", objects: [place] },
      { kind: "system-config", objects: [{ text: "海湾 GST" }] },
    ],
    [
      { kind: "read-component-config", objects: [{ ...place, component_address: 17 }] },
      { kind: "component-config", objects: [{ component_type: 40 }] },
    ],
    [
      { kind: "read-system-time", objects: [place] },
      { kind: "system-time", objects: [{ ...place, time: label() }] },
    ],
    [
      { kind: "read-device-state", objects: [{ reserved: 0 }] },
      { kind: "device-state", objects: [{ state: 0b11, time: label() }] },
    ],
    [
      { kind: "read-device-operations", objects: [records] },
      { kind: "device-operation", objects: [{ operator: 9, time }] },
    ],
    [
      { kind: "read-device-version", objects: [{ reserved: 0 }] },
      { kind: "device-version", objects: [ownVersion] },
    ],
    [
      { kind: "read-device-config", objects: [{ reserved: 0 }] },
      { kind: "device-config", objects: [{ text: "厝边 1号楼消控室" }] },
    ],
    [
      { kind: "read-device-time", objects: [{ reserved: 0 }] },
      { kind: "device-time", objects: [{ time: label() }] },
    ],
  ];
  const types = new Set<number>();
  for (const [asked, answer] of questions) {
    const unit = encodeUnit(asked);
    types.add(unit[0] ?? 0);
    expect(await centre.ask(unit, command.request)).toMatchObject([command.response, answer]);
  }
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect(`${ownVersion.major}.${ownVersion.minor}`).toBe(version.split(".").slice(0, 2).join("."));

  // Controls: those that are carried out are confirmed, and no machine answers the sentry check.
  for (const unit of [
    { kind: "set-time", objects: [{ time }] },
    { kind: "sentry", objects: [{ within_min: 3 }] },
    { kind: "initialise", objects: [{ reserved: 0 }] },
  ] as const) {
    types.add(encodeUnit(unit)[0] ?? 0);
    expect((await centre.ask(encodeUnit(unit), command.control))[0]).toBe(command.confirm);
  }
  expect([...types].sort((a, b) => a - b)).toEqual([61, 62, 63, 64, 65, 66, 67, 68, 81, 84, 85, 86, 88, 89, 90, 91]);
  await until("the fire is told anew", () => {
    clock.advance(1_000);
    return centre.heard.filter(({ unit }) => unit.kind === "component-state").length >= 3 || undefined;
  });
  // What is no question to a transmission device, or is reserved, or is the user's own: denied.
  const no: readonly (readonly [number, Uint8Array])[] = [
    [command.request, encodeUnit(fire)],
    [command.request, Uint8Array.of(69, 1, 0)],
    [command.request, Uint8Array.of(200, 1, 0)],
    [command.control, Uint8Array.of(200, 1, 0)],
  ];
  for (const [code, unit] of no) expect((await centre.ask(unit, code))[0]).toBe(command.deny);

  // The panel is lost: what it said last is not told as if it were so, and our own state says that a line is down.
  panel.close();
  await until("it is seen to be gone", () => JSON.stringify(here.mounted.status()).includes('"connected":false') || undefined);
  expect(await centre.ask(encodeUnit(component(17)), command.request)).toMatchObject([command.response, { objects: [] }]);
  expect(await centre.ask(encodeUnit({ kind: "read-device-state", objects: [{ reserved: 0 }] }), command.request)).toMatchObject([
    command.response,
    { objects: [{ state: 0b100_0011 }] },
  ]);
  counted(context, { questions: questions.length + 2, types: types.size, denied: no.length });
});

test("P 08.26875 udp: datagrams are confirmed, spoiled ones denied, doubled ones told once; half a frame spoils no other; the centre over UDP; devices are asked", async (context) => {
  const centre = await room({ listen: { ...listen, udp: true } });
  const here = await room({
    listen: { ...listen, udp: true },
    centre: {
      ...{ host: "127.0.0.1", port: centre.mounted.udpPort ?? 0, transport: "udp", own_address: address },
      ...{ centre_address: "0000000000CC", profile: "standard" },
    },
  });
  expect(here.mounted.udpPort).toBe(here.mounted.port);
  const panel = await connectPanel({
    host: "127.0.0.1",
    port: here.mounted.udpPort ?? 0,
    address,
    now: clock.wall,
    again_ms: 5_000,
    transport: "udp",
  });
  ends.push(() => panel.close());
  const at = (n: number, bits: readonly number[] = [1]) => componentState({ component_address: n, bits, text: "1号棚烟感", time });
  expect(await panel.say(at(17))).toBe("confirmed");
  expect(here.told).toEqual(["shed-1 panel-1/1.1.17 true"]);
  const answersTo = (serial: number, code: number) => panel.answers.filter((one) => one.serial === serial && one.command === code).length;
  const spoiled = panel.frame(at(18), 901);
  spoiled[spoiled.length - 3] = ((spoiled[spoiled.length - 3] ?? 0) + 1) & 0xff;
  panel.raw(spoiled);
  await until("the spoiled one is denied", () => answersTo(901, command.deny) === 1 || undefined);
  // Half of one datagram and the rest in the next are no frame; two frames in one are two.
  const whole = panel.frame(at(19), 902);
  panel.raw(whole.subarray(0, 40));
  panel.raw(whole.subarray(40));
  panel.raw(concat(panel.frame(at(20), 903), panel.frame(at(21), 904)));
  const twice = panel.frame(at(17, []), 905);
  panel.raw(twice);
  panel.raw(twice);
  await until("the doubled one is confirmed twice", () => answersTo(905, command.confirm) === 2 || undefined);
  expect([answersTo(902, command.confirm), answersTo(903, command.confirm), answersTo(904, command.confirm)]).toEqual([0, 1, 1]);
  expect(here.events().filter((type) => type.startsWith("fire."))).toEqual(["fire.raised", "fire.raised", "fire.raised", "fire.over"]);
  // The same content under the same serial after two minutes is another fire: the device has begun anew.
  clock.advance(121_000);
  panel.raw(panel.frame(at(17), 0));
  await until("it is told", () => here.told.length === 3 || undefined);
  panel.raw(twice);
  await until("it is over again", () => here.told.at(-1)?.endsWith("false") || undefined);

  await until("the city's centre has all of it", () => {
    clock.advance(1_000);
    return centre.told.length >= 3 || undefined;
  });
  // A question to the device, and its answer in the status.
  expect(here.mounted.ask("panel-1", { kind: "read-device-version", objects: [{ reserved: 0 }] })).toBeUndefined();
  expect(
    here.mounted.ask("panel-1", { kind: "read-component-state", objects: [{ system_type: 1, system_address: 1, component_address: 17 }] }),
  ).toBeUndefined();
  await until("both are answered", () => {
    const text = JSON.stringify(here.mounted.status());
    return (text.includes('"minor":14') && text.includes('"component_address":17')) || undefined;
  });
  expect(here.mounted.ask("panel-9", { kind: "read-device-time", objects: [{ reserved: 0 }] })).toMatchObject({ code: "no-device" });
  counted(context, { datagrams: 9, confirmed: panel.answers.filter((one) => one.command === command.confirm).length, denied: 1 });
});
