// What is heard, and when it stops.
import { expect, test } from "vitest";
import { alarm } from "./samples-for-tests.ts";
import { dueTone, silent } from "./sounding.ts";

const p1 = alarm("a1");
const p2 = (id: string) => alarm(id, { priority: 2 });

/** Seconds at which a tone is begun, with its level. */
function heard(at: (second: number) => ReturnType<typeof alarm>[], seconds: number): string[] {
  let state = silent;
  const tones: string[] = [];
  for (let second = 0; second <= seconds; second += 1) {
    const { tone, next } = dueTone(at(second), state, second * 1000);
    state = next;
    if (tone !== null) tones.push(`${second}:${tone}`);
  }
  return tones;
}

test("level 1 every five seconds until it is acknowledged, then nothing", () => {
  const acknowledged = { ...p1, state: "active-acknowledged" as const };
  expect(heard((second) => [second < 12 ? p1 : acknowledged], 30)).toEqual(["0:1", "5:1", "10:1"]);
});

test("level 2 when it comes, another one too, and then once a minute; levels 3 and 4 never", () => {
  expect(heard((second) => (second < 20 ? [p2("b1")] : [p2("b1"), p2("b2")]), 150)).toEqual(["0:2", "20:2", "80:2", "140:2"]);
  expect(heard(() => [alarm("c", { priority: 3 }), alarm("d", { priority: 4 })], 100)).toEqual([]);
});

test("one at a time, the highest: level 1 at once over level 2, and level 2 has its turn after it", () => {
  const at = (second: number) => [p2("b1"), ...(second >= 3 && second < 9 ? [p1] : [])];
  expect(heard(at, 70)).toEqual(["0:2", "3:1", "8:1", "68:2"]);
});

test("an alarm that has cleared is not heard, though nobody acknowledged it", () => {
  expect(heard(() => [{ ...p1, state: "cleared-unacknowledged" as const }], 20)).toEqual([]);
});
