// The service put together: stores, broker, ingest, live stream and API, in the order in which each needs the other, and ended in the other order.
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Server as TlsServer } from "node:tls";
import type { Logger } from "pino";
import { wall } from "#protocols/vocabulary/time.ts";
import { startAlarmClock } from "./alarms/clockwork.ts";
import { escalationOf, type WrittenLevel } from "./alarms/escalation.ts";
import { buildServer } from "./api/server.ts";
import { startAnchors } from "./audit/anchors.ts";
import type { Account } from "./broker/accounts.ts";
import { startBroker } from "./broker/broker.ts";
import { openCommandKey } from "./commands/key.ts";
import { startSender } from "./commands/sender.ts";
import type { CloudConfig } from "./config/schema.ts";
import { readWebCertificate, type WebCertificate, watchWebCertificate } from "./config/web-certificate.ts";
import { auditAnchorFile, openConfiguredStore, readSecret } from "./configured-store.ts";
import { tellHistory } from "./demonstration/main.ts";
import { tickDetectors } from "./detectors/lost.ts";
import { sourceOf, type WrittenSource } from "./detectors/sources.ts";
import { startDocumentSender } from "./documents/sender.ts";
import { type Authority, openAuthority } from "./enrolment/authority.ts";
import { type Certificates, openCertificates } from "./enrolment/certificates.ts";
import { firstCode } from "./identity/first-administrator.ts";
import { personOf, syncPeople } from "./identity/people.ts";
import { openTree } from "./identity/tree.ts";
import { forgetPresence, presumeGone } from "./ingest/effects/gateways.ts";
import { type BrokerAccount, type Ingest, startIngest } from "./ingest/ingest.ts";
import { type Asked, requeue } from "./ingest/requeue.ts";
import type { Rooms } from "./ingest/rooms.ts";
import { startWalks } from "./ledger/walks.ts";
import { type Live, startLive } from "./live/live.ts";
import { tickDated } from "./maintenance/dated.ts";
import { tickWindows } from "./maintenance/windows.ts";
import { serviceMetrics } from "./metrics.ts";
import { newestIn } from "./newest/newest.ts";
import { configuredChannels } from "./notify/configured.ts";
import { systemLookUp } from "./notify/guard.ts";
import { runNotifier, startNotifier } from "./notify/notifier.ts";
import { startRetention } from "./retention/job.ts";
import { changing } from "./store/changing.ts";
import type { Origin } from "./store/happening.ts";
import type { Store } from "./store/store.ts";
import { type Keeping, openEmbeddedTelemetry } from "./telemetry/embedded.ts";
import { openInfluxTelemetry } from "./telemetry/influx.ts";
import type { Telemetry } from "./telemetry/port.ts";

export interface Service {
  readonly http: string;
  readonly mqtt: string;
  /** Where gateways with certificates come to. */
  readonly mqtts: string | undefined;
  /** Nobody can come in as an administrator yet: with this code somebody becomes the first. Shown to whoever started us, and kept nowhere. */
  readonly firstCode: string | undefined;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly config: CloudConfig;
  readonly log: Logger;
  readonly now: () => number;
  readonly web: string | undefined;
  /** Of a demonstration: ninety invented days are told by this seed. */
  readonly history?: number | undefined;
}

const usualKeeping: Keeping = { raw_days: 30, minute_days: 730 };
const thinEvery_ms = 60_000;
/** Gateway hours: enough for 1,200 gateways an hour. */
const tidyAtOnce = 20;

function openTelemetry({ config, log, now }: ServiceOptions, store: Store): { telemetry: Telemetry; stop: () => void } {
  const { telemetry, data } = config;
  if (telemetry.kind === "influx") {
    const { url, org, bucket, token_file, reads, queue_MB } = telemetry;
    const onTrouble = (why: string): void => log.warn({ why }, "the telemetry engine did not take a batch");
    const queue = { file: join(data, "telemetry-queue.db"), now, onTrouble, ...(queue_MB === undefined ? {} : { limit_MB: queue_MB }) };
    // Several processes show the same last values; one keeps its own beside its queue.
    const newest =
      store.announcements === undefined
        ? openEmbeddedTelemetry(join(data, "newest.db"), { thread: true, newestOnly: true })
        : newestIn(store);
    return {
      telemetry: openInfluxTelemetry({ url, org, bucket, token: readSecret(token_file), reads, queue }, newest),
      stop: () => undefined,
    };
  }
  const embedded = openEmbeddedTelemetry(join(data, "telemetry.db"), { thread: true });
  const keeping = { raw_days: telemetry.raw_days ?? usualKeeping.raw_days, minute_days: telemetry.minute_days ?? usualKeeping.minute_days };
  const thin = async (): Promise<void> => {
    await embedded.tidy(wall(now()), tidyAtOnce);
    await embedded.thin(keeping, wall(now()), 2);
  };
  const timer = setInterval(
    () => void thin().catch((error: unknown) => log.error({ err: error }, "old telemetry could not be thinned out")),
    thinEvery_ms,
  );
  return { telemetry: embedded, stop: () => clearInterval(timer) };
}

