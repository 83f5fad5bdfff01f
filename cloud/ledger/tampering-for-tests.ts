// What somebody with the database in his hands might do to a chain of three steps, and what is then said of it.
import { noon } from "#cloud/ingest/room-for-tests.ts";
import type { Change } from "#cloud/store/store.ts";

export const tampering: readonly (readonly [name: string, change: (change: Change) => Promise<unknown>, broken: number, why: RegExp])[] = [
  ["an edited note", (c) => c.updateTable("hazard_step").set({ note: "别的" }).where("ordinal", "=", 2).execute(), 2, /step 2 was changed/],
  [
    "an edited time",
    (c) =>
      c
        .updateTable("hazard_step")
        .set({ at: noon - 1 })
        .where("ordinal", "=", 1)
        .execute(),
    1,
    /step 1 was changed/,
  ],
  ["another name", (c) => c.updateTable("hazard_step").set({ person: "li" }).where("ordinal", "=", 3).execute(), 3, /step 3 was changed/],
  ["another outcome", (c) => c.updateTable("hazard_step").set({ to_state: "已销号" }).where("ordinal", "=", 2).execute(), 2, /was changed/],
  ["a deleted step", (c) => c.deleteFrom("hazard_step").where("ordinal", "=", 2).execute(), 2, /step 2 of the ledger is missing/],
  ["a deleted first step", (c) => c.deleteFrom("hazard_step").where("ordinal", "=", 1).execute(), 1, /step 1 of the ledger is missing/],
  ["a deleted last step", (c) => c.deleteFrom("hazard_step").where("ordinal", "=", 3).execute(), 3, /ends at step 2, its head says 3/],
  ["exchanged steps", exchange, 2, /does not follow|was changed/],
  [
    "a hash made to fit the edit",
    async (c) => {
      const step = await c.selectFrom("hazard_step").selectAll().where("ordinal", "=", 2).executeTakeFirstOrThrow();
      await c.updateTable("hazard_step").set({ hash: step.previous, note: "别的" }).where("ordinal", "=", 2).execute();
    },
    2,
    /was changed/,
  ],
];

/** Steps 2 and 3 exchange their places, each with its own content and hash. */
async function exchange(change: Change): Promise<void> {
  const places: readonly (readonly [from: number, to: number, seq: number])[] = [
    [2, 90, 90],
    [3, 2, 2],
    [90, 3, 3],
  ];
  for (const [from, to, seq] of places)
    await change.updateTable("hazard_step").set({ ordinal: to, seq }).where("ordinal", "=", from).execute();
}
