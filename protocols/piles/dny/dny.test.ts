// P 07.frames for DNY. Vectors: every complete frame that the vendor's guides print (device guide V8.6, host guide V2.9); their sums were recomputed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, toHex } from "#protocols/frames/bytes.ts";
import { isUndecodable, leastBytes } from "#protocols/frames/layout.ts";
import { counted } from "#test/promise.ts";
import { hear, torture } from "#test/streams.ts";
import { type DownMessage, decodeDown, decodeUp, encodeDown, encodeUp, likelyDirection, type UpMessage } from "./codec.ts";
import { down } from "./down.ts";
import { explainDny } from "./explain.ts";
import { type DnyFrame, dny, dnySum, printedNumber } from "./frame.ts";
import { start, stop } from "./orders.ts";
import { up } from "./up.ts";

const order = "12345678123456781234567812345678";
const offline = "20190901180000130030380102030405";
const vectors: readonly (readonly ["up" | "down", string, UpMessage | DownMessage])[] = [
  ["down", "444E5909003B37AB040100819702", { kind: "query" }],
  [
    "up",
    "444E5910003B37AB04010021980802000009 05EE02",
    { kind: "heartbeat", voltage_mV: 220_000, ports: 2, port_states: [0, 0], signal: 9, temperature_mC: -60_000 },
  ],
  ["down", "444E590A003B37AB04010021003802", { kind: "heartbeat-accepted", result: 0 }],
  [
    "down",
    `444E5926003B37AB0402008200640100000101 0000${order}80708813F808`,
    {
      kind: "charge",
      rate_mode: 0,
      balance_or_expiry: 356,
      port: 1,
      command: 1,
      amount: 0,
      order,
      time_most_s: 28_800,
      overload_mW: 500_000,
    },
  ],
  ["up", `444E591D003B37AB0402008200${order}010000FE06`, { kind: "charge-answer", result: 0, order, port: 1, waiting_ports: 0 }],
  [
    "up",
    "444E5913003B37AB04B900207E0002142100 0000E4009104",
    { kind: "register", firmware: 126, ports: 2, virtual_id: 20, device_type: 0x21, working_mode: 0, power_board: 0, extra: "E400" },
  ],
  ["down", "444E590A003B37AB04B9002000EF02", { kind: "register-accepted", result: 0 }],
  [
    "up",
    "444E591D003B37AB04B900017E008C080200030000E40000003B02290702 20006D05",
    {
      kind: "old-heartbeat",
      firmware: 126,
      voltage_mV: 218_800,
      ports: 2,
      port_states: [0, 3],
      power_mW: [0, 22_800],
      power_peak_mW: [0, 57_100],
      virtual_id: 0x29,
      signal: 7,
      device_type: 2,
      temperature_mC: -33_000,
      working_mode: 0,
    },
  ],
  ["down", "444E590A003B37AB04B9000100D002", { kind: "old-heartbeat-accepted", result: 0 }],
  ["up", "444E5909003B37AB04B90022F002", { kind: "time-request" }],
  ["down", "444E590D003B37AB04B90022090EA95F1304", { kind: "time", timestamp_s: 0x5fa90e09 }],
  ["up", "444E5911003B37AB040100027A8D05DD000100000A04", { kind: "card", card: "7A8D05DD", card_kind: 0, port: 1, balance_fen: 0 }],
  [
    "down",
    "444E5914003B37AB040100027A8D05DD0000102700000144 04",
    { kind: "card-answer", card: "7A8D05DD", account: 0, rate_mode: 0, balance_or_expiry: 10_000, port: 1 },
  ],
  [
    "up",
    `444E5928003B37AB04010003100EE8033000010100000000 01${offline}E8034405`,
    {
      kind: "settlement",
      charged_s: 3600,
      power_most_mW: 100_000,
      energy_mWh: 480_000,
      port: 1,
      start_mode: 1,
      card: "00000000",
      stop_reason: 1,
      order: offline,
      power_most_early_mW: 100_000,
    },
  ],
  ["down", "444E590A003B37AB04010003001A02", { kind: "settlement-accepted", result: 0 }],
  [
    "up",
    `444E5932003B37AB040A00060101100E300001E803B0042003E803${offline}0100E8039808C7015500DA08`,
    {
      kind: "power",
      port: 1,
      port_state: 1,
      charged_s: 3600,
      energy_mWh: 480_000,
      start_mode: 1,
      power_mW: 100_000,
      power_most_mW: 120_000,
      power_least_mW: 80_000,
      power_mean_mW: 100_000,
      order: offline,
      period_energy_raw: 1,
      power_peak_mW: 100_000,
      voltage_mV: 220_000,
      current_mA: 455,
      temperature_mC: 20_000,
      port_temperature_mC: null,
    },
  ],
  ["down", "444E590D003B37AB0402008A000180709603", { kind: "modify", modify_mode: 0, port: 1, amount: 28_800 }],
  ["up", "444E590A003B37AB0402008A00A202", { kind: "modify-answer", result: 0 }],
  ["down", "444E590D003B37AB04020085A08C204E3A04", { kind: "set-limits", time_most_s: 36_000, overload_mW: 2_000_000 }],
  ["up", "444E590A003B37AB04020085009D02", { kind: "limits-answer", result: 0 }],
  [
    "down",
    "444E5916003B37AB040200860015918519188 0FFFFFFFFFFFF800A",
    { kind: "set-user-card", sector: 0, key: "159185191880", new_key: "FFFFFFFFFFFF" },
  ],
  ["up", "444E590A003B37AB04020086009E02", { kind: "user-card-answer", result: 0 }],
  ["down", "444E5909003B37AB040100879D02", { kind: "reboot" }],
  ["up", "444E590A003B37AB04010087009E02", { kind: "reboot-answer", result: 0 }],
  ["down", "444E5909003B37AB040100889E02", { kind: "wipe" }],
  ["up", "444E590A003B37AB04010088009F02", { kind: "wipe-answer", result: 0 }],
  ["down", "444E590A003B37AB0401008D00A402", { kind: "working-mode", mode: 0 }],
  ["down", "444E5909003B37AB040100E4FA02", { kind: "upgrade-yourself" }],
  [
    "up",
    "444E59290084 26D60904001165 00015C5CA95F1F063839383630343133313631383932303039323735 50D8013F0A",
    {
      kind: "host-heartbeat",
      firmware: 101,
      clock_module: 1,
      timestamp_s: 0x5fa95c5c,
      signal: 31,
      modem: 6,
      iccid: "89860413161892009275",
      host_type: 0x50,
      frequency_MHz: 472,
    },
  ],
  ["up", "444E5909008426D60905001294 02", { kind: "host-time-request" }],
  ["down", "444E590D008426D609050012DE5CA95FDA04", { kind: "host-time", timestamp_s: 0x5fa95cde }],
  [
    "down",
    `444E593B007008BE76000034B822030162616964752E636F6D${"00".repeat(37)}5607`,
    { kind: "host-server", tcp_port: 8888, modem: 3, second_socket: 1, address: "baidu.com" },
  ],
];
const frames = vectors.map(([, hex]) => bytesOf(hex));
const frameOf = (hex: string): DnyFrame => {
  const [first] = hear(dny, [bytesOf(hex)]).frames;
  if (first?.frame.kind !== "frame") throw new Error(`no frame: ${hex}`);
  return first.frame;
};

