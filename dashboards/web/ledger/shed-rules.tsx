// The check list of local fire rules: each shed with what it meets, what it breaks and what nobody wrote down; what is broken goes over into the ledger at a press, once.
import { useState } from "preact/hooks";
import type { ShedRuleView } from "#protocols/api/shed-rules.ts";
import { readShedRules, takeOverShedRules } from "../data/api.ts";
import { live } from "../data/live.ts";
import { useAsked } from "../parts/asked.ts";
import { useSending } from "../parts/sending.ts";
import { Empty, Moment, ProblemNote } from "../parts/small.tsx";
import { show } from "../shell/route.ts";
import { person } from "../shell/session.ts";
import { said, words } from "../words/language.ts";

const order = ["broken", "not-said", "met"] as const;
const marks = { broken: "✗", "not-said": "?", met: "✓" } as const;
const takers: readonly string[] = [
  "property-manager",
  "grid-worker",
  "fire-maintenance",
  "community-officer",
  "street-officer",
  "bureau-officer",
];

function RuleRow({ rule }: { rule: ShedRuleView }) {
  const say = words.value.entries.rules;
  const { hazard } = rule;
  return (
    <li class={`rule ${rule.state}`} data-rule={rule.rule} data-state={rule.state}>
      <span class="rule-mark" aria-hidden="true">
        {marks[rule.state]}
      </span>
      <div>
        <p>
          <b>{said(rule)}</b> <span class="muted">{say.states[rule.state]}</span>
        </p>
        <p class="muted">
          {say.found} {rule.found} · {rule.source}
        </p>
        {hazard !== null && (
          <button type="button" class="text" onClick={() => show("hazard", hazard)}>
            {say.hazard(hazard)}
          </button>
        )}
      </div>
    </li>
  );
}

function Rules({ site, name }: { site: string; name: string }) {
  const say = words.value.entries.rules;
  const { value, problem, again } = useAsked<ShedRuleView[]>(`shed rules ${site}`, () => readShedRules(site));
  const [done, setDone] = useState<number | null>(null);
  const taking = useSending(
    () => takeOverShedRules(site),
    ({ opened }) => {
      setDone(opened.length);
      again();
    },
  );
  if (problem !== null) return <ProblemNote problem={problem} retry={again} />;
  if (value === null) return <p class="muted">{words.value.loading}</p>;
  if (value.length === 0) return <Empty>{say.none}</Empty>;
  const sheds = [...new Set(value.map(({ gateway, shed }) => `${gateway}/${shed}`))];
  const waiting = value.filter(({ state, hazard }) => state === "broken" && hazard === null).length;
  return (
    <section aria-label={name} data-rules-of={site}>
      <header class="page-head">
        <h2>{name}</h2>
        <p class="muted">
          {say.known} <Moment at={value[0]?.told ?? null} />
        </p>
      </header>
      {taking.problem !== null && <ProblemNote problem={taking.problem} />}
      {done !== null && <p role="status">{say.taken(done)}</p>}
      {waiting > 0 && takers.includes(person.value?.role ?? "") && (
        <p class="form-acts">
          <button type="button" class="primary" aria-disabled={taking.sending} data-take-over onClick={taking.go}>
            {say.takeOver(waiting)}
          </button>
        </p>
      )}
      {sheds.map((key) => {
        const own = value.filter(({ gateway, shed }) => `${gateway}/${shed}` === key);
        return (
          <article key={key} class="rules-of-shed">
            <h3>{own[0]?.shed_name}</h3>
            <ul class="rules">
              {order
                .flatMap((state) => own.filter((rule) => rule.state === state))
                .map((rule) => (
                  <RuleRow key={rule.rule} rule={rule} />
                ))}
            </ul>
          </article>
        );
      })}
    </section>
  );
}

export function ShedRules() {
  const sites = live.value?.sites ?? [];
  return (
    <>
      <p class="muted">{words.value.entries.rules.about}</p>
      {sites.map(({ id, name }) => (
        <Rules key={id} site={id} name={name} />
      ))}
    </>
  );
}