interface Connection {
  readonly account: BrokerAccount;
  readonly connections: () => number;
  readonly lookAgain: () => void;
  readonly mqtts: string | undefined;
  stop(): Promise<void>;
}

interface Members {
  readonly authority: Authority;
  readonly certificates: Certificates;
}

function serverOf(authority: Authority, names: readonly string[], now: number): { key: string; cert: string } {
  const { key, pem: cert } = authority.issueServer({ names, now });
  return { key, cert };
}

const refreshEvery_ms = 60 * 60_000;

/** The embedded broker with its accounts, or the way to an external one. */
async function openBroker({ config, log, now }: ServiceOptions, members: Members): Promise<Connection> {
  const { broker, gateways, observers = [] } = config;
  if (broker.kind === "external") {
    const { url, username, password_file, share } = broker;
    // One name for one ingest process: two of them must not push each other off the broker.
    return {
      account: {
        url,
        username,
        password: readSecret(password_file, log),
        clientId: `ingest-${randomBytes(4).toString("hex")}`,
        ...(share === undefined ? {} : { share }),
      },
      connections: () => 0,
      lookAgain: () => undefined,
      mqtts: undefined,
      stop: async () => {},
    };
  }
  const password = randomBytes(24).toString("base64url");
  const accounts: Account[] = [
    { kind: "ingest", username: "ingest", password },
    ...gateways.map(
      (one): Account => ({ kind: "gateway", site: one.site, username: one.gateway, password: readSecret(one.password_file, log) }),
    ),
    ...observers.map((one): Account => ({ kind: "observer", username: one.username, password: readSecret(one.password_file, log) })),
  ];
  const { authority, certificates } = members;
  const tls =
    broker.tls === undefined
      ? {}
      : {
          tls: {
            ...{ port: broker.tls.port, ca: authority.pem, gatewayOf: certificates.gatewayOf },
            // Made anew at each start: nobody keeps it, for whoever calls believes the authority.
            ...serverOf(authority, broker.tls.names, now()),
          },
        };
  const running = await startBroker({ host: broker.host, port: broker.port, accounts, log, now, ...tls });
  return {
    account: { url: running.url, username: "ingest", password, clientId: "ingest" },
    connections: () => running.connections(),
    lookAgain: running.lookAgain,
    mqtts: running.tlsUrl,
    stop: () => running.close(),
  };
}

function webCertificate({ config: { http }, log }: ServiceOptions): WebCertificate | undefined {
  if (http.certificate === undefined) return undefined;
  const read = readWebCertificate(http.certificate);
  if (read.kind === "refusal") throw new Error(`${read.zh} / ${read.en}`);
  if (read.warning !== undefined) log.warn(read.warning);
  return read;
}

const lookAtCertificateEvery_ms = 60_000;

/** A certificate that was renewed counts from the next connection. */
function renewing({ config: { http }, log }: ServiceOptions, held: WebCertificate, server: object): () => Promise<void> {
  if (http.certificate === undefined) return async () => undefined;
  const look = watchWebCertificate(http.certificate, held, {
    renewed: ({ cert, key, until }) => {
      (server as TlsServer).setSecureContext({ cert, key, minVersion: "TLSv1.2" });
      log.info({ until: new Date(until).toISOString() }, "the page's certificate was renewed");
    },
    trouble: ({ en }) => log.error({ why: en }, "the page's certificate cannot be read: the one before goes on"),
  });
  const timer = setInterval(look, lookAtCertificateEvery_ms);
  return async () => clearInterval(timer);
}

/** A gateway comes back to its broker within seconds. */
const absentAfterMs = 60_000;

async function noteAbsent({ store, live, log, now }: { store: Store; live: Live; log: Logger; now: () => number }): Promise<void> {
  try {
    await changing({ store, committed: live.show }, (effect) => presumeGone(effect, now()));
  } catch (error) {
    log.error({ err: error }, "absent gateways could not be noted");
  }
}

