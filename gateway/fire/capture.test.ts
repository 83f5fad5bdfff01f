// A conversation of a transmission device and this gateway, kept as a capture in the libpcap format that Wireshark and tshark read: frames as one end said and the other answered.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { confirm, deny, wantsConfirmation } from "#protocols/fire/gbt26875/answer.ts";
import { decodeUnit, encodeUnit, type FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { command, encodeFrame, gbt26875, readHeader } from "#protocols/fire/gbt26875/frame.ts";
import { field } from "#protocols/fire/gbt26875/profile.ts";
import { unitBody, units } from "#protocols/fire/gbt26875/units.ts";
import { bytesOf, toHex } from "#protocols/frames/bytes.ts";
import { isUndecodable } from "#protocols/frames/layout.ts";
import { freshStream, step } from "#protocols/frames/stream.ts";
import { readPcap, type Segment, writePcap } from "#test/world/pcap.ts";

const file = new URL("../../protocols/fire/gbt26875/captures/panel.pcap", import.meta.url);
const label = "2026-11-25 12:00:00";
const start = Date.UTC(2026, 10, 25, 4);

/** A component's fire, a heartbeat of the reserved type 22, and the fire with a spoiled sum: two confirmed, one denied. */
const fire = `40400000010118 0d11160a14000000000000060504030201300002 02010103 00d90006000200a3c1c7f8a3b1b2e3dfc8b2b8d7dfc0c8${"00".repeat(15)}301213010814682323`;
const heartbeat = "4040F8091000081E09030316000000000000C0A801046D1D010002166C2323";

function conversation(): Segment[] {
  const device = bytesOf(fire.replaceAll(" ", ""));
  const spoiled = Uint8Array.from(device);
  spoiled[spoiled.length - 3] = ((spoiled[spoiled.length - 3] ?? 0) + 1) & 0xff;
  const said = [device, bytesOf(heartbeat), spoiled];
  return said.flatMap((bytes, n): Segment[] => {
    const [frame] = step(gbt26875(field), freshStream, bytes).frames;
    const answer = frame === undefined ? deny(readHeader(bytes), label) : confirm(frame.frame, label);
    return [
      { at: start + n * 1_000, up: true, bytes },
      { at: start + n * 1_000 + 8, up: false, bytes: encodeFrame(answer) },
    ];
  });
}

test("the kept capture is this conversation, its checksums are true, and every frame of it is read", () => {
  const made = writePcap(conversation());
  if (process.env.CUOBIAN_WRITE === "1") writeFileSync(file, made);
  expect(existsSync(file)).toBe(true);
  const kept = readFileSync(file);
  expect(kept.equals(made)).toBe(true);
  const seen = readPcap(kept).map(({ up, bytes }) => {
    const { frames, noise } = step(gbt26875(field), freshStream, bytes);
    const [one] = frames;
    if (one === undefined) return `${up ? "device" : "gateway"}: refused, ${noise[0]?.why?.reason ?? ""}`;
    const unit = decodeUnit(one.frame, field);
    return `${up ? "device" : "gateway"}: ${one.frame.command} ${isUndecodable(unit) ? unit.reason : unit.kind}${wantsConfirmation(one.frame) ? "" : " (answer)"}`;
  });
  expect(seen).toEqual([
    "device: 2 component-state",
    "gateway: 3 empty (answer)",
    "device: 2 heartbeat",
    "gateway: 3 empty (answer)",
    expect.stringMatching(/^device: refused, checksum/),
    "gateway: 6 empty (answer)",
  ]);
  const broken = Buffer.from(kept);
  broken[broken.length - 1] = (broken[broken.length - 1] ?? 0) ^ 1;
  expect(() => readPcap(broken)).toThrow("checksum");
});

/** One frame of every type of the standard, as datagrams: those below 61 up, with a confirmation; questions and controls down, with their answer. */
function everyType(): Segment[] {
  const time = label;
  const place = { system_type: 1, system_address: 1 };
  const part = { ...place, component_type: 40, component_address: 17 };
  const asked = { ...place, component_address: 17 };
  const text = "1号棚烟感";
  const examples: Readonly<Record<string, object>> = {
    "system-state": { ...place, state: 3, time },
    "component-state": { ...part, state: 3, text, time },
    analog: { ...part, analog_type: 3, raw: 285, time },
    operation: { ...place, operation: 1, operator: 1, time },
    version: { ...place, major: 1, minor: 2 },
    "system-config": { ...place, text: "火灾自动报警系统" },
    "component-config": { ...part, text },
    "system-time": { ...place, time },
    "device-state": { state: 1, time },
    "device-operation": { operation: 32, operator: 1, time },
    "device-version": { major: 1, minor: 2 },
    "device-config": { text: "1号楼消控室" },
    "device-time": { time },
    "read-operations": { ...place, records: 5, since: time },
    "read-device-operations": { records: 5, since: time },
    "set-time": { time },
    sentry: { within_min: 10 },
  };
  return Object.entries(units).flatMap(([number, { kind }], n): Segment[] => {
    const type = Number(number);
    const object = examples[kind] ?? (type < 80 ? (kind.includes("component") || kind === "read-analog" ? asked : place) : { reserved: 0 });
    const unit = encodeUnit({ kind, objects: [object] } as unknown as FireUnit);
    const up = type < 61;
    const code = up ? command.data : type >= 89 ? command.control : command.request;
    const frame = {
      serial: n,
      major: 1,
      minor: 0,
      sent: label,
      source: up ? "010203040506" : "0000000000CC",
      target: up ? "0000000000CC" : "010203040506",
    };
    const said = { ...frame, command: code, unit };
    const bytes = encodeFrame(said);
    return [
      { at: start + n * 1_000, up, bytes, udp: true },
      ...(code === command.request
        ? []
        : [{ at: start + n * 1_000 + 8, up: !up, bytes: encodeFrame(confirm(said, label)), udp: true } as const]),
    ];
  });
}

test("the kept capture of every type, over UDP, is read type by type", () => {
  const types = new URL("../../protocols/fire/gbt26875/captures/every-type.pcap", import.meta.url);
  const made = writePcap(everyType());
  if (process.env.CUOBIAN_WRITE === "1") writeFileSync(types, made);
  const kept = readFileSync(types);
  expect(kept.equals(made)).toBe(true);
  const seen = readPcap(kept).flatMap(({ bytes, udp }) => {
    expect(udp).toBe(true);
    const [one] = step(gbt26875(field), freshStream, bytes).frames;
    if (one === undefined) throw new Error(`refused: ${toHex(bytes)}`);
    const unit = decodeUnit(one.frame, field);
    if (isUndecodable(unit)) throw new Error(unit.reason);
    return unit.kind === "empty" ? [] : [unit.kind];
  });
  expect(seen).toEqual(Object.keys(units).map((type) => unitBody(Number(type))?.kind));
});
