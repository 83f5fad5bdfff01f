// SNTP byte for byte: what is copied, what is honest, and what is not answered. Offsets are RFC 4330's figure 1.
import { expect, test } from "vitest";
import { wall } from "#protocols/vocabulary/time.ts";
import { counted } from "#test/promise.ts";
import { decodeRequest, encodeAnswer, readTime } from "./sntp.ts";

const ask = (change: (bytes: Uint8Array) => void = () => undefined): Uint8Array => {
  const bytes = new Uint8Array(48);
  bytes[0] = 0b00_100_011;
  bytes[2] = 6;
  bytes.set([1, 2, 3, 4, 5, 6, 7, 8], 40);
  change(bytes);
  return bytes;
};
const answer = (bytes: Uint8Array, synchronised: boolean, at = Date.UTC(2026, 10, 25, 4, 0, 0, 250)) => {
  const request = decodeRequest(bytes);
  if ("kind" in request) throw new Error(request.reason);
  return Buffer.from(encodeAnswer(request, { synchronised, received: wall(at), sent: wall(at + 1) }));
};

test("P 06.sntp: an answer is the server's, copies what the client said, and is honest about its own clock", (context) => {
  const good = answer(ask(), true);
  // 2026-11-25 04:00:00 UTC = 1795579200 s since 1970 = 4004568000 since 1900 = EEB0 DBC0 hex; .250 = 4000 0000, .251 = 4041 8937.
  expect(good.toString("hex")).toBe(
    [
      "24",
      "04",
      "06",
      "f6",
      "00000000",
      "00000ccd",
      "7f000001",
      "eeb0dbc0",
      "40000000",
      "0102030405060708",
      "eeb0dbc0",
      "40000000",
      "eeb0dbc0",
      "40418937",
    ].join(""),
  );
  const unsure = answer(ask(), false);
  expect([unsure[0], unsure[1], unsure.subarray(12, 16).toString("latin1"), readTime(unsure, 16)]).toEqual([
    0b11_100_100,
    0,
    "INIT",
    readTime(new Uint8Array(24), 16),
  ]);
  expect(readTime(unsure, 40)).toBeCloseTo(Date.UTC(2026, 10, 25, 4, 0, 0, 251), 3);
  for (let version = 1; version <= 4; version += 1)
    expect(
      answer(
        ask((bytes) => (bytes[0] = (version << 3) | 3)),
        true,
      )[0],
    ).toBe((version << 3) | 4);
  // After February 2036 the seconds begin again at 0: cameras of today know that, or not, by themselves.
  const later = Date.UTC(2040, 0, 1);
  expect(readTime(answer(ask(), true, later), 32)).toBe(later);
  counted(context, { fields: 14, versions: 4 });
});

test.each([
  ["too short", new Uint8Array(47)],
  ["a server's answer", ask((bytes) => (bytes[0] = 0b00_100_100))],
  ["a broadcast", ask((bytes) => (bytes[0] = 0b00_100_101))],
  ["a control message", ask((bytes) => (bytes[0] = 0b00_010_110))],
  ["version 0", ask((bytes) => (bytes[0] = 3))],
  ["version 7", ask((bytes) => (bytes[0] = 0b00_111_011))],
])("%s is not answered", (_what, bytes) => expect(decodeRequest(bytes)).toMatchObject({ kind: "undecodable" }));
