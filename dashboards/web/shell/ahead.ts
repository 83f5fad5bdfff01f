// Once the first screen stands and the browser has nothing to do, the other pages' files are fetched, one after another: a page opens at once, also when the line has gone.
import { effect } from "@preact/signals";
import { live } from "../data/live.ts";
import { openPages } from "./navigation.tsx";
import { evidence, otherActing, rooms, signInDialog } from "./rooms.tsx";

const quiet_ms = 3_000;

/** Whoever pays by the megabyte says so in the browser. */
const sparing = (): boolean => (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;

async function fetchAll(): Promise<void> {
  for (const one of [evidence, signInDialog, otherActing, ...openPages.peek().map((page) => rooms[page])])
    if (one !== undefined) {
      await new Promise<void>((resolve) => void requestIdleCallback(() => resolve(), { timeout: 5_000 }));
      await one.fetch();
    }
}

export function fetchAhead(): void {
  let begun = false;
  effect(() => {
    if (live.value === null || begun || sparing()) return;
    begun = true;
    setTimeout(() => void fetchAll(), quiet_ms);
  });
}
