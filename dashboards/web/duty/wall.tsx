// The charging wall: one tile a socket. Shape, word and border say the state; a value that is not fresh is hatched and shows its age.
import { computed } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import type { SocketView } from "#protocols/api/views.ts";
import { byStation, compositeId, type Freshness, gatewayOf, shownState } from "../data/choices.ts";
import { freshnessNow } from "../data/freshness.ts";
import { live, serverNow } from "../data/live.ts";
import { sinceMs } from "../format/moments.ts";
import { current, power } from "../format/quantities.ts";
import { PriorityGlyph } from "../parts/glyphs.tsx";
import { compoundName, stationName } from "../parts/place.ts";
import { Empty, Panel } from "../parts/small.tsx";
import { show } from "../shell/route.ts";
import { spanWords, wordOf, words } from "../words/language.ts";
import { Sheds } from "./sheds.tsx";

const sockets = computed(() => live.value?.sockets ?? []);
const gateways = computed(() => live.value?.gateways ?? []);

interface TileWords {
  readonly state: string;
  readonly value: string;
  readonly small: string;
}

function tileWords(socket: SocketView, fresh: Freshness): TileWords {
  const say = words.value;
  const known = shownState(socket);
  const now = serverNow.value;
  const seenAge = sinceMs(socket.seen, now);
  const age = seenAge === undefined ? "" : say.wall.age(spanWords(seenAge, say));
  const latched = socket.state === "cut" || socket.state === "welded";
  if (fresh === "offline" && !latched) return { state: say.wall.state.unknown, value: "", small: age };
  const state = say.wall.state[known];
  const charged = sinceMs(socket.since, now);
  const minutes = known === "charging" && charged !== undefined ? say.wall.minutes(Math.max(0, Math.floor(charged / 60_000))) : "";
  const cause = latched && socket.cause !== null && socket.state === "cut" ? wordOf(say.cause, socket.cause) : "";
  const value = known === "idle" ? "" : power(socket.power_mW);
  const test = socket.test_limit_mA === null ? "" : `${say.readings.test} ${current(socket.test_limit_mA)}`;
  return { state, value, small: fresh === "fresh" ? test || cause || minutes : age };
}

interface TileProps {
  readonly socket: SocketView;
  readonly index: number;
  readonly focusable: boolean;
  readonly move: (event: KeyboardEvent) => void;
}

function Tile({ socket, index, focusable, move }: TileProps) {
  const fresh = freshnessNow(socket);
  const { state, value, small } = tileWords(socket, fresh);
  return (
    <button
      type="button"
      class={`tile ${shownState(socket)} ${fresh}`}
      tabIndex={focusable ? 0 : -1}
      data-index={index}
      data-socket={socket.id}
      data-state={shownState(socket)}
      data-freshness={fresh}
      onKeyDown={move}
      onClick={() => show("socket", compositeId(socket))}
    >
      <span class="tile-top">
        <b aria-hidden="true">{socket.number}</b>
        <span class="unseen">{words.value.wall.number(socket.number)}</span>
        {socket.state === "welded" && <PriorityGlyph priority={1} />}
        {socket.state === "cut" && <PriorityGlyph priority={2} />}
      </span>
      <span class="tile-state">{state}</span>
      <span class="tile-value">{value}</span>
      <span class="tile-small">{small}</span>
    </button>
  );
}

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -10, ArrowDown: 10, Home: -1000, End: 1000 };

const headingOf = (tiles: readonly SocketView[], station: string): string =>
  `${compoundName(tiles[0]?.site ?? "")} ${stationName(station)}`.trim();

/** One stop for the Tab key; arrows move inside. */
function useRovingFocus(count: number) {
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const by = steps[event.key];
    const from = (event.currentTarget as HTMLElement).dataset.index;
    if (by === undefined || from === undefined) return;
    event.preventDefault();
    const wanted = Number(from) + by;
    const next = Math.abs(by) === 10 && (wanted < 0 || wanted >= count) ? Number(from) : Math.min(count - 1, Math.max(0, wanted));
    setAt(next);
    box.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus();
  };
  return { at: Math.min(at, Math.max(0, count - 1)), box, move };
}

function Summary() {
  const say = words.value.wall;
  const all = sockets.value.filter((socket) => gatewayOf(gateways.value, socket) !== undefined);
  const isFresh = (socket: SocketView) => freshnessNow(socket) === "fresh";
  const charging = all.filter((socket) => shownState(socket) === "charging");
  const measured = all.filter((socket) => isFresh(socket) && socket.power_mW !== null);
  // Nothing fresh is not zero watts.
  const total = measured.length === 0 ? null : measured.reduce((sum, socket) => sum + (socket.power_mW ?? 0), 0);
  const abnormal = all.filter((socket) => socket.state === "cut" || socket.state === "welded").length;
  const offline = all.filter((socket) => freshnessNow(socket) === "offline").length;
  return (
    <dl class="facts-line">
      <div>
        <dt>{say.charging}</dt>
        <dd>
          {charging.length}/{all.length}
        </dd>
      </div>
      <div>
        <dt>{say.power}</dt>
        <dd>{power(total)}</dd>
      </div>
      <div class={abnormal > 0 ? "marked" : ""}>
        <dt>
          <PriorityGlyph priority={2} hollow={abnormal === 0} /> {say.abnormal}
        </dt>
        <dd>{abnormal}</dd>
      </div>
      <div>
        <dt>⌀ {say.offline}</dt>
        <dd>{offline}</dd>
      </div>
    </dl>
  );
}

/** What no gateway has ever spoken for is one line of words: tiles are for what can be read, or could be a moment ago. */
function Awaited({ stations }: { stations: ReturnType<typeof byStation> }) {
  if (stations.length === 0) return null;
  return (
    <ul class="awaited muted">
      {stations.map(({ station, sockets: tiles }) => (
        <li key={`${tiles[0]?.site}/${station}`}>
          ⌀ {headingOf(tiles, station)} · {words.value.wall.awaited(tiles.length)}
        </li>
      ))}
    </ul>
  );
}

export function Wall() {
  const say = words.value.wall;
  const list = sockets.value;
  const stations = byStation(list);
  const connected = ({ sockets: [first] }: (typeof stations)[number]) =>
    first !== undefined && gatewayOf(gateways.value, first) !== undefined;
  const shown = stations.filter(connected);
  const { at, box, move } = useRovingFocus(shown.reduce((sum, { sockets: tiles }) => sum + tiles.length, 0));
  let index = 0;
  return (
    <Panel title={say.title} aside={list.length > 0 && <Summary />} class="wall-panel live-region">
      {list.length === 0 ? (
        <Empty>{say.noneYet}</Empty>
      ) : (
        <div ref={box} class="stations">
          <Sheds />
          {shown.map(({ station, sockets: tiles }) => (
            <section key={`${tiles[0]?.site}/${tiles[0]?.gateway}/${station}`} aria-label={headingOf(tiles, station)} class="station">
              <h3>{headingOf(tiles, station)}</h3>
              <div class="tiles">
                {tiles.map((socket) => {
                  const own = index++;
                  return <Tile key={compositeId(socket)} socket={socket} index={own} focusable={own === at} move={move} />;
                })}
              </div>
            </section>
          ))}
          <Awaited stations={stations.filter((one) => !connected(one))} />
        </div>
      )}
    </Panel>
  );
}
