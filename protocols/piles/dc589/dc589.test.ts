// P 07.frames for dc589. Vectors: the example frames of protocol 5.8.9 whose length and XOR are right, and the four that are wrong, refused by name.
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, toHex } from "#protocols/frames/bytes.ts";
import { type Body, isUndecodable, leastBytes } from "#protocols/frames/layout.ts";
import { counted } from "#test/promise.ts";
import { hear, torture } from "#test/streams.ts";
import { bodies, fromBoard } from "./bodies.ts";
import { type Dc589Message, dc589, dc589Xor, decode, encode, ownSession } from "./codec.ts";
import { explainDc589 } from "./explain.ts";
import { checkSettings, type Dc589Settings } from "./settings-check.ts";

const zeros = "00".repeat(6);
const order = "0".repeat(16);
const settings: Dc589Settings = {
  mode: 1,
  volume: 7,
  coin_amount: 240,
  card_amount: 240,
  card_fee_fen: 100,
  card_refund: 1,
  tier_1_mW: 10_000,
  tier_2_mW: 20_000,
  tier_3_mW: 30_000,
  tier_4_mW: 40_000,
  tier_5_mW: 50_000,
  tier_1_percent: 100,
  tier_2_percent: 95,
  tier_3_percent: 90,
  tier_4_percent: 85,
  tier_5_percent: 80,
  stop_when_full: 1,
  float_mW: 10_000,
  float_s: 1800,
  unplug_s: 300,
  password: 8888,
  temperature_guard_mC: null,
};
const port15 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0];
const twenty = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0];
const full = {
  remaining_min: 100,
  remaining_s: 0,
  charged_min: 100,
  charged_s: 0,
  remaining_mWh: 0,
  energy_mWh: 1_000_000,
  power_mW: 200_000,
};

