// The times between the steps of one cut-off: seen, decided, OFF, confirmed open, received by the cloud. A step that has not come is shown as missing.
import type { PropertyEntryView } from "#protocols/api/views.ts";
import { parseMoment, preciseClock } from "../format/moments.ts";
import { absent, whole } from "../format/quantities.ts";
import { words } from "../words/language.ts";

interface Link {
  readonly name: string;
  readonly value: string;
  readonly reached: boolean;
}

const plusMs = (ms: number): string => `+${whole(ms)} ms`;

/** All offsets count from the first byte of the reading; the last one crosses two machines' clocks. */
export function linksOf({ times }: PropertyEntryView): readonly Link[] {
  const say = words.value.entries.chain;
  const seen = parseMoment(times.seen);
  const received = parseMoment(times.received);
  const offset = (ms: number | null, missing: string) => ({ value: ms === null ? missing : plusMs(ms), reached: ms !== null });
  return [
    { name: say.seen, value: seen === undefined ? absent : preciseClock(seen), reached: seen !== undefined },
    { name: say.decided, ...offset(times.decided_after_ms, absent) },
    { name: say.off, ...offset(times.off_after_ms, absent) },
    { name: say.confirmed, ...offset(times.confirmed_after_ms, say.unconfirmed) },
    {
      name: say.received,
      value: seen === undefined || received === undefined ? absent : plusMs(Math.max(0, received - seen)),
      reached: received !== undefined,
    },
  ];
}

export function Chain({ entry }: { entry: PropertyEntryView }) {
  return (
    <ol class="chain" aria-label={words.value.entries.chain.label}>
      {linksOf(entry).map((link) => (
        <li key={link.name} class={link.reached ? "reached" : "missing"}>
          <span>{link.name}</span>
          <b>{link.value}</b>
        </li>
      ))}
    </ol>
  );
}
