// The gateway's own page for whoever installs and looks after it: phone first, without the cloud. It asks every two seconds and orders nothing by itself.
import type { SiteOverview } from "#protocols/api/installer.ts";
import { draw, element as h } from "../booth/elements.ts";
import { apiWith, Refused } from "./api.ts";
import { benchKey, benchView } from "./bench.ts";
import { chargingKey, chargingView, lookAtLoads } from "./charging.ts";
import { findKey, findView } from "./find.ts";
import { home } from "./home.ts";
import { benchesKey, lanesShown, lookAtLanes, searchKey, searchView } from "./lanes.ts";
import { logKey, logView, lookAtLog } from "./log.ts";
import { lookAtReport, reportKey, reportView } from "./report.ts";
import { begin, inWords, isDark, setLanguage, setTheme, state, views } from "./state.ts";
import { zh } from "./words.ts";
import { lookAtWrites, writeKey, writeView } from "./write.ts";

const every_ms = 2_000;
const kept = "cuobian-installer-token";
const place = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

function show(): void {
  const { words, overview, lost, view, api } = state;
  draw(place("bar"), [words.title, overview?.site, lost, api !== undefined, isDark()], bar);
  draw(place("tabs"), [words.title, view, api !== undefined], tabs);
  if (api === undefined) draw(place("view"), ["door", words.title], door);
  else if (overview === undefined) draw(place("view"), ["loading", words.title], () => [h("p", { class: "muted" }, words.loading)]);
  else inside(overview);
}

function inside(overview: SiteOverview): void {
  const { words, view } = state;
  const whole = (key: unknown, make: () => HTMLElement[]): void => draw(place("view"), [view, words.title, key], make);
  const again = (): void => {
    looked += 1;
    show();
  };
  if (view === "home") whole([overview, state.history], () => home(overview));
  if (view === "bench") whole([benchKey(), writeKey()], () => [...benchView(show), ...writeView(show)]);
  if (view === "charging")
    whole([chargingKey(), overview.stations.map(({ sockets }) => sockets.length)], () => chargingView(overview, show));
  if (view === "log") whole(logKey(), () => logView(show));
  if (view === "report") whole([overview, reportKey(), looked], () => reportView(overview, again));
  if (view !== "lanes") return;
  // Two places: what changes by itself beside what a person types into.
  whole(null, () => [
    h("section", {}, h("h2", {}, words.lanes), h("div", { id: "lanes-now" })),
    h("section", { id: "find" }),
    h("section", { id: "search" }),
  ]);
  draw(place("lanes-now"), [words.title, overview.lanes, benchesKey()], () => [lanesShown(overview)]);
  draw(place("find"), [words.title, findKey()], () => findView(show));
  draw(place("search"), [words.title, searchKey()], () => searchView(show));
}

function bar(): HTMLElement[] {
  const { words, overview, lost, api } = state;
  const button = (key: string, label: string, click: () => void, lang?: string) =>
    h("button", { type: "button", "data-key": key, click, lang }, label);
  return [
    h("h1", { title: overview === undefined ? words.title : overview.site }, overview === undefined ? words.title : overview.site),
    ...(lost ? [h("span", { class: "lost", "data-lost": true }, words.lost)] : []),
    h(
      "span",
      { class: "does" },
      button("theme", isDark() ? words.light : words.dark, () => {
        setTheme(!isDark());
        show();
      }),
      button(
        "language",
        words.other,
        () => {
          setLanguage(state.words === zh);
          show();
        },
        state.words === zh ? "en" : "zh-CN",
      ),
      api !== undefined && button("leave", words.leave, leave),
    ),
  ];
}

function tabs(): HTMLElement[] {
  if (state.api === undefined || views.length < 2) return [];
  return views.map((view) =>
    h("a", { href: `#${view}`, "aria-current": view === state.view ? "page" : "false", "data-key": view }, state.words.tabs[view]),
  );
}

function door(): HTMLElement[] {
  const { words } = state;
  const wrong = h("p", { class: "wrong", role: "alert" });
  const token = h("input", { type: "password", name: "token", required: true, autocomplete: "current-password" });
  return [
    h(
      "form",
      {
        class: "door",
        submit: (event) => {
          event.preventDefault();
          enter(String(new FormData(event.target as HTMLFormElement).get("token")).trim()).catch((error: unknown) => {
            wrong.textContent = error instanceof Refused ? inWords(error.said) : String(error);
          });
        },
      },
      h("label", {}, words.token, token),
      wrong,
      h("button", { type: "submit", class: "primary" }, words.enter),
    ),
  ];
}

function leave(): void {
  sessionStorage.removeItem(kept);
  Object.assign(state, { api: undefined, overview: undefined, lost: false });
  show();
}

async function enter(token: string): Promise<void> {
  const api = apiWith(token);
  const overview = await api.overview();
  sessionStorage.setItem(kept, token);
  Object.assign(state, { api, overview, lost: false });
  show();
}

const historyEvery_ms = 30_000;
let historyAt = 0;
let looks = 0;
/** Times that a person did something in the report. */
let looked = 0;

/** Of two looks that overlap the later one counts; a page that nobody sees asks nothing. */
async function look(): Promise<void> {
  const { api } = state;
  if (api === undefined || document.hidden) return;
  looks += 1;
  const mine = looks;
  try {
    const overview = await api.overview();
    if (mine !== looks || api !== state.api) return;
    // A report is of one moment, and a form is not disturbed: both stand until the view is chosen again.
    if (state.view === "log") await lookAtLog();
    if (state.view === "bench") await lookAtWrites();
    if (state.view === "report") await lookAtReport();
    if (state.view === "lanes") await lookAtLanes(overview.lanes);
    if (state.view === "home" && Date.now() - historyAt > historyEvery_ms) {
      historyAt = Date.now();
      state.history = await api.history();
    }
    if (state.view === "charging") await lookAtLoads();
    if (state.view !== "report") state.overview = overview;
    state.lost = false;
  } catch (error) {
    if (mine !== looks || api !== state.api) return;
    if (error instanceof Refused && error.code === "token") return leave();
    state.lost = true;
  }
  show();
}

function follow(): void {
  const named = location.hash.slice(1);
  state.view = views.find((view) => view === named) || "home";
  show();
  void look();
}

begin();
addEventListener("hashchange", follow);
follow();
const known = sessionStorage.getItem(kept);
if (known !== null) enter(known).catch(() => undefined);
setInterval(() => void look(), every_ms);
