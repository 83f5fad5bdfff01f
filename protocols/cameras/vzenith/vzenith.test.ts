// The vendor's own sample, the ways that firmware differs from it, and what is refused.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wall } from "#protocols/vocabulary/time.ts";
import { decodeHeartbeat } from "./heartbeat.ts";
import { decodePush, type VzenithPush } from "./push.ts";
import { encodeReply, encodeSerialReply, offlineReply, openReply, type Reply, stayReply } from "./reply.ts";

const sampleText = readFileSync(new URL("./fixtures/plate-push.json", import.meta.url), "utf8").trim();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
type Json = Record<string, unknown>;

/** The sample with members of PlateResult, Timeval or AlarmInfoPlate replaced; undefined takes one away. */
function sample(change: { plate?: Json; time?: Json; alarm?: Json } = {}): Uint8Array {
  const body = JSON.parse(sampleText) as { AlarmInfoPlate: Json & { result: { PlateResult: Json & { timeStamp: { Timeval: Json } } } } };
  Object.assign(body.AlarmInfoPlate.result.PlateResult.timeStamp.Timeval, change.time);
  Object.assign(body.AlarmInfoPlate.result.PlateResult, change.plate);
  Object.assign(body.AlarmInfoPlate, change.alarm);
  return bytes(JSON.stringify(body));
}
const readOf = (push: VzenithPush | { kind: "undecodable"; reason: string }) => {
  if (push.kind !== "plate") throw new Error(`no plate: ${JSON.stringify(push)}`);
  return push.read;
};

test("the vendor's sample", () => {
  expect(decodePush(bytes(sampleText))).toEqual({
    kind: "plate",
    read: {
      serialno: "fe71e106-57263272",
      plate: "粤Z9065澳",
      noPlate: false,
      text: "粤Z9065澳",
      colour: "black",
      confidence: 96,
      seen: { sec: 1_686_299_994_687, dec: 1_686_299_994_000 },
      offline: false,
      openedByCamera: false,
      key: "fe71e106-57263272/21085/1686299994/687772",
      id: 21_085,
      trigger: "software",
      image: "/snapshot/lpr/tri_snap_24.jpg",
    },
  });
});

