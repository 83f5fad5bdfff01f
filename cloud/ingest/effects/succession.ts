// A gateway whose journal was restored: the new journal takes the place of the old, and whoever still speaks with the old one is refused.
import type { Effect, Origin } from "#cloud/store/happening.ts";
import { often } from "#cloud/store/often.ts";
import type { Queries } from "#cloud/store/store.ts";
import type { Of } from "./events.ts";

export async function restored({ change }: Effect, event: Of<"gateway.restored">): Promise<void> {
  const { gateway, data, received } = event;
  const [, epoch = ""] = event.key.split("/");
  if (data.former === epoch) return; // nobody takes his own place
  await change
    .insertInto("succession")
    .values({ gateway, epoch: data.former, by_epoch: epoch, at: received })
    .onConflict((conflict) => conflict.columns(["gateway", "epoch"]).doNothing())
    .execute();
  // What the old journal had not said by now it never will: nothing is missing from it any more.
  await change
    .updateTable("cursor")
    .set((eb) => ({ seen_to: eb.ref("up_to") }))
    .where("gateway", "=", gateway)
    .where("epoch", "=", data.former)
    .execute();
}

const successors = often((db, { gateway, epoch }: { gateway: string; epoch: string }) =>
  db.selectFrom("succession").select("epoch").where("gateway", "=", gateway).where("epoch", "=", epoch),
);

export async function isSuperseded(
  read: Queries,
  { gateway, epoch }: Pick<Origin, "gateway"> & { readonly epoch: string },
): Promise<boolean> {
  return (await successors(read, { gateway, epoch })).length > 0;
}
