// The first view: one sentence, then what is wrong, then every line, station, shed and lane, the worst first. What nobody knows is said so.
import type { SiteOverview } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { progress } from "../booth/progress.ts";
import { spark } from "./spark.ts";
import { age, inWords, state } from "./state.ts";
import { zh } from "./words.ts";

type Line = SiteOverview["lines"][number];
type Station = SiteOverview["stations"][number];
type Lane = SiteOverview["lanes"][number];
type Grade = "bad" | "look" | "fine";

const order: readonly Grade[] = ["bad", "look", "fine"];
const mark: Readonly<Record<Grade, string>> = { bad: "▲", look: "■", fine: "○" };
const worstFirst = <One>(all: readonly One[], grade: (one: One) => Grade): One[] =>
  [...all].sort((a, b) => order.indexOf(grade(a)) - order.indexOf(grade(b)));

const lineGrade = ({ open, late }: Line): Grade => (open === false ? "bad" : open === null || late ? "look" : "fine");
const bad = ["latched", "blind", "welded"];
const stationGrade = ({ sockets }: Station): Grade =>
  sockets.some(({ state: is }) => bad.includes(is))
    ? "bad"
    : sockets.length === 0 || sockets.some((one) => one.quality !== "good")
      ? "look"
      : "fine";
const laneGrade = ({ board, camera, mode }: Lane): Grade => (!board ? "bad" : !camera || mode !== "normal" ? "look" : "fine");

const shedGrade = ({ state: is }: SiteOverview["sheds"][number]): Grade => (is === "serving" ? "fine" : is === "waiting" ? "look" : "bad");

const card = (name: string, grade: Grade, key: string, ...rows: readonly (HTMLElement | false)[]): HTMLElement =>
  h(
    "li",
    { class: `card ${grade}`, "data-card": key, "data-grade": grade },
    h("h3", {}, h("span", { class: "mark", "aria-hidden": "true" }, mark[grade]), name),
    ...rows,
  );
const fact = (label: string, value: string, wrong = false): HTMLElement =>
  h("p", { class: wrong ? "fact wrong" : "fact" }, h("span", { class: "muted" }, label), h("b", {}, value));
const section = (title: string, none: string, cards: readonly HTMLElement[]): HTMLElement =>
  h("section", {}, h("h2", {}, title), cards.length === 0 ? h("p", { class: "muted" }, none) : h("ul", { class: "cards" }, ...cards));

const ms = (value: number | null): string => (value === null ? "—" : age(value));

function lineCard(line: Line): HTMLElement {
  const { words } = state;
  if (line.open === null) return card(line.line, "look", line.line, fact(words.state, words.unheard, true));
  return card(
    line.line,
    lineGrade(line),
    line.line,
    fact(words.state, line.open ? (line.late ? words.late : words.open) : words.shut, !line.open || line.late),
    fact(`${words.round} / ${words.promised}`, words.of(ms(line.rotation_ms), ms(line.promised_ms)), line.late),
    fact(words.oldest, ms(line.age_ms)),
    fact(`${words.timeouts} · ${words.badFrames}`, `${line.timeouts ?? "—"} · ${line.bad_frames ?? "—"}`),
    spark(line.line, "line"),
  );
}

function stationCard(station: Station): HTMLElement {
  const { words } = state;
  const tiles = station.sockets.map(({ socket, state: is, quality, age_ms, power_mW }) => {
    const stale = quality !== "good";
    const value = stale ? words.stale : power_mW === null ? "" : `${Math.round(power_mW / 1_000)} W`;
    return h(
      "li",
      { class: `socket${bad.includes(is) ? " bad" : ""}${stale ? " stale" : ""}${is === "charging" ? " on" : ""}`, "data-socket": socket },
      h("b", {}, socket.slice(socket.indexOf("/") + 1)),
      h("span", {}, words.states[is] ?? is),
      h("span", { class: "muted" }, value),
      h("span", { class: "muted" }, age(age_ms)),
    );
  });
  return card(
    station.name,
    stationGrade(station),
    station.station,
    tiles.length === 0 ? fact(words.state, words.noReading, true) : h("ul", { class: "sockets" }, ...tiles),
    spark(station.station, "station"),
  );
}

