// Shifts that wait for this person to take them over: wherever he is, the rail says so.
import { computed, effect, signal } from "@preact/signals";
import { readHandovers } from "../data/handovers-api.ts";
import { live } from "../data/live.ts";
import { acting, person } from "./session.ts";

const again_ms = 30_000;
/** Not beside what the first screen itself has to read. */
const soon_ms = 3_000;
const mostSites = 10;
const sitters: readonly string[] = ["booth", "property-manager"];

const known = computed(() => live.value !== null);
export const waitingHandovers = signal(0);

async function read(): Promise<void> {
  const who = acting.peek();
  const me = person.peek();
  if (me === null || !sitters.includes(me.role)) return;
  const sites = (live.peek()?.sites ?? []).slice(0, mostSites);
  const answers = await Promise.all(sites.map(({ id: site }) => readHandovers({ site, person: me.id, state: "signed" })));
  if (who !== acting.peek()) return;
  waitingHandovers.value = answers.flatMap((answer) => (answer.ok ? answer.value.items : [])).filter(({ to }) => to === me.id).length;
}

export function followWaitingHandovers(): void {
  let soon: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    void acting.value;
    waitingHandovers.value = 0;
    clearTimeout(soon);
    if (known.value) soon = setTimeout(() => void read(), soon_ms);
  });
  setInterval(() => void read(), again_ms);
}
