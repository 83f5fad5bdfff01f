// What is behind the thing that was clicked: one drawer, chosen by the address.
import type { ComponentChildren } from "preact";
import type { AlarmView, Counts, PropertyEntryView } from "#protocols/api/views.ts";
import { AlarmActs } from "../alarms/act.tsx";
import { CloseAlarm } from "../alarms/close.tsx";
import { AlarmHistory, AlarmWhy } from "../alarms/history.tsx";
import { ShelveAlarm } from "../alarms/shelve.tsx";
import { VideoLinks } from "../alarms/video-links.tsx";
import { compositeId } from "../data/choices.ts";
import { live } from "../data/live.ts";
import type { LiveState } from "../data/state.ts";
import { Acknowledge } from "../duty/alarms.tsx";
import { whole, yuan } from "../format/quantities.ts";
import { Chain } from "../ledger/chain.tsx";
import { HandleForm } from "../ledger/entries-page.tsx";
import { HazardById } from "../ledger/hazard-by-id.tsx";
import { HazardDetail } from "../ledger/hazard-detail.tsx";
import { OrderDetail } from "../orders/order-detail.tsx";
import { Drawer } from "../parts/drawer.tsx";
import { asPriority, PriorityGlyph } from "../parts/glyphs.tsx";
import { placeName, stationName } from "../parts/place.ts";
import { Moment } from "../parts/small.tsx";
import type { Shown } from "../shell/address.ts";
import { hide, route, show } from "../shell/route.ts";
import { StayDetail } from "../stays/stay-detail.tsx";
import { language, said, words } from "../words/language.ts";
import { EventDetail } from "./event-detail.tsx";
import { EvidenceEvents } from "./evidence-events.tsx";
import { Gaps } from "./gaps.tsx";
import { LaneDetail } from "./lane-detail.tsx";
import { Letters } from "./letters.tsx";
import { SocketDetail } from "./socket-detail.tsx";

/** Which events make up each count. */
const behind: Readonly<Record<keyof Counts, readonly string[] | null>> = {
  passages: ["lane.passed"],
  openings: ["gate.opened"],
  visits: ["visit.opened"],
  bills: ["visit.billed"],
  billed_fen: ["visit.billed"],
  paid_fen: ["visit.paid"],
  sessions: ["session.started"],
  cutoffs: ["charging.cut"],
  welds: ["charging.welded"],
  events: [],
  duplicates: null,
  missing: null,
  dead_letters: null,
};

function CountEvidence({ name, counts }: { name: keyof Counts; counts: Counts }) {
  const say = words.value.counts;
  const value = counts[name];
  const types = behind[name];
  const explained = name === "duplicates" || name === "missing" || name === "dead_letters" ? say.about[name] : null;
  return (
    <>
      <p class="big-number">{name.endsWith("_fen") ? yuan(value) : whole(value)}</p>
      {explained !== null && <p class="muted">{explained}</p>}
      {types !== null && <EvidenceEvents query={{ types }} />}
      {name === "dead_letters" && <Letters />}
      {name === "missing" && <Gaps />}
    </>
  );
}

function AlarmEvidence({ alarm }: { alarm: AlarmView }) {
  const say = words.value;
  const priority = asPriority(alarm.priority);
  return (
    <>
      <p class="alarm-heading">
        <PriorityGlyph priority={priority} />
        <b>{say.priority[priority]}</b> {placeName(alarm.source)} {alarm.count > 1 && say.alarms.times(alarm.count)}
      </p>
      <p class="notice">
        <b>{say.alarms.action}</b> {language.value === "en" ? alarm.action_en : alarm.action_zh}
      </p>
      <p class="alarm-when">
        {say.alarms.first} <Moment at={alarm.first} /> {say.alarms.last} <Moment at={alarm.last} />
        {alarm.cleared_at !== null && (
          <span class="tag">
            {say.alarms.cleared} <Moment at={alarm.cleared_at} />
          </span>
        )}
      </p>
      <div class="alarm-acts">
        <Acknowledge alarm={alarm} />
      </div>
      <AlarmWhy alarm={alarm} />
      <ShelveAlarm alarm={alarm} />
      <AlarmActs alarm={alarm} />
      <CloseAlarm alarm={alarm} />
      <VideoLinks alarm={alarm} />
      <AlarmHistory alarm={alarm} />
      {alarm.rule === "uplink.lost" ? <Gaps /> : <EvidenceEvents query={{ keys: alarm.events }} />}
    </>
  );
}

function EntryEvidence({ entry }: { entry: PropertyEntryView }) {
  const say = words.value.entries;
  return (
    <>
      <p class="muted">
        {placeName(entry.source)} · <Moment at={entry.at} />
      </p>
      <Chain entry={entry} />
      {entry.hazard !== null && (
        <button type="button" class="text" onClick={() => show("hazard", entry.hazard ?? "")}>
          {say.hazard(entry.hazard)}
        </button>
      )}
      <HandleForm entry={entry} />
      <EvidenceEvents query={{ keys: [entry.event] }} />
    </>
  );
}

function contentOf({ kind, id }: Shown, state: LiveState): { title: string; body: ComponentChildren } | null {
  const say = words.value;
  switch (kind) {
    case "event":
      return { title: say.evidence.title, body: <EventDetail eventKey={id} /> };
    case "stay":
      return { title: say.stays.title, body: <StayDetail visit={id} /> };
    case "count": {
      const name = (Object.keys(behind) as (keyof Counts)[]).find((one) => one === id);
      return name === undefined ? null : { title: say.counts[name], body: <CountEvidence name={name} counts={state.counts} /> };
    }
    case "alarm": {
      const alarm = state.alarms.find((one) => one.id === id);
      return alarm === undefined ? null : { title: said(alarm), body: <AlarmEvidence alarm={alarm} /> };
    }
    case "entry": {
      const entry = state.entries.find((one) => one.id === id);
      return entry === undefined ? null : { title: said(entry), body: <EntryEvidence entry={entry} /> };
    }
    case "hazard": {
      const hazard = state.hazards.find((one) => one.id === id);
      // The first screen carries the newest only: an older one is asked for.
      return { title: id, body: hazard === undefined ? <HazardById key={id} id={id} /> : <HazardDetail hazard={hazard} /> };
    }
    case "socket": {
      const socket = state.sockets.find((one) => compositeId(one) === id);
      return socket === undefined
        ? null
        : { title: say.wall.place(stationName(socket.station), socket.number), body: <SocketDetail socket={socket} /> };
    }
    case "order":
      return { title: say.nav.orders, body: <OrderDetail key={id} id={id} /> };
    case "lane": {
      const lane = state.lanes.find((one) => compositeId(one) === id);
      return lane === undefined ? null : { title: say.lanes.evidence(lane.name), body: <LaneDetail lane={lane} /> };
    }
  }
}

export function EvidenceDrawer() {
  const { shown } = route.value;
  const state = live.value;
  if (shown === null || state === null) return null;
  const content = contentOf(shown, state);
  return (
    <Drawer title={content?.title ?? words.value.evidence.title} onClose={hide}>
      {content === null ? <p class="muted">{words.value.evidence.none}</p> : content.body}
    </Drawer>
  );
}
