// Where Aedes asks: may this client connect, publish, subscribe? The rules are in access.ts; here they are put to it, refused in MQTT's words, and noted.
import type { Socket } from "node:net";
import type { Aedes, AedesOptions, Client, ConnectPacket } from "aedes";
import type { Logger } from "pino";
import {
  connack,
  type Greeting,
  type Publication,
  type Refused,
  refuseGreeting,
  refuseParty,
  refusePublish,
  refuseSubscribe,
} from "./access.ts";
import type { Accounts, Party } from "./accounts.ts";
import { GuardedStream } from "./guarded-stream.ts";
import type { Refusals } from "./refusals.ts";

type Handlers = Required<
  Pick<AedesOptions, "preConnect" | "authenticate" | "authorizePublish" | "authorizeSubscribe" | "authorizeForward">
>;

const mostSubscriptions = 64;
/** What may wait for one listener before it is cut; the cloud's own client is waited for instead. */
const mostWaitingBytes = 1024 * 1024;
/** While more than this waits for the cloud's own client, gateways are not read: Aedes would queue what they send without bound. */
const mostForIngest = 4 * 1024 * 1024;

interface Visit {
  readonly greeting: Greeting;
  party?: Party;
  readonly filters: Set<string>;
}

interface Sent {
  readonly topic: string;
  readonly qos?: number | undefined;
  readonly retain?: boolean | undefined;
  readonly payload: string | Buffer;
}

const publicationOf = ({ topic, qos, retain, payload }: Sent): Publication => ({
  topic,
  qos: qos ?? 0,
  retain: retain ?? false,
  bytes: Buffer.byteLength(payload),
});

/** Already noted: Aedes only has to close. */
class Closed extends Error {}

export class Door {
  readonly #accounts: Accounts;
  readonly #refusals: Refusals;
  readonly #log: Logger;
  readonly #visits = new WeakMap<Client, Visit>();
  readonly #present = new Map<string, Client>();
  /** Of those the cloud's own clients. */
  #ingests: Client[] = [];
  readonly #held = new Set<GuardedStream>();
  duplicates = 0;

  constructor(accounts: Accounts, { refusals, log }: { refusals: Refusals; log: Logger }) {
    this.#accounts = accounts;
    this.#refusals = refusals;
    this.#log = log;
  }

  get present(): number {
    return this.#present.size;
  }

  readonly handlers: Handlers = {
    preConnect: (client, packet, done) => {
      this.#visits.set(client, { greeting: greetingOf(packet), filters: new Set() });
      done(null, true);
    },
    authenticate: (client, username, password, done) => {
      const judged = this.#judge(client, username, password);
      if ("party" in judged) return done(null, true);
      this.#note(client, judged.reason);
      done(Object.assign(new Closed(judged.reason), { returnCode: judged.code }), null);
    },
    authorizePublish: (client, packet, done) => {
      const party = client === null ? undefined : this.#visits.get(client)?.party;
      const reason = party === undefined ? "unknown" : refusePublish(party, publicationOf(packet));
      if (client !== null && reason === undefined) this.#waitForIngest(client);
      if (reason === undefined || client === null) return done(client === null ? new Closed("nobody") : null);
      this.#note(client, `publish-${reason}`, packet.topic);
      done(new Closed(reason));
    },
    authorizeSubscribe: (client, subscription, done) => {
      const visit = this.#visits.get(client);
      const tooMany = visit !== undefined && !visit.filters.has(subscription.topic) && visit.filters.size >= mostSubscriptions;
      const reason = visit?.party === undefined ? "unknown" : tooMany ? "too-many" : refuseSubscribe(visit.party, subscription.topic);
      if (reason !== undefined) {
        this.#note(client, `subscribe-${reason}`, subscription.topic);
        return done(null, null);
      }
      visit?.filters.add(subscription.topic);
      done(null, subscription);
    },
    authorizeForward: (client, packet) => {
      const waits = client.conn.writableLength > mostWaitingBytes && this.#visits.get(client)?.party?.kind !== "ingest";
      if (!waits) return packet;
      if (!client.conn.destroyed) this.#note(client, "slow");
      client.conn.destroy();
      return null;
    },
  };

  /** Who sends while the cloud does not keep up waits until it does, or is gone. */
  #waitForIngest(sender: Client): void {
    const { conn } = sender;
    if (!(conn instanceof GuardedStream) || this.#isIngest(sender)) return;
    const slow = this.#ingests.find((one) => one.conn.writableLength > mostForIngest);
    if (slow === undefined) return;
    conn.hold();
    if (this.#held.size === 0) {
      const release = (): void => {
        slow.conn.off("drain", release).off("close", release);
        for (const one of this.#held) one.release();
        this.#held.clear();
      };
      slow.conn.on("drain", release).on("close", release);
    }
    this.#held.add(conn);
  }

  #isIngest(client: Client): boolean {
    return this.#visits.get(client)?.party?.kind === "ingest";
  }