export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, log, now, web } = options;
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const store = await openConfiguredStore(config);
    ends.push(() => store.close());
    const { telemetry, stop: stopThinning } = openTelemetry(options, store);
    ends.push(() => telemetry.close());
    ends.push(async () => stopThinning());
    const anchors = startAnchors({ store, file: auditAnchorFile(config), now, log });
    ends.push(() => anchors.stop());
    await syncPeople(store, config.people);
    await store.change(forgetPresence);
    const live = startLive({ store, telemetry, now, log });
    ends.push(() => live.settled());
    ends.push(await live.follow());
    const walks = startWalks({ store, live, now, log, tree: openTree(config.areas ?? [], config.sites), compounds: config.sites });
    ends.push(() => walks.stop());
    if (config.retention !== undefined) {
      const { plate_days: days, picture_days: pictureDays } = config.retention;
      const retention = startRetention({ store, folder: config.data, days, pictureDays, now, log });
      ends.push(() => retention.stop());
    }
    const authority = openAuthority(config.data, now());
    const certificates = await openCertificates({ store, authority, folder: config.data, now });
    const broker = await openBroker(options, { authority, certificates });
    const certificatesChanged = async (): Promise<void> => {
      await certificates.refresh();
      broker.lookAgain();
    };
    const refreshing = setInterval(
      () => void certificatesChanged().catch((error: unknown) => log.error({ err: error }, "certificates could not be looked at")),
      refreshEvery_ms,
    );
    ends.push(async () => clearInterval(refreshing));
    ends.push(() => broker.stop());
    const trouble = (error: unknown): void => log.error({ err: error }, "the clock of alarms failed");
    const due = { store, committed: live.show };
    const sources = (config.detectors ?? []).map((one) => sourceOf(one as WrittenSource, readSecret(one.token_file, log)));
    const also = async (at: number): Promise<void> => {
      await tickWindows(due, at);
      await tickDated(due, at);
      await tickDetectors({ ...due, sources }, at);
    };
    const escalation = escalationOf((config.escalation ?? []) as readonly WrittenLevel[]);
    const alarmClock = startAlarmClock({ ...due, escalation, now, trouble, also });
    ends.push(() => alarmClock.stop());
    const notifier = startNotifier({
      ...{ store, now, committed: live.show, escalation },
      channels: configuredChannels(config.notify ?? [], (file) => readSecret(file, log)),
      compoundName: (site) => config.sites.find(({ id }) => id === site)?.name ?? site,
      ways: { lookUp: systemLookUp, timeout_ms: 10_000 },
    });
    const telling = runNotifier(notifier, (error) => log.error({ err: error }, "the notifier failed"));
    ends.push(() => telling.stop());
    const compounds = new Map(config.sites.map((site) => [site.id, site]));
    const known = new Set(config.gateways.map(({ site, gateway }) => `${site}/${gateway}`));
    const rooms: Rooms = {
      ...{ store, telemetry, log, now, committed: live.show },
      compoundOf: ({ site, gateway }) => (known.has(`${site}/${gateway}`) ? compounds.get(site) : undefined),
    };
    const ingest: Ingest = await startIngest(rooms, broker.account);
    ends.push(() => ingest.stop());
    const sender = startSender({ store, log, now, publish: ingest.publish });
    ends.push(() => sender.stop());
    const documents = startDocumentSender({ store, log, now, publish: ingest.publish });
    ends.push(() => documents.stop());
    const wake = (): void => {
      sender.wake();
      documents.wake();
    };
    const commandKey = openCommandKey(config.data, config.command_key_file);
    const certificate = webCertificate(options);
    const absence = setTimeout(() => void noteAbsent({ store, live, log, now }), absentAfterMs);
    ends.push(async () => clearTimeout(absence));
    const { server } = await buildServer({
      ...{
        store,
        telemetry,
        live,
        now,
        log,
        web,
        commands: { key: commandKey, wake, knows: ({ site, gateway }: Origin) => known.has(`${site}/${gateway}`) },
        enrolment: { authority, changed: certificatesChanged },
        requeue: (asked: Asked) => requeue(rooms, asked),
        notifier,
        detectors: sources,
        videos: config.video ?? [],
        demonstration: config.demonstration,
        tls: config.http.tls !== undefined || certificate !== undefined,
        certificate,
        publicUrl: config.http.public_url,
        sites: config.sites.map(({ id, name }) => ({ id, name })),
        tree: openTree(config.areas ?? [], config.sites),
        compounds: config.sites,
      },
      checks: async () => [
        { name: "broker", ok: ingest.connected() },
        {
          name: "store",
          ok: await personOf(store.read, "").then(
            () => true,
            () => false,
          ),
        },
      ],
      metrics: serviceMetrics({ ingest, live, store, telemetry, connections: broker.connections }),
    });
    const http = await server.listen({ host: config.http.host, port: config.http.port });
    ends.push(() => server.close());
    if (certificate !== undefined) ends.push(renewing(options, certificate, server.server));
    const first = await firstCode(store, { demonstration: config.demonstration, now: now() });
    if (config.demonstration && options.history !== undefined) {
      const history = tellHistory({
        ...{ store, log, clock: now, seed: options.history, people: config.people, compounds: config.sites },
        tree: openTree(config.areas ?? [], config.sites),
        changed: () => live.ring.reset(now()),
      });
      ends.push(() => history.stop());
    }
    return { http, mqtt: broker.account.url, mqtts: broker.mqtts, firstCode: first, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
