// A device made of its profile alone: what it shows is repeatable, what is written stays, and a relay that flashes opens by itself in told time.
import { describe, expect, test } from "vitest";
import type { Profile } from "#protocols/modbus/profile.ts";
import pzem from "#protocols/profiles/meters/pzem-004t.json" with { type: "json" };
import relays from "#protocols/profiles/relays/waveshare-8.json" with { type: "json" };
import { chance } from "../chance.ts";
import { answerPdu } from "./answer.ts";
import { anyDevice } from "./any-device.ts";

const meter = pzem as Profile;
const board = relays as Profile;
const bits = (device: ReturnType<typeof anyDevice>): number => answerPdu(device.memory, Uint8Array.of(1, 0, 0, 0, 8))?.[2] ?? -1;
const order = (device: ReturnType<typeof anyDevice>, address: number, value: number): Uint8Array | undefined =>
  answerPdu(device.memory, Uint8Array.of(5, address >> 8, address & 0xff, value >> 8, value & 0xff));

test("the same seed shows the same values, another seed others", () => {
  const shown = (seed: number) => [...anyDevice(meter, chance(seed)).shown];
  expect(shown(7)).toEqual(shown(7));
  expect(shown(7)).not.toEqual(shown(8));
});
test("a wish wins over chance, also for one socket", () => {
  expect(anyDevice(meter, chance(7), { set: new Map([["voltage_mV", 198_000]]) }).shown.get("voltage_mV")).toBe(198_000);
  const device = anyDevice(board, chance(7), { set: new Map([["closed@3", 1]]) });
  expect(bits(device)).toBe(0b100);
});
test("input and holding registers of one address differ; only what is writable is written", () => {
  const { memory } = anyDevice(meter, chance(7), {
    set: new Map([
      ["meter_id", 9],
      ["current_mA", 500],
    ]),
  });
  expect(answerPdu(memory, Uint8Array.of(3, 0, 2, 0, 1))).toEqual(Uint8Array.of(3, 2, 0, 9));
  expect(answerPdu(memory, Uint8Array.of(4, 0, 1, 0, 2))).toEqual(Uint8Array.of(4, 4, 500 >> 8, 500 & 0xff, 0, 0));
  expect(answerPdu(memory, Uint8Array.of(6, 0, 2, 0, 77))).toEqual(Uint8Array.of(6, 0, 2, 0, 77));
  expect(answerPdu(memory, Uint8Array.of(3, 0, 2, 0, 1))).toEqual(Uint8Array.of(3, 2, 0, 77));
  expect(answerPdu(memory, Uint8Array.of(6, 0, 5, 0, 1))).toEqual(Uint8Array.of(0x86, 2));
  expect(answerPdu(memory, Uint8Array.of(4, 0, 8, 0, 3))).toEqual(Uint8Array.of(0x84, 2));
});

describe("relays", () => {
  test.each<[string, number, number, number]>([
    ["on", 2, 0xff00, 0b100],
    ["off", 0, 0, 0b000],
    ["toggle", 1, 0x5500, 0b011],
    ["all on", 255, 0xff00, 0b1111_1111],
    ["all off", 255, 0, 0],
    ["all toggle", 255, 0x5500, 0b1111_1110],
  ])("%s", (_, address, value, expected) => {
    const device = anyDevice(board, chance(7), { set: new Map(address === 2 ? [] : [["closed@1", 1]]) });
    expect(order(device, address, value)?.[0]).toBe(5);
    expect(bits(device)).toBe(expected);
  });
  test("flash-on opens by itself when its time is over", () => {
    const waiting: { ms: number; run: () => void }[] = [];
    const device = anyDevice(board, chance(7), { after: (ms, run) => void waiting.push({ ms, run }) });
    order(device, 0x0202, 7);
    expect([bits(device), waiting.map(({ ms }) => ms)]).toEqual([0b100, [700]]);
    waiting[0]?.run();
    expect(bits(device)).toBe(0);
  });
  test("a value that is no order is refused", () => expect(order(anyDevice(board, chance(7)), 1, 0x1234)).toEqual(Uint8Array.of(0x85, 3)));
});
