// What is said of a gateway's certificate: none yet is no fault, one that has ended or cannot be read is, and a clock that is not set judges nobody.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { certificateCheck } from "./door.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-certificate-"));
const [there, missing] = [join(folder, "identity.json"), join(folder, "none.json")];
writeFileSync(there, "{}");

test.each([
  ["none yet", missing, undefined, true, true, /还没有注册/],
  ["there, and no identity", there, undefined, true, false, /读不懂/],
  ["good", there, 86_400, true, true, /有效/],
  ["ended three days ago", there, -3 * 86_400, true, false, /已过期 3 天.*enrol/],
  ["ended, by a clock that is not set", there, -3 * 86_400, false, true, /有效/],
] as const)("a certificate that is %s", (what, file, left_s, clockTrue, ok, zh) => {
  expect(certificateCheck(file, left_s, clockTrue)).toMatchObject({ name: "certificate", ok, zh: expect.stringMatching(zh) });
  if (what.startsWith("ended, by")) rmSync(folder, { recursive: true });
});
