// The totals, and the check that all of it arrived exactly once. Every number is a door to what is behind it.
import { computed } from "@preact/signals";
import type { Counts } from "#protocols/api/views.ts";
import { live } from "../data/live.ts";
import { whole, yuan } from "../format/quantities.ts";
import { Moment, Panel } from "../parts/small.tsx";
import { show } from "../shell/route.ts";
import { words } from "../words/language.ts";
import { GatewayHealth } from "./health.tsx";

const counts = computed(() => live.value?.counts ?? null);
const gateways = computed(() => live.value?.gateways ?? []);

const work = ["passages", "openings", "visits", "bills", "billed_fen", "paid_fen", "sessions", "cutoffs", "welds"] as const;
const delivery = ["events", "duplicates", "missing", "dead_letters"] as const;

function Count({ name, value }: { name: keyof Counts; value: number }) {
  const wrong = value > 0 && (name === "missing" || name === "dead_letters" || name === "welds");
  return (
    <button type="button" class={`total${wrong ? " wrong" : ""}`} data-count={name} onClick={() => show("count", name)}>
      <span>{words.value.counts[name]}</span> <b>{name.endsWith("_fen") ? yuan(value) : whole(value)}</b>
    </button>
  );
}

function Gateways() {
  const say = words.value.gateways;
  if (gateways.value.length === 0) return null;
  return (
    <ul class="gateways">
      {gateways.value.map((gateway) => (
        <li key={`${gateway.site}/${gateway.gateway}`} class={gateway.state} data-gateway={gateway.gateway} data-state={gateway.state}>
          <span class="gateway-dot" aria-hidden="true" />
          <span>
            {say.title} {gateway.gateway}
          </span>
          <b>{say[gateway.state]}</b>
          {gateway.behind > 0 && <span class="tag">{say.behind(gateway.behind)}</span>}
          {gateway.gaps > 0 && (
            <button type="button" class="text" onClick={() => show("count", "missing")}>
              {say.gaps(gateway.gaps)}
            </button>
          )}
          <span class="gateway-last muted">
            {say.last} <Moment at={gateway.last_event} />
          </span>
        </li>
      ))}
    </ul>
  );
}

export function CountsPanel() {
  const say = words.value.counts;
  const value = counts.value;
  if (value === null) return null;
  return (
    <Panel title={say.title} class="counts-panel live-region">
      <div class="totals">
        {work.map((name) => (
          <Count key={name} name={name} value={value[name]} />
        ))}
      </div>
      <h3 class="delivery-title">{say.delivery}</h3>
      <div class="totals delivery">
        {delivery.map((name) => (
          <Count key={name} name={name} value={value[name]} />
        ))}
      </div>
      <Gateways />
      <GatewayHealth />
    </Panel>
  );
}
