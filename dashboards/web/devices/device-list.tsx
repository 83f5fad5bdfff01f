// Cameras, barriers, buses, stations and meters, as the site files name them: what is amiss first, and "not known" where nobody can know.

import { deviceKinds } from "#protocols/api/device-kinds.ts";
import type { DeviceView } from "#protocols/api/devices.ts";
import { live, serverNow } from "../data/live.ts";
import { parseMoment, sinceMs } from "../format/moments.ts";
import { PriorityGlyph } from "../parts/glyphs.tsx";
import { compoundName, placeName } from "../parts/place.ts";
import { Empty, Moment } from "../parts/small.tsx";
import type { Filters } from "../shell/address.ts";
import { narrow, show } from "../shell/route.ts";
import { said, spanWords, words } from "../words/language.ts";
import { inOrder, isWanted, seenOf } from "./found.ts";
import { say } from "./say.ts";

const states = ["amiss", "unheard", "well"] as const;

function StateCell({ device }: { device: DeviceView }) {
  const words_ = say.value.devices;
  const { state, zh, en, alarm } = device;
  if (state === "amiss" && zh !== null && en !== null && alarm !== null)
    return (
      <button type="button" class="text device-state amiss" onClick={() => show("alarm", alarm)}>
        <PriorityGlyph priority={3} /> {said({ zh, en })}
        {device.since !== null && (
          <small class="muted">
            {words_.since} <Moment at={device.since} />
          </small>
        )}
      </button>
    );
  return (
    <span class={`device-state ${state}`} title={state === "unheard" ? words_.unheardAbout : words_.wellAbout}>
      {state === "unheard" && <span aria-hidden="true">⌀ </span>}
      {words_.state[state]}
    </span>
  );
}

function Row({ device }: { device: DeviceView }) {
  const { columns, kind } = say.value.devices;
  const seen = seenOf(device, live.value?.sockets ?? []);
  const age = sinceMs(seen, serverNow.value);
  return (
    <tr data-device={device.id} data-kind={device.kind} data-state={device.state} class={device.state === "unheard" ? "stale" : ""}>
      <th scope="row">
        {device.name}
        <small class="muted">
          {device.id} · {compoundName(device.site)} {device.gateway}
        </small>
      </th>
      <td data-column={columns.kind}>{kind[device.kind]}</td>
      <td data-column={columns.of}>{device.of === null ? <span class="muted">—</span> : placeName(device.of)}</td>
      <td data-column={columns.model}>{device.model === null ? <span class="muted">—</span> : <code>{device.model}</code>}</td>
      <td data-column={columns.state}>
        <StateCell device={device} />
      </td>
      <td data-column={columns.seen}>
        {parseMoment(seen) === undefined ? (
          <span class="muted">—</span>
        ) : (
          <>
            <Moment at={seen} />
            {age !== undefined && <small class="muted">{say.value.gateway.ago(spanWords(age, words.value))}</small>}
          </>
        )}
      </td>
    </tr>
  );
}

export function DeviceTable({ devices, filters }: { devices: readonly DeviceView[]; filters: Filters }) {
  const words_ = say.value.devices;
  const shown = inOrder(devices.filter((one) => isWanted(one, filters)));
  const kinds = deviceKinds.filter((kind) => devices.some((one) => one.kind === kind));
  if (devices.length === 0) return <Empty>{words_.none}</Empty>;
  return (
    <>
      <form class="filter-line" aria-label={words.value.filter} onSubmit={(event) => event.preventDefault()}>
        <label>
          <span class="unseen">{words_.search}</span>
          <input
            class="wide-field"
            type="search"
            name="text"
            placeholder={words_.search}
            value={filters.text ?? ""}
            onChange={(event) => narrow({ ...filters, text: event.currentTarget.value })}
          />
        </label>
        <label>
          <span class="unseen">{words_.columns.kind}</span>
          <select name="kind" value={filters.source ?? ""} onChange={(event) => narrow({ ...filters, source: event.currentTarget.value })}>
            <option value="">{words_.anyKind}</option>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {words_.kind[kind]}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="unseen">{words_.columns.state}</span>
          <select name="state" value={filters.state ?? ""} onChange={(event) => narrow({ ...filters, state: event.currentTarget.value })}>
            <option value="">{words_.anyState}</option>
            {states.map((state) => (
              <option key={state} value={state}>
                {words_.state[state]}
              </option>
            ))}
          </select>
        </label>
        <span class="muted">{words_.count(shown.length)}</span>
        {Object.keys(filters).length > 0 && (
          <button type="button" class="quiet" onClick={() => narrow({})}>
            {words.value.stays.reset}
          </button>
        )}
      </form>
      {shown.length === 0 ? (
        <Empty>{words_.noneInView}</Empty>
      ) : (
        <table class="ledger device-table live-region">
          <caption class="unseen">{say.value.view.devices}</caption>
          <thead>
            <tr>
              {(["name", "kind", "of", "model", "state", "seen"] as const).map((column) => (
                <th key={column} scope="col">
                  {words_.columns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <Row key={`${one.site}/${one.gateway}/${one.kind}/${one.id}`} device={one} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
