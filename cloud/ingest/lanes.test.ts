// Streams side by side, each in order; a full lane drops, and what it took it does.
import { expect, test } from "vitest";
import { WorkLanes } from "./lanes.ts";

/** Work that waits until it is told to go on. */
function gate(): { open: () => void; passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

test("one lane keeps its order while another does not wait for it", async () => {
  const lanes = new WorkLanes({ messages: 8, bytes: 100 });
  const { open, passed } = gate();
  const done: string[] = [];
  lanes.push("state", 1, async () => {
    await passed;
    done.push("state 1");
  });
  lanes.push("state", 1, async () => void done.push("state 2"));
  lanes.push("urgent", 1, async () => void done.push("urgent 1"));
  expect(lanes.length).toBe(3);
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual(["urgent 1"]);
  open();
  await lanes.settled();
  expect([done, lanes.length]).toEqual([["urgent 1", "state 1", "state 2"], 0]);
});

test("a lane takes so many messages, all of them together so many bytes; there is room again when they are done", async () => {
  const lanes = new WorkLanes({ messages: 2, bytes: 10 });
  const { open, passed } = gate();
  const work = () => passed;
  expect([lanes.push("a", 1, work), lanes.push("a", 1, work), lanes.push("a", 1, work)]).toEqual([true, true, false]);
  expect([lanes.push("b", 8, work), lanes.push("c", 1, work)]).toEqual([true, false]);
  open();
  await lanes.settled();
  expect([lanes.push("a", 10, work), lanes.push("c", 1, work)]).toEqual([true, false]);
  await lanes.settled();
});
