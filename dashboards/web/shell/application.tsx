// The frame around every page: bar, rail, the page itself, and what lies on top of it.
import { computed, effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { AlarmsPage } from "../alarms/alarms-page.tsx";
import { IncomePage } from "../bureau/income-page.tsx";
import { OverviewPage } from "../bureau/overview-page.tsx";
import { RankingPage } from "../bureau/ranking-page.tsx";
import { StarsPage } from "../bureau/stars-page.tsx";
import { connection, live, startLive, trouble } from "../data/live.ts";
import { DutyPage } from "../duty/duty-page.tsx";
import { EvidenceDrawer } from "../evidence/evidence-drawer.tsx";
import { LanesPage } from "../lanes/lanes-page.tsx";
import { EntriesPage } from "../ledger/entries-page.tsx";
import { LedgerPage } from "../ledger/ledger-page.tsx";
import { ProblemNote } from "../parts/small.tsx";
import { StaysPage } from "../stays/stays-page.tsx";
import { words } from "../words/language.ts";
import { keysShown } from "./keys.ts";
import { KeysDialog } from "./keys-dialog.tsx";
import { Navigation } from "./navigation.tsx";
import { route } from "./route.ts";
import { choosing } from "./session.ts";
import { SignInDialog, WhoActs } from "./sign-in.tsx";
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
        <WhoActs />
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
  if (page.value === "lanes") return <LanesPage />;
  if (page.value === "stays") return <StaysPage />;
  if (page.value === "alarms") return <AlarmsPage />;
  if (page.value === "entries") return <EntriesPage />;
  if (page.value === "ledger") return <LedgerPage />;
  if (page.value === "overview") return <OverviewPage />;
  if (page.value === "ranking") return <RankingPage />;
  if (page.value === "income") return <IncomePage />;
  if (page.value === "stars") return <StarsPage />;
  return <DutyPage />;
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
      {route.value.shown !== null && known.value && <EvidenceDrawer />}
      {keysShown.value && <KeysDialog />}
      {choosing.value && phase.value !== "signed-out" && <SignInDialog />}
    </div>
  );
}
