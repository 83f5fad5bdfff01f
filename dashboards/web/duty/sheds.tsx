// What stands above the sockets: one line a shed. Its word comes first, then why, its contacts and its contactor; a gateway that is away leaves nothing but "unknown".
import { computed } from "@preact/signals";
import type { ShedView } from "#protocols/api/views.ts";
import { compositeId, gatewayOf } from "../data/choices.ts";
import { live } from "../data/live.ts";
import { power } from "../format/quantities.ts";
import { PriorityGlyph } from "../parts/glyphs.tsx";
import { Moment } from "../parts/small.tsx";
import { wordOf, words } from "../words/language.ts";

const sheds = computed(() => live.value?.sheds ?? []);

const marked = (shed: ShedView): boolean => shed.state === "latched" || shed.contactor === "stuck" || shed.leaking;

/** Power beside its limit, each phase beside its own, residual current: nothing that is not measured now. */
function Supply({ shed }: { shed: ShedView }) {
  const say = words.value.sheds;
  const { power_mW, power_limit_mW, residual_mA } = shed.supply;
  // Where everything is off, whether anything flows at all is what counts.
  const phases = shed.state === "latched" ? [] : shed.supply.phases;
  if (power_mW === null && phases.length === 0) return <span class="muted">{say.unmeasured}</span>;
  return (
    <>
      {power_mW !== null && (
        <span class="shed-power">
          {say.power} <b>{power(power_mW)}</b>
          {power_limit_mW !== null && (
            <>
              {" / "}
              {power(power_limit_mW)}
              <meter min={0} max={power_limit_mW} value={power_mW} aria-label={`${shed.name} ${say.power}`} />
            </>
          )}
        </span>
      )}
      {phases.map(({ phase, current_mA, limit_mA }) => (
        <span key={phase} class={current_mA > limit_mA ? "over" : "muted"}>
          {phase} {amperes(current_mA)}/{amperes(limit_mA)} A
        </span>
      ))}
      {residual_mA !== null && (
        <span class="muted">
          {say.residual} {residual_mA} mA
        </span>
      )}
    </>
  );
}

const amperes = (mA: number): string => (mA / 1000).toFixed(1);

function Shed({ shed }: { shed: ShedView }) {
  const say = words.value.sheds;
  const away = gatewayOf(live.value?.gateways ?? [], shed)?.state !== "online";
  const latched = shed.state === "latched";
  const state = away && !latched ? "unknown" : shed.state;
  const inputs = shed.inputs.filter(({ state: shown }) => shown !== "clear");
  return (
    <li class={`shed ${state}`} data-shed={shed.id} data-state={state}>
      {marked(shed) && <PriorityGlyph priority={1} />}
      <b>{shed.name}</b>
      <span class="shed-state">{say.state[state]}</span>
      {(latched || state === "blind") && shed.cause !== null && (
        <span>
          {wordOf(words.value.cause, shed.cause)}
          {shed.source === null ? "" : ` · ${shed.source}`} <Moment at={shed.since} />
        </span>
      )}
      {inputs.map(({ input, of, state: shown }) => (
        <span key={input} class={shown === "active" ? "over" : "muted"}>
          {wordOf(say.of, of)} {input} {say.input[shown]}
        </span>
      ))}
      {(shed.contactor === "stuck" || shed.contactor === "lost" || shed.contactor === "none") && (
        <span>{say.contactor[shed.contactor]}</span>
      )}
      {shed.leaking && <span class="over">{say.leaking}</span>}
      {!away && <Supply shed={shed} />}
      {latched && <span class="shed-reset">{say.reset(shed.id, shed.trip ?? "…")}</span>}
    </li>
  );
}

export function Sheds() {
  const list = sheds.value;
  if (list.length === 0) return null;
  return (
    <ul class="sheds" aria-label={words.value.sheds.title}>
      {list.map((shed) => (
        <Shed key={compositeId(shed)} shed={shed} />
      ))}
    </ul>
  );
}
