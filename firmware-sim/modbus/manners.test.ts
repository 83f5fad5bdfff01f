// A simulated device is as strict as its sheet: what it does not know it refuses, and each quirk shows itself to a master that does not heed it.
import { describe, expect, test } from "vitest";
import type { Point, Profile } from "#protocols/modbus/profile.ts";
import station from "#protocols/profiles/stations/two-socket.json" with { type: "json" };
import { chance } from "../chance.ts";
import { answerPdu } from "./answer.ts";
import { anyDevice, type Wishes } from "./any-device.ts";

const point = (over: Partial<Point> = {}): Point => ({ name: "value", per: "device", table: "holding", address: 0, type: "u16", ...over });
const made = (over: Partial<Profile>, wishes: Wishes = {}) => {
  const profile: Profile = {
    id: "meters/test",
    kind: "meter",
    maker: "nobody",
    model: "test",
    provenance: "invented",
    read: { max_registers: 8 },
    points: [point()],
    ...over,
  };
  const { memory } = anyDevice(profile, chance(7), wishes);
  return (hex: string): string | undefined => {
    const answer = answerPdu(memory, Uint8Array.from(Buffer.from(hex, "hex")));
    return answer === undefined ? undefined : Buffer.from(answer).toString("hex");
  };
};
const set = (values: Readonly<Record<string, number>>): Wishes => ({ set: new Map(Object.entries(values)) });

describe("what it refuses", () => {
  test.each<[string, Partial<Profile>, string, string]>([
    ["a function that its sheet does not list", { functions: [3] }, "0400000001", "8401"],
    ["a write by FC06 where only FC16 is known", { functions: [3, 16], points: [point({ writable: true })] }, "0600000005", "8601"],
    ["more registers than one read may ask for", {}, "0300000009", "8303"],
    [
      "more bits than one read may ask for",
      { read: { max_registers: 8, max_bits: 16 }, points: [point({ table: "coil" })] },
      "0100000011",
      "8103",
    ],
    [
      "a register between its points, with hole 0",
      { read: { max_registers: 8, hole: 0 }, points: [point(), point({ name: "b", address: 2 })] },
      "0300000003",
      "8302",
    ],
    ["a register beyond its last", {}, "0300010001", "8302"],
  ])("%s", (_, over, asked, answered) => expect(made(over)(asked)).toBe(answered));
  test("and eight are answered where eight are allowed", () =>
    expect(made({ points: [point({ address: 7 })] }, set({ value: 5 }))("0300000008")).toBe(`0310${"0000".repeat(7)}0005`));
});

describe("quirks as a careless master meets them", () => {
  const coils = [3, 9].map((address) => point({ name: `c${address}`, table: "coil", address }));
  const closed = set({ c3: 1, c9: 1 });
  test("bits-by-eight: silence, but for whole bytes", () => {
    const ask = made({ quirks: ["bits-by-eight"], read: { max_registers: 8, max_bits: 16 }, points: coils }, closed);
    expect([ask("0100000004"), ask("0100040008"), ask("0100000008"), ask("0100000010")]).toEqual([
      undefined,
      undefined,
      "010108",
      "01020802",
    ]);
  });
  test("coils-from-zero: asked from elsewhere it answers as from 0", () => {
    const ask = made({ quirks: ["coils-from-zero"], read: { max_registers: 8, max_bits: 16 }, points: coils }, closed);
    expect([ask("010000000a"), ask("0100030001")]).toEqual(["01020802", "010100"]);
  });
  test("one-point-a-question: two points at once are refused, one of two registers is not", () => {
    const points = [point({ type: "u32" }), point({ name: "b", address: 2 })];
    const ask = made({ quirks: ["one-point-a-question"], points }, set({ value: 0x12345, b: 7 }));
    expect([ask("0300000003"), ask("0300000002"), ask("0300020001")]).toEqual(["8302", "030400012345", "03020007"]);
  });
  test("four-byte-registers: two registers are eight bytes", () => {
    const points = [point({ type: "u32" }), point({ name: "b", address: 1, type: "u32" })];
    const ask = made({ quirks: ["four-byte-registers"], points }, set({ value: 0x12345, b: 7 }));
    expect(ask("0300000002")).toBe("03080001234500000007");
  });
});

describe("relays", () => {
  const told = (): { waiting: { ms: number; run: () => void }[]; after: NonNullable<Wishes["after"]> } => {
    const waiting: { ms: number; run: () => void }[] = [];
    return { waiting, after: (ms, run) => void waiting.push({ ms, run }) };
  };
  test("by registers: close, toggle, for a while, all; and another value is refused", () => {
    const { waiting, after } = told();
    const ask = made(
      {
        kind: "relay",
        sockets: { count: 4, stride: 1 },
        points: [point({ name: "closed", per: "socket", address: 1 })],
        relays: {
          count: 4,
          register: 1,
          all: 0,
          on: 0x100,
          off: 0x200,
          toggle: 0x300,
          flash: { register: 1, add: 0x600, step_ms: 1000, most: 255 },
        },
      },
      { after },
    );
    const state = (): string | undefined => ask("0300010004")?.slice(4);
    expect([ask("0600020100"), state()]).toEqual(["0600020100", "0000000100000000"]);
    expect([ask("0600020300"), state()]).toEqual(["0600020300", "0000000000000000"]);
    expect([ask("060003060a"), state(), waiting.map(({ ms }) => ms)]).toEqual(["060003060a", "0000000000010000", [10_000]]);
    waiting[0]?.run();
    expect(state()).toBe("0000000000000000");
    expect([ask("0600000100"), state()]).toEqual(["0600000100", "0001000100010001"]);
    expect(ask("0600010400")).toBe("8603");
  });
  test("a station closes, shows it, and opens when nobody re-arms it; a re-arm closes nothing", () => {
    const { waiting, after } = told();
    const ask = made(station as Profile, { after, ...set({ state: 0 }) });
    const state = (socket: number): string | undefined => ask(`04${(10 + 20 * socket).toString(16).padStart(4, "0")}0001`)?.slice(4);
    expect([ask("060100" + "0001"), state(0), state(1)]).toEqual(["0601000001", "0000", "0000"]);
    const shown = made(station as Profile, { after });
    const relay = (socket: number): string | undefined => shown(`04${(10 + 20 * socket).toString(16).padStart(4, "0")}0001`)?.slice(4);
    waiting.length = 0;
    expect([shown("050001ff00"), relay(0), relay(1)]).toEqual(["050001ff00", "0000", "0001"]);
    shown("0601000001");
    expect(waiting.map(({ ms }) => ms)).toEqual([4_000, 4_000]);
    waiting[0]?.run();
    expect(relay(1)).toBe("0001");
    waiting[1]?.run();
    expect(relay(1)).toBe("0000");
    expect(shown("0601000002")).toBe("8603");
  });
  test("one flag of a point is set alone", () => {
    const ask = made(station as Profile, set({ "state@2.plugged": 1, "inputs.smoke": 1 }));
    expect([ask("04000a0001"), ask("04001e0001"), ask("0400010001")]).toEqual(["04020000", "04020002", "04020001"]);
  });
});
