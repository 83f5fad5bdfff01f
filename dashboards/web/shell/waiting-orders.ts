// Orders that wait for a second person, for those who may be it or have asked: wherever they are, the page says that somebody waits.
import { computed, effect, signal } from "@preact/signals";
import { commandApprovalWithin_ms } from "#protocols/api/approval.ts";
import type { CommandView } from "#protocols/api/commands.ts";
import { live, serverNow } from "../data/live.ts";
import { readOrders } from "../data/orders-api.ts";
import { parseMoment } from "../format/moments.ts";
import { acting, person } from "./session.ts";

const again_ms = 15_000;
const givers: readonly string[] = ["booth", "property-manager"];

const known = computed(() => live.value !== null);
export const waitingOrders = signal<readonly CommandView[]>([]);

async function read(): Promise<void> {
  const who = acting.peek();
  if (!givers.includes(person.peek()?.role ?? "") || live.peek() === null) return;
  const answer = await readOrders({ state: "waiting", limit: 200 });
  if (!answer.ok || who !== acting.peek()) return;
  const now = serverNow.peek();
  waitingOrders.value = answer.value.items.filter(({ asked }) => now - (parseMoment(asked) ?? 0) <= commandApprovalWithin_ms);
}

export function followWaitingOrders(): void {
  effect(() => {
    void acting.value;
    waitingOrders.value = [];
    if (known.value) void read();
  });
  setInterval(() => void read(), again_ms);
}
