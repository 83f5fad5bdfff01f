// What is held back: shelved by a person for a while, suppressed by design, out of service; always with its end, and the way back.
import type { AlarmView } from "#protocols/api/views.ts";
import { actOnAlarm, readHeld, readStale } from "../data/api.ts";
import { serverNow } from "../data/live.ts";
import { parseMoment } from "../format/moments.ts";
import { asPriority, PriorityGlyph } from "../parts/glyphs.tsx";
import { placeName } from "../parts/place.ts";
import { useSending } from "../parts/sending.ts";
import { Empty, Moment, ProblemNote } from "../parts/small.tsx";
import { show } from "../shell/route.ts";
import { personName } from "../shell/session.ts";
import { said, spanWords, words } from "../words/language.ts";
import { Shown, useLoaded } from "./loaded.tsx";

function Release({ alarm, done }: { alarm: AlarmView; done: () => void }) {
  const say = words.value.care.held;
  if (alarm.state !== "shelved" && alarm.state !== "out-of-service") return null;
  const word = say.release[alarm.state];
  const { sending, problem, go } = useSending(
    () => actOnAlarm(alarm.id, { action: alarm.state === "shelved" ? "unshelve" : "return" }),
    done,
  );
  return (
    <>
      <button type="button" aria-disabled={sending} onClick={go}>
        {word}
      </button>
      {problem !== null && <ProblemNote problem={problem} />}
    </>
  );
}

function HeldRow({ alarm, again }: { alarm: AlarmView; again: () => void }) {
  const say = words.value;
  const priority = asPriority(alarm.priority);
  const state = alarm.state === "shelved" || alarm.state === "suppressed" || alarm.state === "out-of-service" ? alarm.state : "suppressed";
  const until = parseMoment(alarm.held?.until ?? null);
  return (
    <li class="entry" data-held={alarm.id}>
      <div class="entry-head">
        <span class="state">{say.care.held.state[state]}</span>
        <h2>
          <PriorityGlyph priority={priority} />
          <span class="unseen">{say.priority[priority]}</span> {said(alarm)}
        </h2>
        <span class="muted">
          {placeName(alarm.source)} · <Moment at={alarm.last} />
        </span>
      </div>
      {alarm.held === null || alarm.held.by === null ? (
        <p class="muted">{say.care.held.byDesign}</p>
      ) : (
        <p>
          {say.care.held.until} <Moment at={alarm.held.until} />
          {until !== undefined && <b> {say.care.held.left(spanWords(Math.max(0, until - serverNow.value), say))}</b>} · {say.care.held.by}{" "}
          {personName(alarm.held.by)} · {say.care.held.why} {alarm.held.reason}
        </p>
      )}
      <div class="entry-foot">
        <Release alarm={alarm} done={again} />
      </div>
    </li>
  );
}

/** The list that the guides ask for: what has stood for more than a day is either works to do, or no alarm. */
function Stale() {
  const say = words.value;
  const loaded = useLoaded(readStale, "stale");
  return (
    <>
      <h2 class="care-head">{say.care.held.stale}</h2>
      <Shown loaded={loaded}>
        {(alarms) =>
          alarms.length === 0 ? (
            <Empty>{say.care.held.noStale}</Empty>
          ) : (
            <ul class="entries">
              {alarms.map((alarm) => (
                <li key={alarm.id} class="entry" data-stale={alarm.id}>
                  <div class="entry-head">
                    <h2>
                      <PriorityGlyph priority={asPriority(alarm.priority)} />
                      <span class="unseen">{say.priority[asPriority(alarm.priority)]}</span>{" "}
                      <button type="button" class="text" onClick={() => show("alarm", alarm.id)}>
                        {said(alarm)}
                      </button>
                    </h2>
                    <span class="muted">
                      {placeName(alarm.source)} · {say.care.held.since} <Moment at={alarm.first} />
                    </span>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}

export function Held() {
  return (
    <>
      <HeldBack />
      <Stale />
    </>
  );
}

function HeldBack() {
  const loaded = useLoaded(readHeld, "held");
  return (
    <Shown loaded={loaded}>
      {(alarms) =>
        alarms.length === 0 ? (
          <Empty>{words.value.care.held.none}</Empty>
        ) : (
          <ul class="entries">
            {alarms.map((alarm) => (
              <HeldRow key={alarm.id} alarm={alarm} again={loaded.again} />
            ))}
          </ul>
        )
      }
    </Shown>
  );
}
