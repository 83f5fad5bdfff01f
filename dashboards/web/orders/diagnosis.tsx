// What a gateway found when it examined itself: its checks, the bad ones first, and its numbers.
import type { CommandView } from "#protocols/api/commands.ts";
import type { EventView } from "#protocols/api/views.ts";
import { useEvents } from "../evidence/evidence-events.tsx";
import { Icon, PriorityGlyph } from "../parts/glyphs.tsx";
import { Moment, ProblemNote } from "../parts/small.tsx";
import { said } from "../words/language.ts";
import { newestOrderEvent } from "./follow.ts";
import { say } from "./say.ts";

interface Diagnosed {
  readonly command: string;
  readonly version: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly zh: string; readonly en: string }[];
  readonly numbers: readonly { readonly name: string; readonly of: string; readonly value: number }[];
  readonly left_out: number;
}

const diagnosedIn = ({ data }: EventView): Diagnosed => data as Diagnosed;
const numberText = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(5).replace(/\.?0+$/, ""));

export function Diagnosis({ view }: { view: CommandView }) {
  const words = say.value.diagnosis;
  const { events, reading, problem, read } = useEvents({ types: ["gateway.diagnosed"], site: view.site });
  // Heard anew with every word about an order: the report comes beside the end of its order.
  void newestOrderEvent();
  const event = events.find((one) => one.gateway === view.gateway && diagnosedIn(one).command === view.id);
  if (problem !== null) return <ProblemNote problem={problem} retry={read} />;
  if (event === undefined)
    return (
      <p class="muted">
        {reading || view.ended === null ? words.waits : words.none}{" "}
        {!reading && (
          <button type="button" onClick={read}>
            ↻
          </button>
        )}
      </p>
    );
  const { version, checks, numbers, left_out } = diagnosedIn(event);
  const ordered = [...checks.filter(({ ok }) => !ok), ...checks.filter(({ ok }) => ok)];
  return (
    <section class="diagnosis" aria-label={words.title} data-diagnosed={view.id}>
      <h3>
        {words.title} <span class="muted">{words.all(checks.filter(({ ok }) => ok).length, checks.length)}</span>
      </h3>
      <p class="muted">
        {words.version} {version} · <Moment at={event.at} />
      </p>
      <ul class="checks">
        {ordered.map(({ name, ok, zh, en }) => (
          <li key={name} data-ok={String(ok)}>
            {ok ? <Icon name="check" /> : <PriorityGlyph priority={3} />}
            <span class="unseen">{ok ? words.ok : words.bad}</span>
            <code>{name}</code> <span>{said({ zh, en })}</span>
          </li>
        ))}
      </ul>
      <details>
        <summary>
          {words.numbers} <span class="muted">{numbers.length}</span>
        </summary>
        <table class="fields">
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              <th scope="col">{words.of}</th>
              <th scope="col" class="number">
                {words.value}
              </th>
            </tr>
          </thead>
          <tbody>
            {numbers.map(({ name, of, value }) => (
              <tr key={`${name} ${of}`}>
                <td>
                  <code>{name}</code>
                </td>
                <td class="muted">{of}</td>
                <td class="number">{numberText(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      {left_out > 0 && <p class="muted">{words.leftOut(left_out)}</p>}
    </section>
  );
}