test("P 07.frames dny: every vector is read, sent again byte for byte, cut everywhere, merged, with noise between", (context) => {
  let bytes = 0;
  for (const [way, hex, message] of vectors) {
    const frame = frameOf(hex);
    expect(way === "up" ? decodeUp(frame) : decodeDown(frame)).toEqual(message);
    const sent = way === "up" ? encodeUp(frame, message as UpMessage) : encodeDown(frame, message as DownMessage);
    expect(toHex(sent)).toBe(toHex(bytesOf(hex)));
    bytes += sent.length;
  }
  const noises = ["00", "44", "444E", "444E59", "444E59FFFF", "444E5910003B37", "8986", "6C696E", "DEADBEEF444E590900"].map(bytesOf);
  const { splits, merged, noisy, wrong } = torture(dny, frames, noises);
  expect(wrong).toEqual([]);
  counted(context, { vectors: vectors.length, bytes, splits, merged, noisy, wrong: wrong.length });
});

test("the modem's own words stand between frames as what they are, also cut", () => {
  const iccid = Uint8Array.from("89860413161892009275", (digit) => digit.charCodeAt(0));
  const link = Uint8Array.from("link", (letter) => letter.charCodeAt(0));
  const [heartbeat, other] = [bytesOf(vectors[1]![1]), bytesOf(vectors[2]![1])];
  const stream = Uint8Array.of(...iccid, ...heartbeat, ...link, ...link, ...other, ...link);
  const wanted = ["iccid", "frame", "link", "link", "frame", "link"];
  for (const pieces of [[stream], Array.from(stream, (byte) => Uint8Array.of(byte))]) {
    const heard = hear(dny, pieces);
    expect(heard.frames.map((one) => one.frame.kind)).toEqual(wanted);
    expect(heard.noise).toEqual([]);
  }
});

