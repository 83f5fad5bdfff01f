// A hazard that the first screen did not carry: asked for, and from then on known like any other, so that the live stream keeps it up to date.
import { readHazard } from "../data/ledger-api.ts";
import { takeView } from "../data/live.ts";
import { useAsked } from "../parts/asked.ts";
import { ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";

export function HazardById({ id }: { id: string }) {
  const { problem, again } = useAsked(id, async () => {
    const answer = await readHazard(id);
    if (answer.ok) takeView({ kind: "hazard", view: answer.value });
    return answer;
  });
  if (problem === null) return <p class="muted late">{words.value.loading}</p>;
  return problem.status === 404 ? <p class="muted">{words.value.evidence.none}</p> : <ProblemNote problem={problem} retry={again} />;
}
