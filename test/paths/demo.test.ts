// The demo as a stranger runs it: its first live event, and its clean end. What is promised is seconds, so nothing else runs beside it.
import { expect, test } from "vitest";
import { counted } from "../promise.ts";
import { demo } from "./run-demo.ts";

test("P 01.demo: the first live event comes within ten seconds of start, and the demo ends cleanly", async (context) => {
  const { code, out, err } = await demo(["--exit", "--json"]);
  expect(code, err).toBe(0);
  const { first_event_s } = JSON.parse(out) as { first_event_s: number };
  expect(first_event_s, err).toBeLessThanOrEqual(10);
  counted(context, { "first live event, s": first_event_s });
});
