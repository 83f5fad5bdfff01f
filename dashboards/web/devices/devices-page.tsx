// Gateways as they say that they are, the devices behind them, and the documents that they work by.
import { useEffect } from "preact/hooks";
import { Section } from "../bureau/section.tsx";
import { readHealth } from "../data/api.ts";
import { readCertificates, readDevices, readDocuments, readRunning } from "../data/devices-api.ts";
import { live, serverNow } from "../data/live.ts";
import { useAsked } from "../parts/asked.ts";
import { ProblemNote } from "../parts/small.tsx";
import { pageHash } from "../shell/address.ts";
import { route } from "../shell/route.ts";
import { devicePages } from "../shell/sections.ts";
import { person } from "../shell/session.ts";
import { words } from "../words/language.ts";
import { DeviceTable } from "./device-list.tsx";
import { Documents } from "./documents.tsx";
import { Gateways } from "./gateways.tsx";
import { say } from "./say.ts";
import { documentRows } from "./wanted.ts";

const views = ["gateways", "devices", "documents"] as const;
const again_ms = 30_000;
const seesCertificates: readonly string[] = ["installer", "property-manager", "operating-company", "auditor", "administrator"];
const nothing = <T,>(value: T) => Promise.resolve({ ok: true as const, value });

/** Asked again when a gateway comes or goes, when one of them says what it runs, and every half minute. */
function useEverything() {
  const said = live.value?.events.find(({ type }) => type.startsWith("config.") || type === "gateway.health")?.key ?? "";
  const question = `${(live.value?.gateways ?? []).map(({ gateway, state }) => `${gateway} ${state}`).join()} ${said}`;
  const health = useAsked(`health ${question}`, readHealth);
  const devices = useAsked(`devices ${question} ${live.value?.alarms.length}`, readDevices);
  const running = useAsked(`running ${question}`, readRunning);
  const documents = useAsked(`documents ${question}`, readDocuments);
  const certificates = useAsked(`certificates`, () =>
    seesCertificates.includes(person.value?.role ?? "") ? readCertificates() : nothing(null),
  );
  const all = [health, devices, running, documents, certificates];
  const again = () => {
    for (const one of all) one.again();
  };
  useEffect(() => {
    const timer = setInterval(again, again_ms);
    return () => clearInterval(timer);
  });
  return {
    health,
    devices,
    running,
    documents,
    certificates,
    problem: all.find(({ problem }) => problem !== null)?.problem ?? null,
    again,
  };
}

export function DevicesPage() {
  const words_ = say.value;
  const { health, devices, running, documents, certificates, problem, again } = useEverything();
  const { filters } = route.value;
  const view = views.find((one) => one === route.value.view) ?? "gateways";
  const known = health.value !== null && devices.value !== null && running.value !== null && documents.value !== null;
  return (
    <>
      <header class="page-head">
        <h1>{words_.title}</h1>
        <p class="muted">{words_.about}</p>
      </header>
      <Section of={devicePages} page="devices" />
      <nav class="views" aria-label={words.value.filter}>
        {views.map((one) => (
          <a key={one} href={pageHash("devices", one)} aria-current={one === view ? "true" : undefined} data-view={one}>
            {words_.view[one]}
          </a>
        ))}
      </nav>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {problem !== null && known && <p class="muted about">{words_.error}</p>}
      {!known && problem === null && <p class="muted late">{words.value.loading}</p>}
      {known && view === "gateways" && (
        <Gateways
          healths={health.value ?? []}
          devices={devices.value?.items ?? []}
          unknown={devices.value?.unknown ?? []}
          certificates={certificates.value}
        />
      )}
      {known && view === "devices" && <DeviceTable devices={devices.value?.items ?? []} filters={filters} />}
      {known && view === "documents" && (
        <Documents rows={documentRows(running.value ?? [], documents.value ?? [], serverNow.value)} again={again} />
      )}
    </>
  );
}
