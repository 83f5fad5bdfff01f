// Two boxes under one name, told by what they say of themselves when they come on line.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { statusTopic } from "#protocols/uplink/topics.ts";
import { home, openTestCloud, type TestCloud } from "./room-for-tests.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());
beforeEach(() => cloud.reset());

/** "a1": journal a, boot 1; each greeting later than the one before, unless it says again ("=") what was said last under that name. */
async function alarmsAfter(story: string): Promise<number> {
  const told = new Map<string, string>();
  let mono = 0;
  for (const word of story.split(" ")) {
    const who = word.replace("=", "");
    mono += 1_000;
    const status = { v: 1, state: "online", epoch: (who[0] ?? "a").repeat(16), boot: `boot-${who.slice(1)}`, mono };
    const text = word.endsWith("=") ? (told.get(who) ?? "") : JSON.stringify(status);
    told.set(who, text);
    await cloud.take(statusTopic(home), text);
  }
  const row = await cloud.store.read.selectFrom("alarm").select("count").where("rule", "=", "uplink.identity").executeTakeFirst();
  return row?.count ?? 0;
}

test.each([
  ["a1 a1 a1", 0], //            a bad link
  ["a1 a2 a3", 0], //            power cuts
  ["a1 b1 b1", 0], //            restored from a backup
  ["a1 a2 a1= a2=", 0], //       two of our processes, one behind the other; or a retained status after our restart
  ["a1 b2 b2 b3", 0], //         a new card
  ["a1 b2 a1", 1], //            two boxes
  ["a1 a2 a1 a2 a1", 3], //      a copied card
  ["a1 b2 a1 a1 a1", 1], //      the other was switched off
])("%s: %i alarms", async (story, alarms) => {
  expect(await alarmsAfter(story)).toBe(alarms);
});
