// What the pages of construction and of compounds have in common: ports as a bar, the state of fire facilities, and files.
import { saidFor } from "../data/api.ts";
import { compoundsFile, type FireState, fireStates, type Ports } from "../data/compounds-api.ts";
import { Icon, PriorityGlyph } from "../parts/glyphs.tsx";
import { finishedShare, oddPorts } from "./progress.ts";
import { say } from "./say.ts";

export const portStages = ["planned", "started", "finished", "in_use"] as const;

/** In use lies over finished, finished over started, started over planned: what is missing of each is seen at a look. */
export function PortsBar({ ports }: { ports: Ports }) {
  const most = Math.max(1, ...portStages.map((stage) => ports[stage]));
  return (
    <svg class="ports-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {portStages.map((stage) => (
        <rect key={stage} class={`ports-${stage}`} width={(ports[stage] / most) * 100} height="10" />
      ))}
    </svg>
  );
}

/** The words of the bar, also for whoever does not see it. */
export function PortsWords({ ports }: { ports: Ports }) {
  const t = say.value;
  return (
    <span class="ports-words">
      {portStages.map((stage) => (
        <span key={stage} data-ports={stage}>
          <small class="muted">{t[stage]}</small> {ports[stage]}
        </span>
      ))}
      {oddPorts(ports) && (
        <span class="amiss-words" title={t.odd}>
          <PriorityGlyph priority={3} /> <small>{t.odd}</small>
        </span>
      )}
    </span>
  );
}

export const shareText = (ports: Ports): string => say.value.ofPlanned(finishedShare(ports));

export function FireTag({ state }: { state: FireState | null }) {
  const t = say.value;
  if (state === null) return <span class="fire-state unknown">{t.unknown}</span>;
  return (
    <span class={`fire-state${state === "完好" ? " well" : ""}`} data-fire={state}>
      {state === "完好" ? <Icon name="check" /> : <PriorityGlyph priority={state === "停用" ? 2 : 3} hollow={state === "维修中"} />}
      {t.states[state]}
    </span>
  );
}

export function Files({ of }: { of: (as: "xlsx" | "csv") => string }) {
  const t = say.value;
  return (
    <span class="exports">
      {t.exportAs}
      {(["xlsx", "csv"] as const).map((as) => (
        <a key={as} href={saidFor(of(as))} download data-export={as}>
          {as}
        </a>
      ))}
      <button type="button" class="text" data-act="print" onClick={() => print()}>
        {t.print}
      </button>
    </span>
  );
}
export const worksFiles = compoundsFile;

export const fireOptions = (): readonly (readonly [string, string])[] => fireStates.map((state) => [state, say.value.states[state]]);
