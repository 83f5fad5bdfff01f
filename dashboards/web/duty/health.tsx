// How each gateway said last that it is. What it did not say stands there as unknown, and what says nothing about now is called stale.
import { useEffect, useState } from "preact/hooks";
import type { GatewayHealthView } from "#protocols/api/health.ts";
import { healthHolds_ms } from "#protocols/api/health-holds.ts";
import { readHealth } from "../data/api.ts";
import { live, serverNow } from "../data/live.ts";
import { parseMoment } from "../format/moments.ts";
import { absent, size, temperature, whole } from "../format/quantities.ts";
import { openPages } from "../shell/navigation.tsx";
import { spanWords, words } from "../words/language.ts";

const again_ms = 60_000;
const span = (ms: number): string => spanWords(ms, words.value);

function factsOf({ disk, cpu_mC, clock, lines, waiting }: GatewayHealthView): string[] {
  const say = words.value.care.health;
  const ahead = clock?.ahead_ms ?? null;
  const waits = (waiting ?? []).reduce((sum, { count }) => sum + count, 0);
  const oldest = Math.max(-1, ...(waiting ?? []).map(({ oldest_ms }) => oldest_ms ?? -1));
  return [
    disk === null ? say.noDisk : say.disk(size(disk.free_bytes), size(disk.total_bytes)),
    cpu_mC === null ? say.noSensor : say.cpu(temperature(cpu_mC)),
    clock?.synchronised === true ? say.clock.yes : say.clock.no,
    ...(ahead === null || ahead === 0 ? [] : [ahead > 0 ? say.ahead(whole(ahead)) : say.behind(whole(-ahead))]),
    ...(lines === null
      ? [say.noLines]
      : lines.map(({ line, open, late, round_ms, promised_ms }) => {
          const text = say.line(line, round_ms === null ? absent : whole(round_ms), promised_ms === null ? absent : whole(promised_ms));
          return `${text}${open ? "" : ` ${say.closed}`}${late ? ` ${say.late}` : ""}`;
        })),
    waits === 0 ? say.nothingWaits : `${say.waits(whole(waits))}${oldest < 0 ? "" : ` ${say.oldest(span(oldest))}`}`,
  ];
}

function One({ view }: { view: GatewayHealthView }) {
  const say = words.value.care.health;
  const seen = parseMoment(view.seen);
  const since = seen === undefined ? null : Math.max(0, serverNow.value - seen);
  // The page may be older than its answer.
  const stale = view.stale || since === null || since + (view.delayed_ms ?? 0) > healthHolds_ms;
  return (
    <li data-health={view.gateway} data-stale={String(stale)} class={stale ? "muted" : ""}>
      <span>{view.gateway}</span>
      {since === null ? (
        <span class="tag">{say.never}</span>
      ) : (
        <>
          {stale && <span class="tag">{say.stale}</span>}
          <span>{factsOf(view).join(" · ")}</span>
          <span class="gateway-last muted">
            {say.seen(span(since))}
            {(view.delayed_ms ?? 0) > again_ms && ` · ${say.delayed(span(view.delayed_ms ?? 0))}`}
          </span>
        </>
      )}
    </li>
  );
}

export function GatewayHealth() {
  const [found, setFound] = useState<readonly GatewayHealthView[]>([]);
  const states = (live.value?.gateways ?? []).map(({ gateway, state }) => `${gateway} ${state}`).join();
  // Whoever looks after no lanes is refused it, and does not ask.
  const may = openPages.value.includes("lanes");
  useEffect(() => {
    let current = true;
    if (!may) return setFound([]);
    const read = (): void =>
      void readHealth().then((answer) => {
        if (current && answer.ok) setFound(answer.value);
      });
    read();
    const timer = setInterval(read, again_ms);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [states, may]);
  if (found.length === 0) return null;
  return (
    <details class="gateway-health">
      <summary>{words.value.care.health.title}</summary>
      <ul class="gateways">
        {found.map((view) => (
          <One key={`${view.site}/${view.gateway}`} view={view} />
        ))}
      </ul>
    </details>
  );
}
