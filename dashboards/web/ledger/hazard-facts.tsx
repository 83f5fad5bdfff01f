// What stands beside the way from state to state: interim measure, money, supervision, what waits, and the pictures with their times and hashes.
import type { HazardView } from "#protocols/api/views.ts";
import { evidencePath } from "../data/api.ts";
import { monthDay, parseMoment } from "../format/moments.ts";
import { yuan } from "../format/quantities.ts";
import { Moment } from "../parts/small.tsx";
import { wordOf, words } from "../words/language.ts";

function Facts({ rows }: { rows: readonly (readonly [name: string, value: string | null])[] }) {
  const shown = rows.filter(([, value]) => value !== null && value !== "");
  if (shown.length === 0) return null;
  return (
    <dl class="facts">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function HazardFacts({ hazard }: { hazard: HazardView }) {
  const say = words.value.ledger;
  const original = parseMoment(hazard.original_deadline);
  const money = [
    hazard.funding_source,
    hazard.budget_fen === null ? null : yuan(hazard.budget_fen),
    hazard.actual_fen === null ? null : `→ ${yuan(hazard.actual_fen)}`,
  ];
  const supervision = [hazard.level > 0 ? say.facts.level(hazard.level) : null, hazard.listed ? say.facts.listed : null];
  return (
    <>
      <Facts
        rows={[
          [
            say.columns.deadline,
            hazard.postponements > 0 && original !== undefined ? say.facts.original(monthDay(original), hazard.postponements) : null,
          ],
          [say.fields.deadline, hazard.deadline_provisional ? say.facts.provisional : null],
          [say.fields.clause, hazard.clause === null ? null : wordOf(say.clauses, hazard.clause)],
          [say.fields.measure, hazard.measure],
          [say.facts.control, hazard.interim_control],
          [say.facts.money, money.filter((one) => one !== null).join(" ")],
          [say.facts.papers, supervision.filter((one) => one !== null).join(" · ")],
          [
            say.facts.pending,
            hazard.pending === null ? null : wordOf(say.action, hazard.pending.kind === "major" ? "propose-major" : "ask-postponement"),
          ],
        ]}
      />
      {hazard.references.length > 0 && (
        <ul class="papers">
          {hazard.references.map((paper) => (
            <li key={`${paper.at} ${paper.kind}`}>
              {paper.kind} {paper.reference} <Moment at={paper.at} />
            </li>
          ))}
        </ul>
      )}
      {hazard.evidence.length > 0 && (
        <section class="hazard-evidence" aria-label={say.facts.evidence}>
          <h3>{say.facts.evidence}</h3>
          <ul>
            {hazard.evidence.map((one) => (
              <li key={one.sha256} data-evidence={one.kind}>
                {one.mime.startsWith("image/") && (
                  <img
                    src={evidencePath(hazard.id, one.sha256)}
                    alt={`${say.facts[one.kind]} ${one.sha256.slice(0, 8)}`}
                    loading="lazy"
                    width="240"
                  />
                )}
                <p class="muted">
                  {say.facts[one.kind]} · {one.person_name} · <Moment at={one.taken_at ?? one.uploaded_at} />
                  {one.taken === "unproven" && ` · ${say.facts.unproven}`}
                  {one.used_before !== null && ` · ${say.facts.reused(one.used_before)}`}
                  {one.alike.map((other) => (
                    <b key={`${other.hazard} ${other.kind}`} class="alike" data-alike>
                      {say.facts.alike(other.here ? say.facts[other.kind] : other.hazard, other.mirrored)}
                    </b>
                  ))}
                  <span class="seal" title={one.sha256}>
                    {say.stepHash} {one.sha256.slice(0, 8)}
                  </span>
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
