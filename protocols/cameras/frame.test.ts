// Which picture a push carries: found in every way that cameras send one, and never a half, a cutting or something that only begins like one.
import { describe, expect, test } from "vitest";
import { jpeg } from "#test/world/pictures.ts";
import { frameIn, largestFrame } from "./frame.ts";

const frame = jpeg(3_000);
const plate = jpeg(200);
const text = (words: string): Uint8Array => Buffer.from(words);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const form = (...parts: Uint8Array[]): Uint8Array =>
  Buffer.concat([...parts.flatMap((part) => [text("--b\r\nContent-Type: image/jpeg\r\n\r\n"), part, text("\r\n")]), text("--b--\r\n")]);

describe("the largest picture of a push", () => {
  test.each<[string, Uint8Array]>([
    ["as the body", frame],
    ["in a form, beside its cutting", form(plate, frame)],
    ["the other way round", form(frame, plate)],
    ["behind a text that is no UTF-8", Buffer.concat([Buffer.from("d4c1c2420001", "hex"), frame])],
    ["base64 in JSON", text(JSON.stringify({ plate: "闽C12345", imageFragmentFile: base64(plate), imageFile: base64(frame) }))],
    ["base64 with escaped slashes", text(JSON.stringify({ imageFile: base64(frame) }).replaceAll("/", "\\/"))],
    ["base64 of a form, the other alphabet", text(`cam=1&picture=${Buffer.from(frame).toString("base64url")}&closeup=`)],
    ["in a data address", text(`{"snap":"data:image/jpeg;base64,${base64(frame)}"}`)],
  ])("%s", (_what, body) => {
    expect(Buffer.from(frameIn(body) ?? []).equals(frame)).toBe(true);
  });

  test("with a thumbnail in its own head it is still the whole", () => {
    const whole = jpeg(2_000, plate);
    expect(Buffer.from(frameIn(form(whole)) ?? []).equals(whole)).toBe(true);
  });

  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()],
    ["no picture", text('{"license":"闽C12345","imagePath":"/snap/9j/1.jpg"}')],
    ["half a picture", frame.subarray(0, 1_500)],
    ["half of one in base64", text(`{"imageFile":"${base64(frame).slice(0, 2_000)}"}`)],
    ["one that ends before it shows anything", Uint8Array.of(0xff, 0xd8, 0xff, 0xd9, ...new Uint8Array(200))],
    ["too large a one", jpeg(largestFrame)],
    ["only its beginning, for ever", Buffer.alloc(300_000, Buffer.from([0xff, 0xd8, 0xff]))],
    ["only its beginning in base64, for ever", Buffer.alloc(300_000, "/9j/")],
  ])("none in %s", (_what, body) => {
    expect(frameIn(body)).toBeUndefined();
  });

  test("whatever the bytes: no throw, and what is found is a picture from end to end", () => {
    let state = 7;
    const byte = (): number => {
      state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
      return state >> 16;
    };
    for (let round = 0; round < 200; round += 1) {
      const body = form(frame);
      for (let hit = 0; hit < 6; hit += 1) body[byte() % body.length] = byte() & 0xff;
      const found = frameIn(body);
      if (found === undefined) continue;
      expect([found[0], found[1], found.at(-2), found.at(-1)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
    }
  });
});
