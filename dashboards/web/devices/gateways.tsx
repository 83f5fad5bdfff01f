// Each gateway as it said last that it is: online or not, what waits, disk, heat, clock, lines. A stale word is hatched and dimmed, with its age.
import type { ComponentChildren } from "preact";
import type { DeviceView } from "#protocols/api/devices.ts";
import type { CertificateView } from "#protocols/api/enrolment.ts";
import type { GatewayHealthView } from "#protocols/api/health.ts";
import type { GatewayView } from "#protocols/api/views.ts";
import { live, serverNow } from "../data/live.ts";
import { parseMoment, sinceMs } from "../format/moments.ts";
import { absent, size, temperature, whole } from "../format/quantities.ts";
import { OrdersOf } from "../orders/order-form.tsx";
import { Icon, PriorityGlyph } from "../parts/glyphs.tsx";
import { compoundName } from "../parts/place.ts";
import { Empty, Moment } from "../parts/small.tsx";
import { pageHash } from "../shell/address.ts";
import { said, spanWords, words } from "../words/language.ts";
import { amissIn, type Health, healthOf, type Tone } from "./facts.ts";
import { say } from "./say.ts";

const span = (ms: number): string => spanWords(ms, words.value);

function Fact({
  name,
  tone = "well",
  children,
  more,
}: {
  name: string;
  tone?: Tone;
  children: ComponentChildren;
  more?: ComponentChildren;
}) {
  return (
    <div class={`fact ${tone}`} data-tone={tone}>
      <dt>{name}</dt>
      <dd>
        {tone === "amiss" && <PriorityGlyph priority={3} />}
        <b>{children}</b>
        {more !== undefined && <span class="muted">{more}</span>}
      </dd>
    </div>
  );
}

/** How much is left, drawn: what is used is filled. */
function DiskBar({ free, total }: { free: number; total: number }) {
  const used = total === 0 ? 100 : 100 * (1 - free / total);
  return (
    <svg class="disk-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="disk-rail" width="100" height="6" />
      <rect class="disk-used" width={used} height="6" />
    </svg>
  );
}

function Facts({
  health,
  view,
  certificate,
}: {
  health: Health;
  view: GatewayView | undefined;
  certificate: CertificateView | null | undefined;
}) {
  const words_ = say.value.gateway;
  const { waiting, disk, cpu, clock, lines } = health;
  const ahead = clock?.ahead_ms ?? null;
  const skew =
    ahead === null ? words_.unknown : ahead === 0 ? words_.level : ahead > 0 ? words_.ahead(whole(ahead)) : words_.behindMs(whole(-ahead));
  return (
    <dl class="facts-grid">
      <Fact
        name={words_.waiting}
        tone={waiting?.tone ?? "unknown"}
        more={waiting?.oldest_ms === null || waiting === null ? undefined : words_.oldest(span(waiting.oldest_ms))}
      >
        {waiting === null ? words_.unknown : waiting.count === 0 ? words_.waitingNone : words_.waitingOf(whole(waiting.count))}
      </Fact>
      <Fact
        name={words_.disk}
        tone={disk?.tone ?? "unknown"}
        more={disk === null ? undefined : <DiskBar free={disk.free} total={disk.total} />}
      >
        {disk === null ? words_.unknown : words_.diskOf(size(disk.free), size(disk.total))}
      </Fact>
      <Fact name={words_.cpu} tone={cpu?.tone ?? "unknown"}>
        {cpu === null ? words_.noSensor : temperature(cpu.mC)}
      </Fact>
      <Fact name={words_.clock} tone={clock?.tone ?? "unknown"} more={clock === null ? undefined : skew}>
        {clock === null ? words_.unknown : clock.synchronised ? words_.clockYes : words_.clockNo}
      </Fact>
      {lines === null ? (
        <Fact name={words_.lines} tone="unknown">
          {words_.noLines}
        </Fact>
      ) : (
        lines.map(({ line, tone, open, late, round_ms, promised_ms }) => (
          <Fact
            key={line}
            name={`${words_.lines} ${line}`}
            tone={tone}
            more={
              open
                ? words_.line(round_ms === null ? absent : whole(round_ms), promised_ms === null ? absent : whole(promised_ms))
                : undefined
            }
          >
            {open ? (late ? words_.late : say.value.devices.state.well) : words_.closed}
          </Fact>
        ))
      )}
      <Fact
        name={words_.missing}
        tone={(view?.behind ?? 0) > 0 ? "amiss" : "well"}
        more={(view?.gaps ?? 0) > 0 ? words_.gaps(view?.gaps ?? 0) : undefined}
      >
        {view === undefined ? words_.unknown : words_.missingOf(view.behind)}
      </Fact>
      {certificate !== undefined && (
        <Fact
          name={words_.certificate}
          tone={certificate === null ? "unknown" : certificate.state === "good" ? "well" : "amiss"}
          more={certificate === null ? undefined : words_.until}
        >
          {certificate === null ? words_.noCertificate : <Moment at={certificate.until} />}
        </Fact>
      )}
    </dl>
  );
}

