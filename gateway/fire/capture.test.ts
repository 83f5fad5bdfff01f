// A conversation of a transmission device and this gateway, kept as a capture in the libpcap format that Wireshark and tshark read: frames as one end said and the other answered.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { confirm, deny, wantsConfirmation } from "#protocols/fire/gbt26875/answer.ts";
import { decodeUnit } from "#protocols/fire/gbt26875/codec.ts";
import { encodeFrame, gbt26875, readHeader } from "#protocols/fire/gbt26875/frame.ts";
import { field } from "#protocols/fire/gbt26875/profile.ts";
import { bytesOf } from "#protocols/frames/bytes.ts";
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
