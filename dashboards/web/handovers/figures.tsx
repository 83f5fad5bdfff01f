// What a shift hands over, in numbers and names: the same block before the signing and on the slip.
import type { ComponentChildren } from "preact";
import type { HandoverFigures } from "#protocols/api/handovers.ts";
import { whole, yuan } from "../format/quantities.ts";
import { asPriority, PriorityGlyph } from "../parts/glyphs.tsx";
import { placeName } from "../parts/place.ts";
import { Moment, Panel } from "../parts/small.tsx";
import { personName } from "../shell/session.ts";
import { said } from "../words/language.ts";
import { say } from "./say.ts";

const mostShown = 10;

function List({ title, children }: { title: string; children: readonly ComponentChildren[] }) {
  const { none } = say.value.figures;
  return (
    <div class="handover-list">
      <h3>{title}</h3>
      {children.length === 0 ? (
        <p class="muted">{none}</p>
      ) : (
        <ul>
          {children.map((one, n) => (
            <li key={n}>{one}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Money({ figures }: { figures: HandoverFigures }) {
  const words = say.value.figures;
  return (
    <Panel title={words.money} class="handover-panel">
      <table class="bill report-table">
        <caption class="unseen">{words.money}</caption>
        <tbody>
          {(
            [
              ["cash", words.cash, figures.cash],
              ["waived", words.waived, figures.waived],
              ["given-back", words.givenBack, figures.given_back],
            ] as const
          ).map(([key, name, sum]) => (
            <tr key={key} data-sum={key}>
              <th scope="row">{name}</th>
              <td class="number">{whole(sum.count)}</td>
              <td class="number">{yuan(sum.amount_fen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <List title={words.drawers}>
        {figures.drawers.map(({ person, to, expected_fen, counted_fen, ended }) => (
          <>
            {words.drawer(person, to, yuan(expected_fen), yuan(counted_fen))}
            {counted_fen !== expected_fen && <b> {words.differs(yuan(counted_fen - expected_fen))}</b>} <Moment at={ended} />
          </>
        ))}
      </List>
      <p class="muted">{words.cars(whole(figures.cars.entered), whole(figures.cars.left))}</p>
    </Panel>
  );
}

function ByHand({ figures }: { figures: HandoverFigures }) {
  const words = say.value.figures;
  return (
    <Panel title={words.byHand} class="handover-panel">
      <List title={words.openings}>
        {figures.openings.map(({ reason, count }) => (
          <>
            {reason} <b>{words.times(count)}</b>
          </>
        ))}
      </List>
      <List title={words.operators}>
        {figures.operators.map(({ person, count }) => (
          <>
            {personName(person)} <b>{words.times(count)}</b>
          </>
        ))}
      </List>
    </Panel>
  );
}

function Open({ figures }: { figures: HandoverFigures }) {
  const words = say.value.figures;
  const { alarms, exceptions, kept, orders, offline, entries } = figures;
  const shown = alarms.rows.slice(0, mostShown);
  const left = alarms.unacknowledged - shown.length;
  return (
    <Panel title={words.open} class="handover-panel handover-open">
      <List title={words.alarms(alarms.unacknowledged)}>
        {[
          ...shown.map((one) => (
            <span key={one.id} class="handover-alarm" data-open-alarm={one.id}>
              <PriorityGlyph priority={asPriority(one.priority)} />
              <span>
                {said(one)} <span class="muted">{placeName(one.source)}</span> <Moment at={one.first} />
              </span>
            </span>
          )),
          ...(left > 0
            ? [
                <span key="more" class="muted">
                  {words.moreAlarms(left)}
                </span>,
              ]
            : []),
        ]}
      </List>
      <List title={words.exceptions}>
        {exceptions.map((one) => (
          <>
            <b>{one.name}</b> {said(one)} <Moment at={one.at} />
          </>
        ))}
      </List>
      {kept.length > 0 && (
        <List title={words.kept}>
          {kept.map(({ name, mode, until }) => (
            <>
              <b>{name}</b> {words.mode[mode] ?? mode} {until !== null && <Moment at={until} />}
            </>
          ))}
        </List>
      )}
      {orders.length > 0 && (
        <List title={words.orders}>
          {orders.map((one) => (
            <>
              <b>{said(one)}</b> {personName(one.person)} <span class="muted">{one.reason}</span>
            </>
          ))}
        </List>
      )}
      {offline.length > 0 && (
        <List title={words.offline}>
          {offline.map(({ gateway, since }) => (
            <>
              <b>{gateway}</b> {since !== null && <Moment at={since} />}
            </>
          ))}
        </List>
      )}
      <p class="muted">{words.entries(entries)}</p>
    </Panel>
  );
}

export function Figures({ figures }: { figures: HandoverFigures }) {
  return (
    <>
      <div class="handover-grid">
        <Open figures={figures} />
        <Money figures={figures} />
        <ByHand figures={figures} />
      </div>
      {figures.behind > 0 && <p class="notice">{say.value.figures.behind(figures.behind)}</p>}
    </>
  );
}
