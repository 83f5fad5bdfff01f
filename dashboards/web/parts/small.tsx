// Small pieces that every page uses: a plate, a time, an empty list, a refusal.
import type { ComponentChildren } from "preact";
import type { Problem } from "#protocols/api/views.ts";
import { serverNow } from "../data/live.ts";
import { fullMoment, parseMoment, shortMoment } from "../format/moments.ts";
import { absent, plateText } from "../format/quantities.ts";
import { words } from "../words/language.ts";

/** Plates are neutral here: their real colours would collide with the four alarm colours. */
export function Plate({ plate, large = false }: { plate: string | null; large?: boolean }) {
  return plate === null ? (
    <span class={`plate none${large ? " large" : ""}`}>{words.value.lanes.noPlate}</span>
  ) : (
    <span class={`plate${large ? " large" : ""}`}>{plateText(plate)}</span>
  );
}

/** The clock time; the whole date is its title. */
export function Moment({ at }: { at: string | null }) {
  const moment = parseMoment(at);
  if (moment === undefined) return <span class="muted">{absent}</span>;
  return (
    <time dateTime={at ?? ""} title={fullMoment(moment)}>
      {shortMoment(moment, serverNow.peek())}
    </time>
  );
}

export function Empty({ children, action }: { children: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>{children}</p>
      {action}
    </div>
  );
}

/** What went wrong, and what to do; what was typed stays where it is. */
export function ProblemNote({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const say = words.value.problem;
  const own = problem.type === "unreachable" ? say.unreachable : problem.type === "unreadable" ? say.unreadable : null;
  const hint = problem.type === "unreachable" ? say.unreachableHint : problem.type === "unreadable" ? say.unreadableHint : problem.hint;
  return (
    <div class="problem" role="alert">
      <strong>{own ?? problem.title}</strong>
      {problem.detail !== "" && <p>{problem.detail}</p>}
      {hint !== undefined && <p>{hint}</p>}
      {problem.errors?.map((one) => (
        <p key={one.pointer}>
          <code>{one.pointer}</code> {one.detail}
        </p>
      ))}
      <p class="problem-foot">
        {problem.status > 0 && <span class="muted">{say.status(problem.status)}</span>}
        {retry !== undefined && (
          <button type="button" onClick={retry}>
            {say.retry}
          </button>
        )}
      </p>
    </div>
  );
}

export function Panel({
  title,
  aside,
  class: name = "",
  children,
}: {
  title: string;
  aside?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}) {
  return (
    <section class={`panel ${name}`} aria-label={title}>
      <header class="panel-head">
        <h2>{title}</h2>
        {aside !== undefined && <div class="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}
