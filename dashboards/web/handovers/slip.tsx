// One hand-over as it was signed: on the screen, and on a sheet with room for two signatures.
import { useEffect } from "preact/hooks";
import type { HandoverView } from "#protocols/api/handovers.ts";
import { readHandover } from "../data/handovers-api.ts";
import { fullMoment, parseMoment } from "../format/moments.ts";
import { useAsked } from "../parts/asked.ts";
import { siteName } from "../parts/place.ts";
import { ProblemNote } from "../parts/small.tsx";
import { Fields } from "../parts/table.tsx";
import { narrow, route } from "../shell/route.ts";
import { words as page } from "../words/language.ts";
import { Answering } from "./answering.tsx";
import { Figures } from "./figures.tsx";
import { say } from "./say.ts";

const moment = (at: string | null): string => {
  const found = parseMoment(at);
  return found === undefined ? say.value.unknown : fullMoment(found);
};

function Sheet({ view, again }: { view: HandoverView; again: () => void }) {
  const words = say.value;
  const { fields } = words;
  const rows: readonly (readonly [string, string])[] = [
    [fields.from, view.from_name],
    ...(view.signed_by === view.from ? [] : [[fields.signedBy, view.signed_name] as const]),
    [fields.begun, moment(view.begun)],
    [fields.signed, moment(view.signed)],
    [fields.to, view.to_name],
    ...(view.ended === null
      ? []
      : [[fields.answered, `${words.state[view.state]} ${view.ended_name ?? ""} ${moment(view.ended)}`] as const]),
    [fields.notes, view.notes === "" ? words.noNotes : view.notes],
    ...(view.reply === null || view.reply === "" ? [] : [[fields.reply, view.reply] as const]),
  ];
  return (
    <article class="handover-slip" data-handover={view.id} data-state={view.state}>
      <header class="page-head">
        <h1>{words.slip(siteName(view.site), view.number)}</h1>
        <p class="exports no-print">
          <button type="button" onClick={() => narrow(without(), route.value.view)}>
            {words.back}
          </button>
          <button type="button" class="primary" onClick={() => print()}>
            {words.print}
          </button>
        </p>
      </header>
      <Answering view={view} done={again} />
      <Fields rows={rows} class="handover-fields" />
      <Figures figures={view.figures} />
      <div class="signatures">
        {[fields.from, fields.to].map((who) => (
          <p key={who}>
            {who} {fields.signature}
          </p>
        ))}
      </div>
      <p class="muted handover-hash">
        {fields.hash} <code>{view.hash.slice(0, 16)}</code>
      </p>
    </article>
  );
}

const without = () => {
  const { unit: _, ...others } = route.peek().filters;
  return others;
};

export function Slip({ id }: { id: string }) {
  const { value, problem, again } = useAsked<HandoverView>(`handover ${id}`, () => readHandover(id));
  // It is opened from far down a list, and begins at its head.
  useEffect(() => scrollTo(0, 0), [value?.id]);
  if (value?.id === id) return <Sheet view={value} again={again} />;
  return problem === null ? <p class="muted late">{page.value.loading}</p> : <ProblemNote problem={problem} retry={again} />;
}
