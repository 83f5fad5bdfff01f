// A person says which car inside stands at the exit: at the booth or from afar, the same few steps, each once however often it is told.
import type { Choice, Chosen } from "#protocols/api/booth.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { canonicalPlate } from "#protocols/vocabulary/plate.ts";
import { choose } from "../lanes/candidates.ts";
import type { Lane } from "../lanes/door.ts";
import { commandState } from "../lanes/orders.ts";
import { visitById } from "../lanes/visits.ts";
import type { SiteContext } from "../site-context.ts";
import type { Payments } from "./payments.ts";

const another = refusal(
  "another-car",
  "出口前已是另一辆车，请重新查看候选",
  "another car stands at the exit by now: look at the candidates again",
);
const notThat = refusal(
  "another-plate",
  "选定的停车记录不是这块车牌，请重新查看候选",
  "the chosen visit has another plate: look at the candidates again",
);
const byEye = "值班人员核对车牌 / the plate was checked by eye";

export interface ChoosingParts {
  readonly context: Pick<SiteContext, "journal" | "clock">;
  readonly payments: Pick<Payments, "due">;
}

/** Nothing due: the gate is asked to open. `plate`: the one that the person read; a visit of another plate is not his choice. */
export async function chooseAtExit(
  { context: { journal, clock }, payments }: ChoosingParts,
  lane: Lane,
  { plate, ...choice }: Choice & { readonly plate?: string },
): Promise<Chosen | Refusal> {
  if (plate !== undefined && visitById(journal, choice.visit)?.plate !== canonicalPlate(plate)) return notThat;
  const at = { lane: lane.config.id, lot: lane.config.lot, now: clock.stamp() };
  const chosen = journal.commit((tx) => choose(tx, at, choice));
  if ("kind" in chosen) return chosen;
  if (lane.front()?.id !== chosen.id) return another;
  const due = payments.due(lane);
  if (due !== null) return "kind" in due ? due : { due, gate: null };
  const by = { command: choice.command, person: choice.person, reason: byEye };
  // Told again it opens once.
  const known = commandState(journal, lane.config.id, by);
  if (known !== undefined) return "kind" in known ? known : { due, gate: known.gate };
  const { gate } = await lane.open({ cause: "manual", by, visit: chosen });
  return { due, gate };
}
