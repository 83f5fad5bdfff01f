// The room as the site process mounts it: a real port from the site file, a pile that calls it over TCP, a charge, its settlement; and readings for the cloud.
import { connect } from "node:net";
import pino from "pino";
import { expect, test, vi } from "vitest";
import { DnyPile } from "#sim/piles/dny-pile.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { openJournal } from "../../journal/journal.ts";
import type { SiteContext } from "../../site-context.ts";
import { chargeSeen } from "../by-hand.ts";
import { noRules } from "../rules.ts";
import { tables } from "../tables.ts";
import { mountPiles } from "./door.ts";

test("from the site file to a settled charge over TCP", async () => {
  const clock = toldClock();
  const journal = openJournal({ path: ":memory:", clock, chance: toldChance(), tables });
  const sampled: string[] = [];
  const pile_hosts = [
    {
      ...{ id: "piles-1", kind: "dny", host: "127.0.0.1", port: 0, cut_by: "firmware" },
      piles: [{ id: "pile-1", name: "桩", number: "04CEAA40", ports: 2, time_most_s: 28_800, overload_W: 500 }],
    },
  ];
  const context = {
    ...{ journal, clock, chance: toldChance(2), log: pino({ level: "silent" }), config: { pile_hosts } },
    telemetry: { add: (text: string) => sampled.push(text) },
  } as unknown as SiteContext;
  const piles = await mountPiles(context, { rules: noRules, shedState: () => "serving", tellFire: () => undefined });
  const wire = connect(piles.ports[0] ?? 0, "127.0.0.1");
  const pile: DnyPile = new DnyPile({ device: 0x04ce_aa40, ports: 2, write: (bytes) => void wire.write(bytes) });
  wire.on("data", (bytes) => pile.hear(bytes));
  pile.connect("89860463112070319417");
  await vi.waitFor(() => expect(piles.readings()).toHaveLength(2));
  expect(piles.begin({ charge: "charge-0001", socket: "pile-1/2", person: "张工", by: "console" })).toMatchObject({ state: "asked" });
  clock.advance(5_000);
  await vi.waitFor(() => expect(chargeSeen(journal, "charge-0001")?.state).toBe("charging"));
  expect(pile.ports[1]?.stopsWhenFull).toBe(true);
  pile.unplug(1);
  await vi.waitFor(() => expect([chargeSeen(journal, "charge-0001")?.state, pile.unsettled.length]).toEqual(["ended", 0]));
  expect(sampled.join("")).toMatch(/socket,station=pile-1,socket=2|station=pile-1/);
  wire.destroy();
  await piles.stop();
});
