// Who keeps a lane, and until when: said as long as it lasts, and also when its time is over and the gateway has not said so yet.
import type { LaneView } from "#protocols/api/views.ts";
import { serverNow } from "../data/live.ts";
import { clock, parseMoment } from "../format/moments.ts";
import { personName } from "../shell/session.ts";
import { spanWords, words } from "../words/language.ts";
import { PriorityGlyph } from "./glyphs.tsx";

export function KeptNote({ lane }: { lane: LaneView }) {
  const { kept } = lane;
  if (kept === null) return null;
  const say = words.value.keptLane;
  const until = parseMoment(kept.until);
  const left = until === undefined ? 0 : until - serverNow.value;
  const text =
    kept.mode !== "held-open" || until === undefined
      ? say[kept.mode]
      : left > 0
        ? say.until(clock(until).slice(0, 5), spanWords(left, words.value))
        : say.over(clock(until).slice(0, 5));
  return (
    <p class="lane-kept" data-kept={kept.mode}>
      <PriorityGlyph priority={kept.mode === "fire" ? 1 : 3} />
      <b>{text}</b>
      {kept.by !== null && <span class="muted">{personName(kept.by)}</span>}
    </p>
  );
}