export function laneCard(lane: Lane): HTMLElement {
  const { words } = state;
  const heard = lane.silent_s === null ? words.neverHeard : words.heardAgo(age(lane.silent_s * 1_000));
  return card(
    lane.name,
    laneGrade(lane),
    lane.lane,
    fact(words.state, `${words[lane.direction]} · ${words.mode[lane.mode]}`, lane.mode !== "normal"),
    fact(words.board, lane.board ? words.answers : words.silent, !lane.board),
    fact(words.camera, heard, !lane.camera),
    spark(lane.lane, "lane"),
  );
}

/** Checks that fail, and everything below that is not as it should be: what is unknown is not well either. */
export function troubles({ well, checks, lines, stations, sheds, lanes, clock_true }: SiteOverview): number {
  const failed = checks.filter(({ ok }) => !ok).length;
  const grades = [...lines.map(lineGrade), ...stations.map(stationGrade), ...lanes.map(laneGrade), ...sheds.map(shedGrade)];
  return Math.max(well ? 0 : 1, failed) + grades.filter((grade) => grade !== "fine").length + (clock_true ? 0 : 1);
}

export function sentence(view: SiteOverview): string {
  const { words } = state;
  const wrong = troubles(view);
  const { connected, waiting } = view.uplink;
  const cloud = connected === null ? words.cloud.unknown : connected ? words.cloud.on : words.cloud.off;
  return [wrong === 0 ? words.well : words.unwell(wrong), cloud, waiting === null ? "" : words.waiting(waiting)]
    .filter((part) => part !== "")
    .join(" · ");
}

/** What was kept while the cloud was away, on its way there. */
function replayShown({ uplink }: SiteOverview): HTMLElement[] {
  const { words } = state;
  const { replay, connected } = uplink;
  if (replay === null) return [];
  const { done, of, since, per_s } = replay;
  const more = since === null ? [] : [words.replaySince(since.slice(5, 16).replace("T", " "))];
  const label = connected === true ? words.replay : words.replayWaits;
  return [
    h(
      "div",
      { "data-replay": of - done },
      h("p", {}, label),
      progress({ done, of, ran_ms: null, per_s, unit: "rows" }, { label, english: state.words !== zh, more }),
    ),
  ];
}

export function home(view: SiteOverview): HTMLElement[] {
  const { words } = state;
  const { certificate_left_s: left } = view.uplink;
  const checks = [...view.checks].sort((a, b) => Number(a.ok) - Number(b.ok));
  return [
    h(
      "section",
      { class: "summary" },
      h("h2", { "data-summary": troubles(view) }, sentence(view)),
      fact(
        words.clock,
        `${view.now.slice(5, 19).replace("T", " ")} · ${view.clock_true ? words.clockTrue : words.clockWrong}`,
        !view.clock_true,
      ),
      ...replayShown(view),
      ...(left === null ? [] : [h("p", { class: "muted" }, words.certificate(Math.floor(left / 86_400)))]),
      h(
        "ul",
        { class: "checks" },
        ...checks.map((one) =>
          h(
            "li",
            { class: one.ok ? "" : "wrong", "data-check": one.name },
            h("span", { class: "mark", "aria-hidden": "true" }, one.ok ? "✓" : "▲"),
            inWords(one),
          ),
        ),
      ),
    ),
    section(words.lines, words.noLines, worstFirst(view.lines, lineGrade).map(lineCard)),
    section(words.stations, words.noStations, worstFirst(view.stations, stationGrade).map(stationCard)),
    ...(view.sheds.length === 0
      ? []
      : [
          section(
            words.sheds,
            "",
            view.sheds.map(({ shed, state: is }) =>
              card(shed, shedGrade({ shed, state: is }), shed, fact(words.state, words.shedStates[is] ?? is, is !== "serving")),
            ),
          ),
        ]),
    section(words.lanes, words.noLanes, worstFirst(view.lanes, laneGrade).map(laneCard)),
  ];
}