/** The commissioning record, as it was given from the site: what the gateway proved, what a person did. */
function Commissioned({ record }: { record: GatewayHealthView["commissioned"] }) {
  const words_ = say.value.gateway;
  if (record === null) return <p class="muted about">{words_.notCommissioned}</p>;
  const { proofs, hands } = record;
  const own = `${proofs.filter(({ ok }) => ok).length}/${proofs.length}`;
  const hand = `${hands.filter(({ done }) => done).length}/${hands.length}`;
  return (
    <details class="about" data-commissioned={own}>
      <summary>
        {words_.commissioned} <Moment at={record.at} /> {words_.commissionedBy(record.person, own, hand)}
      </summary>
      <ul class="commissioned">
        {proofs.map((one) => (
          <li key={one.en} class={one.ok ? "" : "undone"}>
            {one.ok ? <Icon name="check" /> : <PriorityGlyph priority={3} />} <span>{said(one)}</span>
          </li>
        ))}
      </ul>
      <ul class="commissioned">
        {hands.map((one) => (
          <li key={one.id} class={one.done ? "" : "undone"}>
            {one.done ? <Icon name="check" /> : <PriorityGlyph priority={3} />}
            <span>
              {said(one)}
              {one.photos > 0 && <span class="muted"> {words_.commissionedPhotos(one.photos)}</span>}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface OneProps {
  readonly health: GatewayHealthView;
  readonly devices: readonly DeviceView[];
  readonly known: boolean;
  readonly certificate: CertificateView | null | undefined;
}

function One({ health: view, devices, known, certificate }: OneProps) {
  const words_ = say.value.gateway;
  const gateway = live.value?.gateways.find((one) => one.site === view.site && one.gateway === view.gateway);
  const state = gateway?.state ?? "unknown";
  const health = healthOf(view, serverNow.value);
  const amiss = amissIn(health);
  const [since, last] = [sinceMs(gateway?.since ?? null, serverNow.value), parseMoment(gateway?.last_event)];
  const bad = devices.filter((one) => one.state === "amiss").length;
  return (
    <section class={`panel gateway-panel ${state}`} aria-label={view.gateway} data-gateway-panel={view.gateway} data-state={state}>
      <header class="gateway-head">
        <h2>
          {compoundName(view.site)} {view.gateway}
        </h2>
        <span class={`reach ${state}`} data-reach={state}>
          {state === "online" ? <span class="reach-dot" aria-hidden="true" /> : <span aria-hidden="true">⌀</span>}
          {words_.state[state]}
          {since !== undefined && <span class="muted">{words_.since(span(since))}</span>}
        </span>
        {health.age_ms !== null && !health.stale && (
          <span class={amiss > 0 ? "verdict amiss" : "verdict"}>
            {amiss > 0 ? <PriorityGlyph priority={3} /> : <Icon name="check" />} {amiss > 0 ? words_.amiss(amiss) : words_.well}
          </span>
        )}
        <span class="gateway-times muted">
          {last !== undefined && (
            <>
              {words_.lastEvent} <Moment at={gateway?.last_event ?? null} />
            </>
          )}
          {health.age_ms !== null && (
            <>
              {" · "}
              {words_.report} {words_.ago(span(health.age_ms))}
            </>
          )}
        </span>
      </header>
      {health.age_ms === null ? (
        <p class="muted about">{words_.never}</p>
      ) : (
        <div class={health.stale ? "said stale" : "said"} data-stale={String(health.stale)}>
          {health.stale && (
            <p class="stale-word">
              <span class="tag">{words_.stale}</span> {words_.staleAbout(span(health.age_ms))}
            </p>
          )}
          <Facts health={health} view={gateway} certificate={certificate} />
        </div>
      )}
      <Commissioned record={view.commissioned} />
      <footer class="gateway-foot">
        {known ? (
          <a href={pageHash("devices", "devices", { text: view.gateway })}>{words_.devices(devices.length, bad)}</a>
        ) : (
          <span class="muted">{words_.unknownFile}</span>
        )}
        <OrdersOf
          actions={[{ action: "gateway.diagnose", args: {} }]}
          target={{ key: `${view.site}/${view.gateway}`, name: view.gateway, site: view.site, gateway: view.gateway }}
        />
      </footer>
    </section>
  );
}

export interface GatewaysProps {
  readonly healths: readonly GatewayHealthView[];
  readonly devices: readonly DeviceView[];
  readonly unknown: readonly { readonly site: string; readonly gateway: string }[];
  /** null: this post does not see them. */
  readonly certificates: readonly CertificateView[] | null;
}

/** Those that are not online first, then those with something amiss: what needs a look is seen without scrolling. */
export function Gateways({ healths, devices, unknown, certificates }: GatewaysProps) {
  if (healths.length === 0) return <Empty>{say.value.none}</Empty>;
  const stateOf = (one: GatewayHealthView): number => {
    const state = live.value?.gateways.find(({ site, gateway }) => site === one.site && gateway === one.gateway)?.state;
    return state !== "online" ? 0 : amissIn(healthOf(one, serverNow.peek())) > 0 ? 1 : 2;
  };
  const same = (one: GatewayHealthView) => (other: { site: string; gateway: string }) =>
    other.site === one.site && other.gateway === one.gateway;
  return (
    <div class="gateway-panels live-region">
      {[...healths]
        .sort((a, b) => stateOf(a) - stateOf(b))
        .map((one) => (
          <One
            key={`${one.site}/${one.gateway}`}
            health={one}
            devices={devices.filter(same(one))}
            known={!unknown.some(same(one))}
            certificate={
              certificates === null ? undefined : (certificates.find((each) => same(one)(each) && each.state === "good") ?? null)
            }
          />
        ))}
    </div>
  );
}
