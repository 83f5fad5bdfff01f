// Where alarms are told, and what became of every message. No address or key is shown: the cloud masks them.
import type { ChannelView, DeliveryView } from "#protocols/api/notify.ts";
import { readChannels, readDeliveries, testChannel } from "../data/api.ts";
import { asPriority } from "../parts/glyphs.tsx";
import { useSending } from "../parts/sending.ts";
import { Empty, Moment, ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";
import { Shown, useLoaded } from "./loaded.tsx";

function ChannelRow({ channel, again }: { channel: ChannelView; again: () => void }) {
  const say = words.value.care.channels;
  const { sending, problem, go } = useSending(() => testChannel(channel.id), again);
  return (
    <li class="entry" data-channel={channel.id}>
      <div class="entry-head">
        {channel.last !== null && <span class={`state ${channel.last.state}`}>{say.state[channel.last.state]}</span>}
        <h2>{channel.name}</h2>
        <span class="muted">
          {channel.kind} · {channel.target}
        </span>
      </div>
      <p>
        {say.upTo(words.value.priority[asPriority(channel.up_to)])} · {say.hourly(channel.hourly)}
        {channel.recovery && ` · ${say.recovery}`}
        {channel.roles !== null &&
          ` · ${channel.roles.map((role) => words.value.roles[role as keyof typeof words.value.roles] ?? role).join("、")}`}
      </p>
      {!channel.on_duty && <p class="notice">{say.offDuty}</p>}
      {problem !== null && <ProblemNote problem={problem} />}
      <div class="entry-foot">
        <button type="button" aria-disabled={sending} onClick={go}>
          {sending ? say.testing : say.test}
        </button>
      </div>
    </li>
  );
}

function Deliveries({ rows, names }: { rows: readonly DeliveryView[]; names: ReadonlyMap<string, string> }) {
  const say = words.value.care.channels;
  if (rows.length === 0) return <Empty>{say.noDeliveries}</Empty>;
  const { message, channel, state, made, detail } = say.columns;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by the keyboard
    <section class="care-table" tabIndex={0} aria-label={say.deliveries}>
      <table>
        <thead>
          <tr>
            {[message, channel, state, made, detail].map((word) => (
              <th key={word} scope="col">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-delivery={row.id}>
              <td>{row.title}</td>
              <td>{names.get(row.channel) ?? row.channel}</td>
              <td>
                {say.state[row.state]} · {say.tries(row.tries)}
              </td>
              <td>
                <Moment at={row.made} />
                {row.next !== null && (
                  <span class="muted">
                    {" "}
                    {say.next} <Moment at={row.next} />
                  </span>
                )}
              </td>
              <td class="muted">{row.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function Channels() {
  const say = words.value.care.channels;
  const channels = useLoaded(readChannels, "channels");
  const deliveries = useLoaded(readDeliveries, "deliveries");
  const again = () => {
    channels.again();
    deliveries.again();
  };
  const names = new Map((channels.value ?? []).map(({ id, name }) => [id, name]));
  return (
    <>
      <Shown loaded={channels}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty>{say.none}</Empty>
          ) : (
            <ul class="entries">
              {rows.map((channel) => (
                <ChannelRow key={channel.id} channel={channel} again={again} />
              ))}
            </ul>
          )
        }
      </Shown>
      <h2 class="care-head">{say.deliveries}</h2>
      <Shown loaded={deliveries}>{(rows) => <Deliveries rows={rows} names={names} />}</Shown>
    </>
  );
}