  watch(aedes: Aedes): void {
    const noteIngests = (): void => {
      this.#ingests = [...this.#present.values()].filter((one) => this.#isIngest(one));
    };
    aedes.on("client", (client) => {
      this.#present.set(client.id, client);
      if (this.#isIngest(client)) noteIngests();
    });
    aedes.on("clientDisconnect", (client) => {
      if (this.#present.get(client.id) === client) this.#present.delete(client.id);
      if (this.#ingests.includes(client)) noteIngests();
    });
    aedes.on("clientReady", (client) => {
      if (client.conn instanceof GuardedStream) client.conn.admit();
    });
    aedes.on("unsubscribe", (filters, client) => {
      for (const filter of filters) this.#visits.get(client)?.filters.delete(filter);
    });
    const failed = (client: Client, error: Error): void => {
      if (error instanceof Closed) return;
      // The network's own errors have a code; the others are what this client sent, or did not send in time.
      // Only its words: Aedes hangs the packet on the error, and a second CONNECT holds a password.
      const username = this.#visits.get(client)?.party?.username;
      if (error.message.includes("too many levels")) this.#note(client, "topic-too-deep");
      else if ("code" in error || username !== undefined) this.#log.info({ why: error.message, username }, "broker connection ended");
      else this.#note(client, error.message.includes("in time") ? "connect-late" : "malformed");
    };
    aedes.on("connectionError", failed);
    aedes.on("clientError", failed);
    (aedes as NodeJS.EventEmitter).on("error", (error) => this.#log.error({ err: error }, "broker"));
  }

  #judge(client: Client, username: string | undefined, password: Buffer | undefined): { party: Party } | Refused {
    const visit = this.#visits.get(client);
    if (visit === undefined) throw new Error("authenticated before it was greeted");
    const refused = refuseGreeting(visit.greeting);
    if (refused !== undefined) return refused;
    const certified = client.conn instanceof GuardedStream ? client.conn.certified : undefined;
    const party = certified === undefined ? this.#accounts.authenticate(username, password) : this.#accounts.certified(certified, username);
    if (party === undefined && certified !== undefined) return { code: connack.notAuthorized, reason: "certificate-of-another" };
    if (party === undefined)
      return password === undefined
        ? { code: connack.notAuthorized, reason: "no-credentials" }
        : { code: connack.badCredentials, reason: "wrong-credentials" };
    const foreign = refuseParty(party, visit.greeting, this.#accounts.isGateway) ?? this.#takeover(client, party);
    if (foreign !== undefined) return foreign;
    visit.party = party;
    return { party };
  }

  /** MQTT 3.1.1, 3.1.4-2: the newer connection wins; but never against another account. */
  #takeover(client: Client, party: Party): Refused | undefined {
    const before = this.#present.get(client.id);
    if (before === undefined || before.closed) return undefined;
    if (this.#visits.get(before)?.party?.username !== party.username)
      return { code: connack.identifierRejected, reason: "client-id-of-another" };
    this.duplicates += 1;
    const { username } = party;
    this.#log.warn(
      { client: client.id, username, from: addressOf(client), before: addressOf(before) },
      "duplicate identity: the newer connection wins",
    );
    return undefined;
  }

  #note(client: Client, reason: string, topic?: string): void {
    const visit = this.#visits.get(client);
    const id = visit?.greeting.clientId ?? "";
    // What an unknown one calls itself may be anything, a password typed in the wrong place too.
    const named = visit?.party !== undefined || this.#accounts.isGateway(id) ? { client: client.id } : {};
    const known = visit?.party === undefined ? {} : { username: visit.party.username };
    this.#refusals.note({
      reason,
      ...named,
      ...known,
      ...(topic === undefined ? {} : { topic: topic.slice(0, 128) }),
      from: addressOf(client),
    });
  }
}

function greetingOf({ clientId, clean, keepalive, will }: ConnectPacket): Greeting {
  return { clientId, clean: clean ?? false, keepalive: keepalive ?? 0, will: will === undefined ? undefined : publicationOf(will) };
}

const addressOf = (client: Client): string | undefined =>
  client.conn instanceof GuardedStream ? client.conn.from : (client.conn as Socket).remoteAddress;
