// What stands above the sockets: one line a shed. Its word comes first, then why, its contacts and its contactor; a gateway that is away leaves nothing but "unknown".
import { computed } from "@preact/signals";
import type { ShedView } from "#protocols/api/views.ts";
import { compositeId, gatewayOf } from "../data/choices.ts";
import { live } from "../data/live.ts";
import { PriorityGlyph } from "../parts/glyphs.tsx";
import { Moment } from "../parts/small.tsx";
import { wordOf, words } from "../words/language.ts";

const sheds = computed(() => live.value?.sheds ?? []);

const marked = (shed: ShedView): boolean => shed.state === "latched" || shed.contactor === "stuck" || shed.leaking;

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
      {(shed.contactor === "stuck" || shed.contactor === "lost" || shed.contactor === "none") && (
        <span>{say.contactor[shed.contactor]}</span>
      )}
      {shed.leaking && <span>{say.leaking}</span>}
      {inputs.map(({ input, state: shown }) => (
        <span key={input} class="muted">
          {input} {say.input[shown]}
        </span>
      ))}
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
