// The second person of an order, while it waits for one.
import type { CommandView } from "#protocols/api/commands.ts";
import { serverNow } from "../data/live.ts";
import { approveOrder } from "../data/orders-api.ts";
import { Approval } from "../parts/approval.tsx";
import { person } from "../shell/session.ts";
import { say } from "./say.ts";
import { mayApprove, standingOf } from "./standing.ts";

export function OrderApproval({ view, done }: { view: CommandView; done: () => void }) {
  if (standingOf(view, serverNow.value) !== "waiting") return null;
  return <Approval may={mayApprove(view, person.value)} say={say.value.queue} ask={() => approveOrder(view.id)} done={done} />;
}
