// One hazard: where it stands in the five states, its facts, what can be done now, and every step with its seal.
import type { HazardNotice } from "#protocols/api/hazards.ts";
import type { HazardState, HazardStep, HazardView } from "#protocols/api/views.ts";
import { EvidenceEvents } from "../evidence/evidence-events.tsx";
import { Icon } from "../parts/glyphs.tsx";
import { placeName } from "../parts/place.ts";
import { Moment } from "../parts/small.tsx";
import { said, wordOf, words } from "../words/language.ts";
import { HazardActions } from "./hazard-actions.tsx";
import { HazardFacts } from "./hazard-facts.tsx";
import { Deadline, Grade } from "./hazard-words.tsx";
import { PapersLine } from "./papers-line.tsx";
import { ToldOf, useNotices } from "./told.tsx";

const path = ["待派单", "待签收", "整改中", "待复查", "已销号"] as const satisfies readonly HazardState[];

function Path({ hazard }: { hazard: HazardView }) {
  const at = path.indexOf(hazard.state);
  const say = words.value.ledger;
  return (
    <ol class="path">
      {path.map((state, index) => (
        <li
          key={state}
          class={index < at || hazard.state === "已销号" ? "done" : index === at ? "now" : ""}
          aria-current={index === at ? "step" : undefined}
        >
          <span class="path-mark" aria-hidden="true">
            {index < at || hazard.state === "已销号" ? <Icon name="check" /> : index + 1}
          </span>
          {say.state[state]}
        </li>
      ))}
    </ol>
  );
}

function Step({ step, notice }: { step: HazardStep; notice: HazardNotice | undefined }) {
  const say = words.value.ledger;
  return (
    <li data-step={step.seq} data-to={step.to}>
      <p class="step-head">
        <b>{wordOf(say.action, step.action)}</b>
        <span class="step-move">
          {step.from !== null && step.from !== step.to && `${say.state[step.from]} → `}
          {say.state[step.to]}
        </span>
        <Moment at={step.at} />
      </p>
      {step.note !== "" && <p class="step-note">{step.note}</p>}
      {notice !== undefined && <ToldOf notice={notice} />}
      <p class="step-foot muted">
        {step.person === null ? say.system : step.person_name}
        <span class="seal" title={step.hash}>
          {say.stepHash} {step.hash.slice(0, 8)}
        </span>
      </p>
    </li>
  );
}

export function HazardDetail({ hazard }: { hazard: HazardView }) {
  const say = words.value.ledger;
  const notices = useNotices(hazard);
  return (
    <div class="hazard" data-hazard-detail={hazard.id} data-state={hazard.state}>
      <p class="hazard-what">{said(hazard)}</p>
      <Path hazard={hazard} />
      <HazardActions hazard={hazard} />
      <dl class="facts">
        <div>
          <dt>{say.columns.place}</dt>
          <dd>
            {hazard.compound} · {placeName(hazard.place)}
          </dd>
        </div>
        <div>
          <dt>{say.columns.what}</dt>
          <dd>{hazard.category}</dd>
        </div>
        <div>
          <dt>{say.columns.grade}</dt>
          <dd>
            <Grade hazard={hazard} />
          </dd>
        </div>
        <div>
          <dt>{say.columns.deadline}</dt>
          <dd>
            <Deadline hazard={hazard} />
          </dd>
        </div>
        <div>
          <dt>{say.columns.responsible}</dt>
          <dd>{hazard.responsible ?? <span class="muted">{say.unassigned}</span>}</dd>
        </div>
        <div>
          <dt>{say.foundBy}</dt>
          <dd>
            {wordOf(say.source, hazard.source)} · <Moment at={hazard.found_at} />
          </dd>
        </div>
      </dl>
      <HazardFacts hazard={hazard} />
      {hazard.dispatched_at !== null && hazard.matter !== "mediation" && <PapersLine hazard={hazard} />}
      <h3>{say.steps}</h3>
      <ol class="steps">
        {[...hazard.steps].reverse().map((step) => (
          <Step key={step.seq} step={step} notice={notices.find((one) => one.step === step.seq)} />
        ))}
      </ol>
      <EvidenceEvents query={{ keys: hazard.events }} />
    </div>
  );
}
