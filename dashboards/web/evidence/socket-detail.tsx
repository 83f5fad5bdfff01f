// One socket: its last reading with its age, why it is off, and the events about it.
import type { SocketView } from "#protocols/api/views.ts";
import { compositeId, shownState } from "../data/choices.ts";
import { freshnessNow } from "../data/freshness.ts";
import { serverNow } from "../data/live.ts";
import { sinceMs } from "../format/moments.ts";
import { absent, current, energy, power, temperature, voltage } from "../format/quantities.ts";
import { OrdersOf } from "../orders/order-form.tsx";
import { argsOf } from "../orders/targets.ts";
import { Moment } from "../parts/small.tsx";
import { spanWords, wordOf, words } from "../words/language.ts";
import { EvidenceEvents } from "./evidence-events.tsx";
import { SocketCurves } from "./socket-curves.tsx";

export function SocketDetail({ socket }: { socket: SocketView }) {
  const say = words.value;
  const fresh = freshnessNow(socket);
  const age = sinceMs(socket.seen, serverNow.value);
  const actions = (["socket.start", "socket.stop", "socket.reset-latch"] as const).map((action) => ({
    action,
    args: argsOf(action, socket),
  }));
  const rows = [
    [say.readings.power, power(socket.power_mW)],
    [say.readings.current, current(socket.current_mA)],
    [say.readings.voltage, voltage(socket.voltage_mV)],
    [say.readings.temperature, temperature(socket.temperature_mC)],
    [say.readings.energy, energy(socket.energy_mWh)],
    [say.readings.quality, wordOf(say.readings, socket.quality)],
  ] as const;
  return (
    <>
      <p class="socket-state">
        <b>{say.wall.state[shownState(socket)]}</b>
        {socket.cause !== null && <span class="tag">{wordOf(say.cause, socket.cause)}</span>}
        {socket.test_limit_mA !== null && <span class="tag">{`${say.readings.test} ${current(socket.test_limit_mA)}`}</span>}
        {socket.since !== null && (
          <span class="muted">
            {say.readings.since} <Moment at={socket.since} />
          </span>
        )}
      </p>
      {fresh !== "fresh" && (
        <p class="notice">
          {say.wall.stale}
          {age !== undefined && ` · ${say.wall.age(spanWords(age, say))}`}
        </p>
      )}
      <dl class={`readings ${fresh}`}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">
        {say.readings.seen} {socket.seen === null ? absent : <Moment at={socket.seen} />}
        {socket.session !== null && (
          <>
            {" · "}
            {say.readings.session} <code>{socket.session}</code>
          </>
        )}
      </p>
      <OrdersOf actions={actions} target={{ key: compositeId(socket), name: socket.id, site: socket.site, gateway: socket.gateway }} />
      <SocketCurves socket={socket} />
      <EvidenceEvents query={{ subject: socket.id, site: socket.site }} />
    </>
  );
}