const none: Json = { decyear: undefined, decmon: undefined, decday: undefined, dechour: undefined, decmin: undefined, decsec: undefined };
test.each<[string, Uint8Array, Json]>([
  ["ionum as a number", sample({ plate: { gioouts: [{ ctrltype: 0, ionum: 0 }] } }), { openedByCamera: false }],
  ["opened from the offline list", sample({ plate: { gioouts: [{ ctrltype: 2, ionum: "0" }] } }), { openedByCamera: true }],
  ["an offline record", sample({ plate: { isoffline: 1 } }), { offline: true }],
  ["no isoffline member", sample({ plate: { isoffline: undefined } }), { offline: false }],
  ["no plate, underscored", sample({ plate: { license: "_无_" } }), { plate: null, noPlate: true, text: "_无_" }],
  ["no plate, in words", sample({ plate: { license: "无牌车" } }), { plate: null, noPlate: true }],
  ["no plate, empty", sample({ plate: { license: "" } }), { plate: null, noPlate: true }],
  ["no plate, type 31", sample({ plate: { license: "闽CD1234", type: 31 } }), { plate: null, noPlate: true }],
  ["a text that is no plate", sample({ plate: { license: "C00D" } }), { plate: null, noPlate: false, text: "C00D" }],
  ["I and O in the serial", sample({ plate: { license: "闽CIO123", colorType: 1 } }), { plate: "闽C10123", colour: "blue" }],
  ["a new-energy plate", sample({ plate: { license: "闽CD12345", colorType: 5 } }), { plate: "闽CD12345", colour: "green" }],
  ["an unknown colour code", sample({ plate: { colorType: 77 } }), { colour: "unknown" }],
  ["numbers as text", sample({ plate: { plateid: "21085", confidence: "96" } }), { id: 21_085, confidence: 96 }],
  ["no confidence", sample({ plate: { confidence: undefined } }), { confidence: null }],
  ["no usec", sample({ time: { usec: undefined } }), { seen: { sec: 1_686_299_994_000, dec: 1_686_299_994_000 } }],
  ["no dec", sample({ time: none }), { seen: { sec: 1_686_299_994_687, dec: null } }],
  ["no sec", sample({ time: { sec: undefined } }), { seen: { sec: null, dec: 1_686_299_994_000 } }],
  ["no time at all", sample({ plate: { timeStamp: undefined } }), { seen: { sec: null, dec: null }, id: 21_085 }],
  ["a clock that begins at 1970", sample({ time: { ...none, sec: 12 } }), { seen: { sec: null, dec: null }, id: 21_085 }],
  ["one of two clocks at 1970", sample({ time: { sec: 12 } }), { seen: { sec: null, dec: null } }],
  ["the other at 1970", sample({ time: { decyear: 1970 } }), { seen: { sec: null, dec: null } }],
  [
    "a civil time that was never set",
    sample({ time: { decyear: 0, decmon: 0, decday: 0, dechour: 0, decmin: 0, decsec: 0 } }),
    { seen: { sec: null, dec: null } },
  ],
  ["clocks that disagree", sample({ time: { decyear: 2018 } }), { seen: { sec: 1_686_299_994_687, dec: wall(1_528_533_594_000) } }],
  ["turn-back", sample({ plate: { triggerType: 66 } }), { trigger: "turn-back" }],
  ["an unknown trigger", sample({ plate: { triggerType: 9000 } }), { trigger: "unknown" }],
  ["an unheard-of member with a huge number", bytes(sampleText.replace('"bright":0', '"bright":1e400')), { plate: "粤Z9065澳" }],
  ["a NUL at the end", bytes(`${sampleText}\0`), { plate: "粤Z9065澳" }],
  [
    "__proto__ is only a member",
    bytes(sampleText.replace('"channel":0', '"__proto__":{"serialno":"x","polluted":1}')),
    { serialno: "fe71e106-57263272" },
  ],
])("tolerated: %s", (_name, body, expected) => {
  expect(readOf(decodePush(body))).toMatchObject(expected);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

const gbk = Uint8Array.of(
  ...bytes(sampleText.slice(0, sampleText.indexOf("粤"))),
  0xd4,
  0xc1,
  ...bytes(sampleText.slice(sampleText.indexOf("粤") + 1)),
);
test.each<[string, Uint8Array, string]>([
  ["nothing", bytes(""), "not JSON"],
  ["half a body", bytes(sampleText.slice(0, 400)), "not JSON"],
  ["an array", bytes("[]"), "not a JSON object"],
  ["another object", bytes("{}"), "none of AlarmInfoPlate"],
  ["100,000 brackets", bytes(`{"AlarmInfoPlate":${"[".repeat(100_000)}`), "nested deeper"],
  ["nesting behind an escaped quote", bytes(`{"a":"\\"","b":${'{"c":'.repeat(60)}`), "nested deeper"],
  ["more than 4 MB", new Uint8Array(4 * 1024 * 1024 + 1).fill(0x20), "longer than"],
  ["GBK", gbk, "not UTF-8"],
  ["no serial number", sample({ alarm: { serialno: undefined } }), "serialno"],
  ["a serial number that is a number", sample({ alarm: { serialno: 7 } }), "serialno"],
  ["PlateResult is text", sample({ alarm: { result: { PlateResult: "x" } } }), "PlateResult"],
  ["license is an object", sample({ plate: { license: {} } }), "license"],
  ["license of 10 kB", sample({ plate: { license: "闽".repeat(10_000) } }), "license"],
  ["a lone surrogate", bytes(sampleText.replace('"license":"粤Z9065澳","colorType"', '"license":"\\ud800Z9065","colorType"')), "license"],
  ["plateid beyond all numbers", bytes(sampleText.replace('"plateid":21085', '"plateid":1e400')), "plateid"],
  ["confidence of 101", sample({ plate: { confidence: 101 } }), "confidence"],
  ["sec in milliseconds", sample({ time: { sec: 1_686_299_994_000 } }), "century"],
  ["30 February", sample({ time: { decmon: 2, decday: 30 } }), "does not exist"],
  ["a date without its month", sample({ time: { decmon: undefined } }), "incomplete"],
  ["nothing that tells a repeat", sample({ plate: { plateid: undefined, timeStamp: undefined } }), "neither plateid nor a time"],
])("refused: %s", (_name, body, reason) => {
  expect(decodePush(body)).toMatchObject({ kind: "undecodable", reason: expect.stringContaining(reason) as string });
});

test("the key tells repeats from new recognitions", () => {
  const key = (change: Parameters<typeof sample>[0]) => readOf(decodePush(sample(change))).key;
  expect(key({ plate: { isoffline: 1, imagePath: "x" } })).toBe(key({}));
  for (const other of [{ plate: { plateid: 1 } }, { time: { sec: 1_686_299_995 } }, { time: { usec: 1 } }, { alarm: { serialno: "b" } }])
    expect(key(other)).not.toBe(key({}));
});

test("inputs, RS-485 bytes and snapshots", () => {
  const input = {
    AlarmGioIn: { deviceName: "IVS", ipaddr: "192.168.4.199", result: { TriggerResult: { source: 2, value: 1 } }, serialno: "s-1" },
  };
  expect(decodePush(bytes(JSON.stringify(input)))).toEqual({ kind: "input", serialno: "s-1", input: 2, value: 1 });
  const serial = { SerialData: { channel: 0, serialno: "s-1", ipaddr: "x", serialChannel: 1, data: "MTIzNDU2Nw==", dataLen: 36 } };
  expect(decodePush(bytes(JSON.stringify(serial)))).toEqual({ kind: "serial", serialno: "s-1", port: 1, data: bytes("1234567") });
  expect(decodePush(bytes(JSON.stringify({ SerialData: { ...serial.SerialData, data: "MT%=" } })))).toMatchObject({ kind: "undecodable" });
  expect(decodePush(bytes('{"ipaddr":"192.168.1.9","TriggerImage":{"imageFile":"","imageFileLen":0}}'))).toEqual({
    kind: "snapshot",
    address: "192.168.1.9",
  });
});

test("arbitrary bytes never throw", () => {
  const text = fc.oneof(
    fc.json(),
    fc.string(),
    fc.string().map((s) => sampleText.replace("粤Z9065澳", s)),
  );
  fc.assert(
    fc.property(fc.oneof(text.map(bytes), fc.uint8Array({ maxLength: 200 })), (body) => typeof decodePush(body).kind === "string"),
    {
      numRuns: 3000,
    },
  );
  const cut = bytes(sampleText);
  fc.assert(
    fc.property(fc.nat(cut.length - 1), fc.nat(255), (at, byte) => {
      const broken = cut.slice();
      broken[at] = byte;
      return ["plate", "undecodable"].includes(decodePush(broken).kind) && decodePush(cut.slice(0, at)).kind === "undecodable";
    }),
    { numRuns: 3000 },
  );
});

describe("heartbeat", () => {
  const type = "multipart/form-data; boundary=----V1";
  const form = (fields: Record<string, string>) =>
    bytes(
      `${Object.entries(fields)
        .map(([name, value]) => `------V1\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join("")}------V1--\r\n`,
    );
  const fields = {
    device_name: "东门",
    ipaddr: "192.168.55.131",
    port: "80",
    user_name: "admin",
    pass_wd: "a-secret",
    serialno: "s-1",
    channel_num: "1",
  };

  test("who it is, and never the password", () => {
    const heard = decodeHeartbeat(type, form(fields));
    expect(heard).toEqual({ serialno: "s-1", deviceName: "东门", address: "192.168.55.131", channels: 1 });
    expect(JSON.stringify(heard)).not.toContain("a-secret");
    expect(decodeHeartbeat('multipart/form-data; boundary="----V1"', form(fields))).toEqual(heard);
  });

  test.each<[string, string, Uint8Array]>([
    ["no boundary", "multipart/form-data", form(fields)],
    ["another type", "application/json", form(fields)],
    ["half a form", type, form(fields).slice(0, 300)],
    ["no serialno", type, form({ ipaddr: "x" })],
    ["100 parts", type, form(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, "x"])))],
    ["20 kB", type, form({ serialno: "x".repeat(20_000) })],
  ])("refused: %s", (_name, contentType, body) => {
    const heard = decodeHeartbeat(contentType, body);
    expect(heard).toMatchObject({ kind: "undecodable" });
    expect(JSON.stringify(heard)).not.toContain("a-secret");
  });
});

// Byte for byte: the camera's parser is not ours to try out.
test.each<[string, Reply, string]>([
  ["open", openReply, '{"Response_AlarmInfoPlate":{"info":"ok","content":"retransfer_stop","is_pay":"true"}}'],
  ["stay", stayReply, '{"Response_AlarmInfoPlate":{"info":"no","content":"retransfer_stop","is_pay":"false"}}'],
  [
    "offline record taken",
    offlineReply(123),
    '{"Response_AlarmInfoPlate":{"info":"no","content":"retransfer_stop","is_pay":"false","ContinuePushOffline":{"plateid":123,"continue":1}}}',
  ],
  [
    "a voice in GBK, and a screen with a code",
    {
      ...stayReply,
      voice: { text: "欢迎光临", volume: 100, encoding: "gbk" },
      screen: { scene: "通行", lines: ["闽C·12345"], code: "https://pay.example/pay/lane/out" },
    },
    '{"Response_AlarmInfoPlate":{"info":"no","content":"retransfer_stop","is_pay":"false","playserver_json_request":{"type":"ps_voice_play",' +
      '"voice":"u7bTrbniwdk=","voice_interval":0,"voice_volume":100,"voice_male":1},"module":"AD_CONFIG_REQUESTION","type":"ad_push_message",' +
      '"body":{"scene_name":"6YCa6KGM","custom":["6Ze9Q8K3MTIzNDU="],"qrcode_text":"https://pay.example/pay/lane/out"}}}',
  ],
  [
    "everything at once",
    {
      ...openReply,
      plateid: 21_085,
      channel: 0,
      serial: [{ port: 0, data: Uint8Array.from(atob("AGT//zAUAbu206254sHZLMfryOuzoc2js7WpNg=="), (c) => c.charCodeAt(0)) }],
      output: { io: 0, action: "pulse", delay_ms: 500 },
      snapshot: true,
      image: { port: 80, relativeUrl: "/snap" },
      voice: { text: "欢迎光临", volume: 0 },
    },
    '{"Response_AlarmInfoPlate":{"info":"ok","content":"retransfer_stop","is_pay":"true","plateid":21085,"channelNum":0,' +
      '"serialData":[{"serialChannel":0,"data":"AGT//zAUAbu206254sHZLMfryOuzoc2js7WpNg==","dataLen":28}],' +
      '"ivs_ioctrl":{"delay":500,"io":0,"value":2},"manualTrigger":"ok","TriggerImage":{"port":80,"snapImageRelativeUrl":"/snap"},' +
      '"playserver_json_request":{"type":"ps_voice_play","voice":"5qyi6L+O5YWJ5Li0","voice_interval":0,"voice_volume":0,"voice_male":1}}}',
  ],
])("reply: %s", (_name, reply, text) => {
  expect(encodeReply(reply)).toBe(text);
});

test("an offline record cannot be answered with an opening, and a delay has its bound", () => {
  expect(() => encodeReply({ ...openReply, offline: { plateid: 1, goOn: true } })).toThrow("never opens");
  expect(() => encodeReply({ info: "no", output: { io: 0, action: "pulse", delay_ms: 600_001 } })).toThrow("delay");
  expect(encodeSerialReply([{ port: 1, data: bytes("1") }])).toBe(
    '{"Response_SerialData":{"serialData":[{"serialChannel":1,"data":"MQ==","dataLen":1}]}}',
  );
});
