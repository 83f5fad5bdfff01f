// `cuobian device cameras` without three seconds of waiting: what is typed, and how an ending reads.
import { expect, test } from "vitest";
import { answer, question } from "#protocols/cameras/onvif/answers-for-tests.ts";
import { gather, nothingYet } from "#protocols/cameras/onvif/gathered.ts";
import { endingOf } from "./cameras.ts";
import { run } from "./programs.ts";

const ways = [{ name: "eth0", address: "192.168.1.5", wrong: null }];
const over = { running: false, done: 3, of: 3, ran_ms: 3_000, ways, sent: 3 };

test("cameras as a table, counts beside it, and where none answered what it may be", () => {
  const found = { ...gather(nothingYet, { bytes: answer(), from: "192.168.1.70" }, new Set([question])), ...over };
  const { code, stdout, stderr } = endingOf(found, false);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/192\.168\.1\.64 +HIKVISION DS-2CD7A +DS-2CD7A +东门 +hikvision +! .*answered from 192\.168\.1\.70/),
  ]);
  expect(stderr).toMatch(/eth0 192\.168\.1\.5\n.*asked 3 .*answers 1 .*cameras 1 /);
  expect(JSON.parse(endingOf(found, true).stdout)).toMatchObject({ cameras: [{ maker: "hikvision" }], sent: 3, advice: [] });
  const none = endingOf({ ...nothingYet, ...over }, false);
  expect([none.code, none.stdout]).toEqual([1, ""]);
  expect(none.stderr).toMatch(/1\. .*网段.*\n {3}the camera is in another subnet/);
});

test.each([["8.8.8.8"], ["camera.example"], ["192.168.1.64:0"]])("%s is no address to ask", async (also) => {
  expect(await run(["device", "cameras", "--also", also])).toMatchObject({ code: 2, stderr: expect.stringContaining("--also") });
});
