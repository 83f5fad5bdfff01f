// What one question brought, sorted. The table reads: what came back, and what it is called.
import { expect, test } from "vitest";
import { readRequest, rtuFrame, writeRegisterRequest } from "#protocols/modbus/frame.ts";
import { sortHeard } from "./heard.ts";

const asked = rtuFrame(readRequest(3, 4, 0, 2));
const answer = rtuFrame({ unit: 3, pdu: Uint8Array.of(4, 4, 0x43, 0x66, 0x33, 0x33) });
const other = rtuFrame({ unit: 3, pdu: Uint8Array.of(4, 4, 0x43, 0x65, 0, 0) });
const refusal = rtuFrame({ unit: 3, pdu: Uint8Array.of(0x84, 2) });
const foreign = rtuFrame({ unit: 9, pdu: Uint8Array.of(4, 4, 0, 0, 0, 0) });
const join = (...parts: readonly (Uint8Array | number)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...part])));
const spoiled = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, index) => (index === at ? byte ^ 0x11 : byte));

test.each<[string, Uint8Array, string]>([
  ["nothing", new Uint8Array(0), "nothing"],
  ["our own question", asked, "echo"],
  ["our question and its answer", join(asked, answer), "answer"],
  ["an answer", answer, "answer"],
  ["a refusal", refusal, "answer"],
  ["an answer with a byte of nothing before it", join(0, answer), "strays"],
  ["an answer with bytes of nothing around it", join(0xff, answer, 0xfe), "strays"],
  ["two answers, one after the other", join(answer, other), "answers"],
  ["two answers with a byte between", join(answer, 0xff, other), "answers"],
  ["an answer and a refusal", join(refusal, answer), "answers"],
  ["an answer, and half of another", join(answer, other.slice(3)), "more"],
  ["another unit's frame", foreign, "foreign"],
  ["a zero", Uint8Array.of(0), "zeros"],
  ["six zeros", new Uint8Array(6), "zeros"],
  ["an answer with one bit the other way", spoiled(answer, 5), "spoiled"],
  ["a refusal with a wrong checksum", spoiled(refusal, 4), "spoiled"],
  ["an answer that lacks its end", answer.slice(0, 6), "half"],
  ["no more than its head", answer.slice(0, 3), "half"],
  ["the question and half an answer", join(asked, answer.slice(0, 5)), "half"],
  ["an answer that lacks its first byte", answer.slice(1), "headless"],
  ["an answer that lacks its first three", answer.slice(3), "headless"],
  ["an answer that lacks four", answer.slice(4), "garbage"],
  ["one that lacks its first byte, and another is wrong", spoiled(answer, 5).slice(1), "garbage"],
  ["bytes of nothing we know", Uint8Array.of(0x7f, 0x12, 0x80), "garbage"],
  ["more than one answer, none whole", join(spoiled(answer, 5), spoiled(other, 6)), "too-long"],
])("%s", (_, heard, kind) => {
  expect(sortHeard({ asked, heard }).kind).toBe(kind);
});

test("a write is answered by its own bytes: once is the answer, twice an echo before it", () => {
  const write = rtuFrame(writeRegisterRequest(1, 2, 5));
  expect(sortHeard({ asked: write, heard: write }).kind).toBe("answer");
  expect(sortHeard({ asked: write, heard: join(write, write) }).kind).toBe("answer");
  expect(sortHeard({ asked: write, heard: join(write, write, write) }).kind).toBe("answers");
});
