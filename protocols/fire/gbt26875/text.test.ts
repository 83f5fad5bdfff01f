// GB 18030 both ways: every character that the platform's decoder can give, and the few that no code gives.
import { expect, test } from "vitest";
import { bytesOf, toHex } from "#protocols/frames/bytes.ts";
import { fitGb18030, fromGb18030, toGb18030 } from "#protocols/frames/gb18030.ts";
import { body, decodeBody, encodeBody } from "#protocols/frames/layout.ts";
import { countedText, fixedText } from "./text.ts";

test("every character of Unicode that has a code comes back", () => {
  const lost: string[] = [];
  let tried = 0;
  for (let point = 0; point < 0x11_0000; point += 1) {
    // In steps outside the basic plane, where the codes are a formula.
    if (point >= 0x1_0000) point += 36;
    if (point >= 0xd800 && point < 0xe000) continue;
    const character = String.fromCodePoint(Math.min(point, 0x10_ffff));
    tried += 1;
    if (fromGb18030(toGb18030(character)) !== character) lost.push(point.toString(16));
  }
  expect(tried).toBeGreaterThan(90_000);
  // The replacement character, and private ones whose codes were given to others (GB 18030-2022): no panel's text has them.
  expect(lost.filter((point) => !/^(e...|fffd)$/.test(point))).toEqual([]);
  expect(lost.length).toBeLessThan(40);
});

test.each([
  ["Ａ区１层呷哺走廊", "A3C1C7F8A3B1B2E3DFC8B2B8D7DFC0C8"],
  ["1号充电棚A-07", "31BAC5B3E4B5E7C5EF412D3037"],
  ["㐂", "8139EF31"],
  ["𠮷", "9534B235"],
  ["€", "A2E3"],
])("%s is %s", (text, hex) => {
  expect(fromGb18030(bytesOf(hex))).toBe(text);
  expect(toHex(toGb18030(text))).toBe(hex);
});

test("a text is shortened between characters, and one that is too long is a bug", () => {
  expect(fitGb18030("充电棚充电棚", 7)).toBe("充电棚");
  expect(fitGb18030("abc𠮷", 6)).toBe("abc");
  expect(() => fixedText("text", "文", 4).put("充电棚", {})).toThrow(RangeError);
});

test("bytes that are no text are kept as they are", () => {
  const both = body("both", "文 / text", [fixedText("fixed", "文", 6), countedText("counted", "文")]);
  for (const hex of ["B3E4B5E70000 04C5EFC5EF", "FF3100000000 02FFFF", "000000000000 00", "00B3E4000000 0341 00 00"]) {
    const message = decodeBody(both, bytesOf(hex));
    expect(toHex(encodeBody(both, { ...message }))).toBe(toHex(bytesOf(hex)));
  }
  expect(decodeBody(both, bytesOf("FF3100000000 00"))).toMatchObject({ fixed: "raw:FF31" });
  expect(decodeBody(both, bytesOf("000000000000 03C5EF"))).toMatchObject({ kind: "undecodable", reason: "ends inside counted" });
});

test("a text that was cut within a character is read as far as it goes, and goes back byte for byte", () => {
  const cut = body("cut", "文 / text", [fixedText("text", "文", 6)]);
  for (const [hex, text] of [
    ["B3E4B5E7C500", "充电raw:C5"],
    // Half of a four-byte character behind two bytes.
    ["B3E49534B200", "充raw:9534B2"],
    ["31FFFFFFFFFF", "1raw:FFFFFFFFFF"],
  ] as const) {
    const message = decodeBody(cut, bytesOf(hex));
    expect(message).toMatchObject({ text });
    expect(toHex(encodeBody(cut, { ...message }))).toBe(hex);
  }
});
