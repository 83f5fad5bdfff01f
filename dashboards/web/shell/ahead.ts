// Once the first screen stands and the browser has nothing to do, the other pages' files are fetched, one after another: a page opens at once, also when the line has gone.
import { effect } from "@preact/signals";
import { live } from "../data/live.ts";
import { openPages } from "./navigation.tsx";
import { evidence, otherActing, rooms, signInDialog } from "./rooms.tsx";

const soon_ms = 1_000;
const quiet_ms = 3_000;

/** Whoever pays by the megabyte says so in the browser. */
const sparing = (): boolean => (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;

const after = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
const idle = (): Promise<void> => new Promise((resolve) => void requestIdleCallback(() => resolve(), { timeout: 5_000 }));

async function fetchAll(): Promise<void> {
  await after(soon_ms);
  // What lies behind a number is the next thing that anybody opens.
  await idle();
  await evidence.fetch();
  await after(quiet_ms);
  for (const one of [signInDialog, otherActing, ...openPages.peek().map((page) => rooms[page])])
    if (one !== undefined) {
      await idle();
      await one.fetch();
    }
}

export function fetchAhead(): void {
  let begun = false;
  effect(() => {
    if (live.value === null || begun || sparing()) return;
    begun = true;
    void fetchAll();
  });
}
