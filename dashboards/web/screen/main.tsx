// The wall starts here: it asks, draws, and starts again by itself; nobody touches it.
//   /screen.html?canvas=1920x1080&lang=zh#token=…
import "../older.ts";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { fromRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { type Asked, askAll, tokenOf, version } from "./ask.ts";
import { callsOf, canvasOf, fitted, heardOf, isDim, shouldRestart } from "./model.ts";
import { Screen } from "./screen.tsx";
import { screenWords } from "./words.ts";

const askEvery_ms = 10_000;
const versionEvery_ms = 10 * 60_000;
const search = new URLSearchParams(location.search);
const say = screenWords(search.get("lang"));
const canvas = canvasOf(search.get("canvas"));
const token = tokenOf(location.hash);
const begun = Date.now();

interface Known {
  readonly asked: Asked;
  readonly heard: number;
  /** The cloud's clock less ours: the wall's own may be wrong for years. */
  readonly offset: number;
}

function place(stage: HTMLElement): void {
  const { scale, left, top } = fitted(canvas, [innerWidth, innerHeight]);
  Object.assign(stage.style, {
    ...{ width: `${canvas[0]}px`, height: `${canvas[1]}px` },
    transform: `translate(${left}px, ${top}px) scale(${scale})`,
  });
}

function Stage() {
  const [known, setKnown] = useState<Known | null>(null);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const ask = async (): Promise<void> => {
      const asked = await askAll(token);
      if (asked === null) return;
      const told = asked.overview === null ? undefined : fromRfc3339(asked.overview.now);
      setKnown({ asked, heard: Date.now(), offset: told === undefined ? 0 : told - Date.now() });
    };
    void ask();
    const timers = [setInterval(() => void ask(), askEvery_ms), setInterval(() => setNow(Date.now()), 1000)];
    return () => timers.forEach(clearInterval);
  }, []);
  const overview = known?.asked.overview ?? null;
  const server = wall(now + (known?.offset ?? 0));
  const dim = overview !== null && isDim(server, callsOf(overview));
  useEffect(() => {
    document.documentElement.dataset.dim = String(dim);
  }, [dim]);
  useEffect(() => {
    if (shouldRestart(begun + (known?.offset ?? 0), server)) location.reload();
  }, [server]);
  if (known?.asked.signedOut === true) return <p class="word">{say.signedOut}</p>;
  if (known === null || overview === null) return <p class="word">{say.loading}</p>;
  const { figures, overdue } = known.asked;
  const heard = heardOf(known.heard, now);
  return (
    <div class={`wall ${heard}`}>
      <Screen {...{ say, now: server, heard, age_ms: now - known.heard, overview, figures, overdue }} />
    </div>
  );
}

const stage = document.getElementById("stage");
if (stage === null) throw new Error("screen.html has no #stage");
document.documentElement.lang = say.lang;
document.title = say.title;
place(stage);
addEventListener("resize", () => place(stage));
let first: string | null = null;
setInterval(async () => {
  const found = await version();
  first ??= found;
  if (found !== null && found !== first) location.reload();
}, versionEvery_ms);
void version().then((found) => {
  first = found;
});
stage.replaceChildren();
render(<Stage />, stage);
