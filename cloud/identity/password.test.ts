// Passwords: a hash says its own cost and salt, only the right one fits, and what is no hash fits nothing.
import { expect, test } from "vitest";
import { oneTimeCode } from "./one-time.ts";
import { hashPassword, verifyPassword } from "./password.ts";

test("the right password fits its hash and no other; two hashes of one password differ", async () => {
  const [one, two] = [await hashPassword("口令 correct"), await hashPassword("口令 correct")];
  expect(one).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$[A-Za-z0-9+/=]{24}\$[A-Za-z0-9+/=]{44}$/);
  expect(one).not.toBe(two);
  expect(await verifyPassword("口令 correct", one)).toBe(true);
  expect(await verifyPassword("口令 correcT", one)).toBe(false);
});

test("typed on another keyboard it is the same password (NFKC)", async () => {
  const salt = "c2FsdHNhbHRzYWx0c2FsdA==";
  const { scryptSync } = await import("node:crypto");
  const key = scryptSync("Åbc".normalize("NFKC"), Buffer.from(salt, "base64"), 32, { N: 16, r: 8, p: 1 }).toString("base64");
  expect(await verifyPassword("A\u030abc", `$scrypt$ln=4,r=8,p=1$${salt}$${key}`)).toBe(true);
});

test.each([
  ["no hash", null],
  ["a plain text", "secret"],
  ["a key of no bytes", "$scrypt$ln=4,r=8,p=1$c2FsdA==$===="],
  ["a short key", "$scrypt$ln=4,r=8,p=1$c2FsdA==$c2FsdA=="],
  ["a cost that would take minutes", "$scrypt$ln=24,r=8,p=1$c2FsdA==$c2FsdA=="],
])("%s fits nothing", async (_, hash) => {
  expect(await verifyPassword("secret", hash)).toBe(false);
});

test("one-time passwords are four groups of four, and none comes twice", () => {
  const made = Array.from({ length: 500 }, oneTimeCode);
  for (const one of made) expect(one).toMatch(/^([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/);
  expect(new Set(made).size).toBe(500);
});