test("a wrong sum is refused and says what it should be; the frame behind it is read", () => {
  const broken = bytesOf("444E590A003B37AB04010021003902");
  const heard = hear(dny, [Uint8Array.of(...broken, ...frames[0]!)]);
  expect(heard.noise.map((one) => one.why?.reason)).toEqual(["checksum 3902, should be 3802"]);
  expect(heard.frames).toHaveLength(1);
});

test("every body both ways: whatever bytes it understands it sends again unchanged", (context) => {
  const understood = new Set<string>();
  const ways = [
    ["up", up],
    ["down", down],
  ] as const;
  for (const [way, bodies] of ways)
    for (const [code, of] of Object.entries(bodies)) {
      const command = Number(code);
      const least = leastBytes(of);
      fc.assert(
        fc.property(fc.uint8Array({ minLength: least, maxLength: least + 40 }), (data) => {
          // The counts that stand inside the bodies are small, so that they can be filled.
          const frame: DnyFrame = {
            kind: "frame",
            device: 0x04ab373b,
            message: 1,
            command,
            data: data.map((byte, at) => (at % 3 === 0 ? byte % 5 : byte)),
          };
          const message = way === "up" ? decodeUp(frame) : decodeDown(frame);
          if (isUndecodable(message)) return;
          understood.add(`${way} ${command}`);
          const again = way === "up" ? encodeUp(frame, message as UpMessage) : encodeDown(frame, message as DownMessage);
          expect(toHex(again.slice(12, -2))).toBe(toHex(frame.data));
        }),
        { numRuns: 60, seed: 7 },
      );
    }
  expect(understood.size).toBe(Object.keys(up).length + Object.keys(down).length);
  counted(context, { bodies: understood.size });
});

const asked = { port: 3, order, balance_fen: 500, time_most_s: 36_000, overload_mW: 1_000_000 };
test.each([
  ["until full", start({ ...asked, until: { kind: "full" } }), { rate_mode: 0, amount: 0, command: 1 }],
  ["time", start({ ...asked, until: { kind: "time", time_s: 14_400 } }), { rate_mode: 0, amount: 14_400, command: 1 }],
  ["energy", start({ ...asked, until: { kind: "energy", energy_mWh: 1_500_000 } }), { rate_mode: 2, amount: 150, command: 1 }],
  ["stop", stop(asked), { command: 0, order, port: 3 }],
])("0x82 %s always stops when full, in all its 38 bytes", (_, message, wanted) => {
  expect(message).toMatchObject({ ...wanted, force_auto_stop: 1, full_power_mW: 0 });
  const sent = encodeDown({ device: 0x04ab373b, message: 9 }, message);
  const frame = frameOf(toHex(sent));
  expect(frame.data).toHaveLength(38);
  expect(frame.data[35]).toBe(1);
  expect(decodeDown(frame)).toEqual(message);
});

test.each([
  ["04ceaa40", 4, 13_544_000],
  ["04ab373b", 4, 11_220_795],
])("device %s prints its number", (hex, kind, number) => {
  expect(printedNumber(Number.parseInt(hex, 16))).toEqual({ kind, number });
});

test("which way a frame went is said, and said to be a guess where the body fits both", () => {
  expect(likelyDirection(frameOf(vectors[0]![1]))).toEqual({ direction: "down", certain: true });
  expect(likelyDirection(frameOf(vectors[1]![1]))).toEqual({ direction: "up", certain: true });
  expect(likelyDirection(frameOf("444E590A003B37AB0401008D00A402"))).toEqual({ direction: "down", certain: false });
});

test("an explanation covers every byte once, and names a relay that is welded", () => {
  for (const frame of frames) {
    const { rows, faults } = explainDny(frame);
    expect(rows.map((row) => row.bytes).join("")).toBe(toHex(frame));
    expect(faults).toEqual([]);
  }
  const welded = bytesOf("444E5910003B37AB0401002198080200090905F702");
  expect(dnySum(welded.subarray(0, -2))).toBe(0x02f7);
  expect(explainDny(welded).rows.find((row) => row.name === "port_states[1]")?.meaning?.zh).toBe("继电器粘连（算法）");
});
