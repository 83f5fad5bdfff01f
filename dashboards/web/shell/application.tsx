// The frame around every page: bar, rail, the page itself, and what lies on top of it.
import { computed, effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { connection, live, startLive, trouble } from "../data/live.ts";
import { DutyPage } from "../duty/duty-page.tsx";
import { ProblemNote } from "../parts/small.tsx";
import { language, words } from "../words/language.ts";
import { pageHash } from "./address.ts";
import { keysShown } from "./keys.ts";
import { KeysDialog } from "./keys-dialog.tsx";
import { mayOpen, Navigation, openPages } from "./navigation.tsx";
import { evidence, Far, otherActing, rooms, signInDialog, whoActs } from "./rooms.tsx";
import { route } from "./route.ts";
import { acting, becameElsewhere, choosing, person } from "./session.ts";
import { TopBar } from "./top-bar.tsx";

const page = computed(() => route.value.page);
const phase = computed(() => connection.value.phase);
const known = computed(() => live.value !== null);
const exceptions = computed(() => (live.value?.lanes ?? []).filter((lane) => lane.last?.what === "exception").length);

effect(() => {
  const { nav, product } = words.value;
  document.title = `${exceptions.value > 0 ? `(${exceptions.value}) ` : ""}${nav[page.value]} · ${product}`;
});

function Content() {
  const say = words.value;
  if (phase.value === "signed-out")
    return (
      <div class="gate">
        <h1>{say.person.title}</h1>
        <Far room={whoActs} />
      </div>
    );
  if (!known.value)
    return trouble.value === null ? (
      <p class="muted late page-note">{say.loading}</p>
    ) : (
      <div class="page-note">
        <h1>{say.problem.page}</h1>
        <ProblemNote problem={trouble.value} retry={startLive} />
      </div>
    );
  if (person.value !== null && !openPages.value.includes(page.value)) return <NotForThisPost />;
  const room = rooms[page.value];
  // Keyed by the page and by who acts: nothing of one page, or of one post, stays on the next.
  return room === undefined ? <DutyPage key={acting.value} /> : <Far key={`${page.value} ${acting.value}`} room={room} />;
}

/** An address that was sent by somebody of another post: who may open it, and the way on. Nothing is asked for it. */
function NotForThisPost() {
  const choose = () => {
    choosing.value = true;
  };
  const { person: say, roles, nav } = words.value;
  const names = (mayOpen[page.value] ?? []).map((role) => roles[role]);
  return (
    <div class="page-note" data-not-for-this-post={page.value}>
      <h1>{nav[page.value]}</h1>
      <p>{say.notThisPost}</p>
      <p class="muted">{say.whoMay(names.join(language.value === "zh" ? "、" : ", "))}</p>
      <p class="form-acts">
        <button type="button" class="primary" onClick={choose}>
          {say.title}
        </button>
        <a class="button" href={pageHash("duty")}>
          {nav.duty}
        </a>
      </p>
    </div>
  );
}

/** After a change of page the new page's heading is read first, not the bar again. */
function useFocusOnPage() {
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const now = page.value;
  useEffect(() => {
    if (first.current) first.current = false;
    else if (now !== undefined) {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }, [now]);
  return main;
}

export function Application() {
  const say = words.value;
  const main = useFocusOnPage();
  const lost = phase.value === "lost" && known.value;
  return (
    <div class="frame" data-phase={phase.value}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {say.skip}
      </button>
      <TopBar />
      <Navigation />
      <main ref={main} tabIndex={-1} class="page">
        {lost && (
          <p class="banner" role="status">
            {say.connection.lostTitle}
          </p>
        )}
        <Content />
      </main>
      {route.value.shown !== null && known.value && <Far room={evidence} waiting={null} />}
      {keysShown.value && <KeysDialog />}
      {choosing.value && phase.value !== "signed-out" && <Far room={signInDialog} waiting={null} />}
      {becameElsewhere.value !== null && <Far room={otherActing} waiting={null} />}
    </div>
  );
}
