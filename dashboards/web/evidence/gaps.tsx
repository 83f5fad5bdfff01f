// What gateways had to let go, by their declared policy: from when to when, of which class, how much. What is neither here nor missing is there.
import { useEffect, useState } from "preact/hooks";
import type { GapView } from "#protocols/api/gaps.ts";
import type { Problem } from "#protocols/api/views.ts";
import { readGaps } from "../data/api.ts";
import { live } from "../data/live.ts";
import { whole } from "../format/quantities.ts";
import { Moment, ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";

function Gap({ gap }: { gap: GapView }) {
  const say = words.value.gaps;
  return (
    <li class="entry" data-gap={gap.id} data-reason={gap.reason}>
      <div class="entry-head">
        <span class="state">{say.stream[gap.stream]}</span>
        <h3>{say.reason[gap.reason]}</h3>
        <span class="muted">{gap.gateway}</span>
      </div>
      <p>
        {gap.from === null ? say.unknownSince : <Moment at={gap.from} />} – <Moment at={gap.to} />{" "}
        <b>{gap.lost === null ? say.uncounted : say.lost(whole(gap.lost))}</b>
      </p>
    </li>
  );
}

export function Gaps() {
  const say = words.value.gaps;
  const [found, setFound] = useState<readonly GapView[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const known = (live.value?.gateways ?? []).reduce((sum, gateway) => sum + gateway.gaps, 0);
  useEffect(() => {
    let current = true;
    setProblem(null);
    void readGaps().then((answer) => {
      if (!current) return;
      if (answer.ok) setFound(answer.value);
      else setProblem(answer.problem);
    });
    return () => {
      current = false;
    };
  }, [known, round]);
  if (problem !== null) return <ProblemNote problem={problem} retry={() => setRound(round + 1)} />;
  if (found === null) return <p class="muted late">{words.value.evidence.loading}</p>;
  return (
    <>
      <h3>{say.title}</h3>
      {found.length === 0 ? (
        <p class="muted">{say.none}</p>
      ) : (
        <ul class="entries">
          {found.map((gap) => (
            <Gap key={gap.id} gap={gap} />
          ))}
        </ul>
      )}
    </>
  );
}