const vectors: readonly (readonly [string, Dc589Message])[] = [
  [
    `EE35A0${zeros}53482405140826525348313048503031534831305350 30326B000863121077410587 89860404 1018C0013999111E`,
    {
      kind: "register",
      board: "5348240514082652",
      hardware: "SH10HP01",
      software: "SH10SP02",
      software_version: 107,
      module: "0863121077410587",
      sim: "898604041018C0013999",
      signal: 17,
    },
  ],
  ["EE0FA1000065F3B4D10024031509303066", { kind: "registered", offline: 0, time: "2024-03-15 09:30:30" }],
  ["EE12A2000065F3B4D10100000000000000000042", { kind: "remote", action: 1, new_id: 0, id: "" }],
  [
    `EE40A4${zeros}5348111111111111086460606644957915009500 4A14${"00".repeat(14)}010000000000 010FCE003421000800004500 0F0510`,
    {
      kind: "heartbeat",
      board: "5348111111111111",
      module: "0864606066449579",
      signal: 21,
      board_status: 0,
      voltage_mV: 149_000,
      temperature_mC: 24_000,
      ports: 20,
      port_states: port15,
      charging_ports: 1,
      charging: [
        {
          port: 15,
          remaining_min: 206,
          remaining_s: 52,
          charged_min: 33,
          charged_s: 8,
          remaining_mWh: 0,
          energy_mWh: 69_000,
          power_mW: 129_500,
        },
      ],
    },
  ],
  [`EE09A5${zeros}01AD`, { kind: "heartbeat-answer", result: 1 }],
  [`EE0BA6${zeros}3C000091`, { kind: "set-heartbeat", every_s: 60, with_ports: 0 }],
  [`EE0EA8${zeros}240829105322C2`, { kind: "time-request", time: "2024-08-29 10:53:22" }],
  [`EE0EA9${zeros}240829105322C3`, { kind: "time", time: "2024-08-29 10:53:22" }],
  [`EE09B0${zeros}00B9`, { kind: "query-ports", short: 0 }],
  [
    `EE2FB1${zeros}00DC003C1401${"00".repeat(16)}01 0000 02 01640000640000 0000E803D00755`,
    {
      kind: "ports",
      board_status: 0,
      voltage_mV: 220_000,
      temperature_mC: 10_000,
      ports: 20,
      port_states: twenty,
      charging_ports: 2,
      charging: [{ port: 1, ...full }],
    },
  ],
  [
    `EE2FB1${zeros}00DC003C1401${"00".repeat(16)}01 0000 02 12640000640000 0000E803D00746`,
    {
      kind: "ports",
      board_status: 0,
      voltage_mV: 220_000,
      temperature_mC: 10_000,
      ports: 20,
      port_states: twenty,
      charging_ports: 2,
      charging: [{ port: 18, ...full }],
    },
  ],
  [`EE09B2${zeros}01BA`, { kind: "query-port", port: 1 }],
  [
    `EE2CB3${zeros}0101${order}2408281000006400000 00A000002 00000A00E803000000000000 06`,
    {
      kind: "port",
      port: 1,
      port_state: 1,
      order,
      started: "2024-08-28 10:00:00",
      remaining_min: 100,
      remaining_s: 0,
      mode: 0,
      charged_min: 10,
      charged_s: 0,
      consumer: 2,
      remaining_mWh: 0,
      energy_mWh: 10_000,
      power_mW: 100_000,
      tier: 0,
      fee_fen: 0,
      card: 0,
    },
  ],
  [`EE0AB5${zeros}0001BE`, { kind: "local-start-received", result: 0, port: 1 }],
  [`EE12B6${zeros}0201020C010A00000000A2`, { kind: "online-card", port: 2, card: 17_564_161, fee_fen: 100, reserved: "00000000" }],
  [`EE11BD${zeros}${"00".repeat(9)}AC`, { kind: "card-refused", reason: 0, card: 0, balance_fen: 0, reserved: "0000" }],
  [`EE0AB8${zeros}0005B7`, { kind: "start-answer", result: 0, port: 5 }],
  [`EE09B9${zeros}05B5`, { kind: "stop", port: 5 }],
  [`EE0ABA${zeros}1005A5`, { kind: "stop-answer", result: 16, port: 5 }],
  [
    `EE34BB${zeros}0105${order}24082915000024082920000000000000 0C1200020000E80364000000000000 01D007FB`,
    {
      kind: "finished",
      upload: 1,
      port: 5,
      order,
      started: "2024-08-29 15:00:00",
      ended: "2024-08-29 20:00:00",
      remaining_min: 0,
      remaining_s: 0,
      mode: 0,
      charged_min: 4620,
      charged_s: 0,
      consumer: 2,
      remaining_mWh: 0,
      energy_mWh: 1_000_000,
      fee_fen: 100,
      card: 0,
      stop_reason: 0,
      tier: 1,
      power_end_mW: 200_000,
    },
  ],
  [`EE0ABC${zeros}0003B5`, { kind: "finished-received", result: 0, port: 3 }],
  [`EE0DC0${zeros}01043CE60012`, { kind: "fault", port: 1, fault: 4, temperature_mC: 10_000, voltage_mV: 230_000 }],
  [
    `EE11C2${zeros}016400015A0002D07D42`,
    { kind: "tier-change", port: 1, before_min: 100, tier_before: 1, after_min: 90, tier_after: 2, power_mW: 3_220_800 },
  ],
  [`EE29C3${zeros}0107F000F0000A016400C8002C019001F401645F5A555001640008072C01B822FF44`, { kind: "set-settings", ...settings }],
  [`EE09C4${zeros}00CD`, { kind: "set-settings-answer", result: 0 }],
  [`EE09C5${zeros}00CC`, { kind: "read-settings", control: 0 }],
  [
    `EE29C6${zeros}0107F000F00010016400C8002C019001F401645F5A555001640008072C01BB22FF58`,
    { kind: "settings", ...settings, card_fee_fen: 160, password: 8891 },
  ],
  [`EE09C7${zeros}00CE`, { kind: "settings-request", control: 0 }],
  [`EE0DD0${zeros}0000000000DD`, { kind: "card-query", control: 0, card: 0 }],
  [`EE0FD1${zeros}00010203666400DC`, { kind: "card-balance", invalid: 0, card: 0x66030201, balance_fen: 1000 }],
  [`EE0EE0${zeros}01000A000000E5`, { kind: "default", control: 1, operation: 0, parameter: 10, reserved: "0000" }],
  [`EE0EE1${zeros}01000A000000E4`, { kind: "default-answer", result: 1, operation: 0, parameter: 10, reserved: "0000" }],
  [
    `EE14F0${zeros}BF00B50079004C00C61E000003`,
    { kind: "upgrade-server", ip_1: 191, ip_2: 181, ip_3: 121, ip_4: 76, tcp_port: 7878, reserved: "0000" },
  ],
  [`EE09F1${zeros}00F8`, { kind: "upgrade-server-received", result: 0 }],
  [`EE18F2${zeros}02${"00".repeat(15)}E8`, { kind: "upgrade-login", progress: 2, imei: "" }],
  [`EE09F3${zeros}00FA`, { kind: "upgrade-login-received", result: 0 }],
  [`EE0AF4${zeros}0000FE`, { kind: "upgrade-done", control: 0, reserved: 0 }],
  [`EE09F5${zeros}00FC`, { kind: "upgrade-done-received", result: 0 }],
];
const frames = vectors.map(([hex]) => bytesOf(hex));

test("P 07.frames dc589: every vector is read, sent again byte for byte, cut everywhere, merged, with noise between", (context) => {
  let bytes = 0;
  for (const [hex, message] of vectors) {
    const [first] = hear(dc589, [bytesOf(hex)]).frames;
    if (first === undefined) throw new Error(`no frame: ${hex}`);
    expect(decode(first.frame)).toEqual(message);
    expect(toHex(encode(first.frame.session, message))).toBe(toHex(bytesOf(hex)));
    bytes += first.bytes.length;
  }
  // A XOR of one byte would now and then bless a pretence that swallows the frame behind it: the noises here pretend, and are caught by command and length.
  const noises = ["00", "EE", "EEEE", "EE09", "EE0911", "EE01A5", "0102030405060708", "EE09B2000000"].map(bytesOf);
  const { splits, merged, noisy, wrong } = torture(dc589, frames, noises);
  expect(wrong).toEqual([]);
  counted(context, { vectors: vectors.length, bytes, splits, merged, noisy, wrong: wrong.length });
});

test.each([
  // The four example frames of the document that its own rules refuse.
  ["A7", `EE09A7${zeros}00AC`, "checksum AC, should be AE"],
  ["B4", `EE2CB4${zeros}0101${order}240829112412640000000A000001 00000A00C800000A000000001C`, "checksum 1C, should be 1D"],
  ["B7, a byte short", `EE1BB7${zeros}05${order}00026400${"00".repeat(6).slice(2)}CF`, "the frame is not complete"],
  ["C1, LEN 0C for 0A", `EE0CC1${zeros}0001CC`, "the frame is not complete"],
])("the example of %s is refused: %s", (_, hex, reason) => {
  const heard = hear(dc589, [bytesOf(hex)]);
  expect(heard.frames).toEqual([]);
  expect(heard.noise[0]?.why?.reason).toBe(reason);
});

test("every body: whatever bytes it understands it sends again unchanged; each goes one way", (context) => {
  const understood = new Set<string>();
  const all: Readonly<Record<string, Body>> = bodies;
  for (const [code, of] of Object.entries(all)) {
    const least = leastBytes(of);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: least, maxLength: least + 60 }), (data) => {
        const frame = { command: Number(code), session: ownSession, data };
        const message = decode(frame);
        if (isUndecodable(message)) return;
        understood.add(code);
        expect(toHex(encode(ownSession, message).slice(9, -1))).toBe(toHex(data));
      }),
      { numRuns: 60, seed: 7 },
    );
  }
  expect(understood.size).toBe(Object.keys(bodies).length);
  expect([...fromBoard].every((command) => command in bodies)).toBe(true);
  counted(context, { bodies: understood.size });
});

test.each([
  ["as the example sets it", {}, []],
  ["float power 0.9 W", { float_mW: 900 }, [10]],
  ["float time 119 s", { float_s: 119 }, [11]],
  ["removal 4 s", { unplug_s: 4 }, [12]],
  ["guard 49 °C", { temperature_guard_mC: 49_000 }, [13]],
  ["guard 100 °C", { temperature_guard_mC: 100_000 }, []],
  ["tier 3 not above tier 2", { tier_3_mW: 20_000 }, [7]],
  ["tier 1 at 95 %", { tier_1_percent: 95 }, [8]],
  ["everything", { mode: 5, volume: 9, coin_amount: 1000, card_amount: 1000, card_fee_fen: 2510 }, [1, 2, 3, 4, 5]],
])("settings, %s: the board's own complaints are foreseen", (_, change, codes) => {
  expect(checkSettings({ ...settings, ...change }).map((one) => one.code)).toEqual(codes.map((code) => `dc589-setting-${code}`));
});

test("an explanation covers every byte once, and names smoke and a welded relay", () => {
  for (const frame of frames) {
    const { rows, faults } = explainDc589(frame);
    expect(rows.map((row) => row.bytes).join("")).toBe(toHex(frame));
    expect(faults).toEqual([]);
  }
  expect(explainDc589(bytesOf(`EE0DC0${zeros}01043CE60012`)).rows.find((row) => row.name === "fault")?.meaning?.zh).toBe("继电器粘连");
  const smoke = encode(ownSession, { kind: "fault", port: 255, fault: 0xbb, temperature_mC: 30_000, voltage_mV: 220_000 });
  expect(dc589Xor(smoke)).toBe(smoke.at(-1));
  expect(explainDc589(smoke).rows.find((row) => row.name === "fault")?.meaning?.en).toBe("smoke");
});
