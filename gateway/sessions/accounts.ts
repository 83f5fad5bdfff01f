// The account of a session: what it was promised, what it has used, and its one bill. It is written in the transaction of whatever happened, so that no kill can split them.
import type { EventData } from "#protocols/uplink/events.ts";
import { paymentMethods } from "#protocols/uplink/money-events.ts";
import type { ChosenEnd } from "#protocols/vocabulary/charging-causes.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import { meterStep } from "../core/charging/meter.ts";
import { billOf, type ChargeBill } from "../core/charging/price/bill.ts";
import { type Choice, reached } from "../core/charging/price/choice.ts";
import { quotaLeft, quotaUsed } from "../core/charging/price/quote.ts";
import type { PriceVersion } from "../core/charging/price/types.ts";
import { noUsage, type Usage, useSlice } from "../core/charging/price/usage.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { settleCard } from "./cards.ts";
import { elapsedMs, most_mW, slack_s } from "./elapsed.ts";
import type { Priced } from "./rules.ts";

interface Row {
  readonly session: string;
  readonly socket: string;
  readonly price: string;
  readonly version: string;
  readonly choice: string;
  readonly groups: string;
  readonly customer: string;
  readonly card: string | null;
  readonly paid_fen: number | null;
  readonly method: string | null;
  readonly quota_mWh: number;
  readonly usage: string;
  readonly meter_mWh: number | null;
  readonly metered_at: string | null;
  /** The counter when the relay was first seen closed. */
  readonly first_mWh: number | null;
  readonly state: "open" | "waits" | "billed";
  readonly ended_at: string | null;
  readonly fault: number;
  readonly reminded: number;
}

export interface Account extends Omit<Row, "version" | "choice" | "groups" | "usage" | "metered_at" | "ended_at"> {
  readonly version: PriceVersion;
  readonly choice: Choice;
  readonly groups: readonly string[];
  readonly usage: Usage;
  readonly metered_at: Stamp | undefined;
  readonly ended_at: Stamp | undefined;
}

/** JSON knows no undefined: keys that were left out come back as such. */
const parsed = <T>(text: string): T => JSON.parse(text) as T;
/** Sessions share few versions: each text is read once. */
const versions = new Map<string, PriceVersion>();
function versionOf(text: string): PriceVersion {
  const known = versions.get(text);
  if (known !== undefined) return known;
  if (versions.size > 50) versions.clear();
  const version = parsed<PriceVersion>(text);
  versions.set(text, version);
  return version;
}
const readRow = (row: Row): Account => ({
  ...row,
  version: versionOf(row.version),
  choice: parsed(row.choice),
  groups: parsed(row.groups),
  usage: parsed(row.usage),
  metered_at: row.metered_at === null ? undefined : parsed(row.metered_at),
  ended_at: row.ended_at === null ? undefined : parsed(row.ended_at),
});

export function accountOf(reads: Reads, session: string): Account | undefined {
  const row = reads.get<Row>("SELECT * FROM charge_account WHERE session = ?", session);
  return row === undefined ? undefined : readRow(row);
}

const inState = (reads: Reads, state: Row["state"]): Account[] =>
  reads.all<Row>("SELECT * FROM charge_account WHERE state = ? ORDER BY session", state).map(readRow);
export const openAccounts = (reads: Reads): Account[] => inState(reads, "open");
export const waitingAccounts = (reads: Reads): Account[] => inState(reads, "waits");

export interface AccountAsked {
  readonly session: string;
  readonly socket: string;
  readonly priced: Priced;
  readonly choice: Choice;
  readonly groups: readonly string[];
  /** Whose month it is: a card, or a person. */
  readonly customer: string;
  readonly card?: string;
  readonly paid_fen: number | undefined;
  /** How it was paid, where a provider took it. */
  readonly method?: string;
  readonly at: Stamp;
}

const month_ms = 31 * 86_400_000;

export function openAccount(tx: Transaction, asked: AccountAsked): void {
  const { session, socket, priced, choice, groups, customer, card, paid_fen, method, at } = asked;
  // Months differ in length; the last 31 days are a month to everybody, and need no calendar.
  const used = tx.get<{ used: number }>(
    "SELECT coalesce(sum(quota_used_mWh), 0) AS used FROM charge_bill WHERE customer = ? AND at_wall > ?",
    customer,
    at.wall - month_ms,
  );
  const quota = quotaLeft(priced.version, groups, used?.used ?? 0);
  tx.run(
    `INSERT INTO charge_account (session, socket, price, version, choice, groups, customer, card, paid_fen, method, quota_mWh, usage, state, fault, reminded)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 0, 0)`,
    ...[session, socket, priced.id, JSON.stringify(priced.version), JSON.stringify(choice), JSON.stringify(groups), customer],
    ...[card ?? null, paid_fen ?? null, method ?? null, quota, JSON.stringify(noUsage(quota))],
  );
}

/** A part of a charge, as it was seen: so long, at so much power, with the counter at its end. */
export interface PartSeen {
  readonly ms: number;
  /** What the counter showed in turn, where it went back or jumped; else its newest. None: it was not seen. */
  readonly meters: readonly number[];
  readonly power_mW: number | null;
  readonly at: Stamp;
}

export function withPart(account: Account, part: PartSeen): Account {
  const { ms, meters, power_mW, at } = part;
  const since = account.metered_at === undefined ? ms : Math.max(ms, elapsedMs(account.metered_at, at) ?? ms);
  let meter_mWh = account.meter_mWh;
  const known: number[] = [];
  let strange = false;
  for (const shown of meters) {
    const step = meterStep(meter_mWh, shown, { ms: since + slack_s * 1000, most_mW });
    if (step.energy_mWh !== null) known.push(step.energy_mWh);
    else if (step.how === "replaced") strange = true;
    meter_mWh = shown;
  }
  // Where the counter was not seen the energy waits for its next reading; only another meter's number is given up.
  const energy_mWh = known.length === 0 && strange ? null : known.reduce((sum, one) => sum + one, 0);
  const from = (at.wall - ms) as Stamp["wall"];
  return {
    ...account,
    usage: useSlice(account.version, account.usage, { from, ms, power_mW, energy_mWh }),
    meter_mWh,
    metered_at: meters.length === 0 ? account.metered_at : at,
  };
}

function keep(tx: Transaction, { session, usage, meter_mWh, metered_at }: Account): void {
  tx.run(
    "UPDATE charge_account SET usage = ?, meter_mWh = ?, metered_at = ? WHERE session = ?",
    JSON.stringify(usage),
    meter_mWh,
    metered_at === undefined ? null : JSON.stringify(metered_at),
    session,
  );
}

export function countPart(tx: Transaction, session: string, part: PartSeen): void {
  const account = accountOf(tx, session);
  if (account?.state === "open") keep(tx, withPart(account, part));
}

/** As it will be if this goes on: for whoever hears of a charge every few minutes alone. */
export function lookAhead(account: Account, on: { readonly from: Stamp["wall"]; readonly ms: number; readonly power_mW: number }): Account {
  const energy_mWh = Math.ceil((on.power_mW * on.ms) / 3_600_000);
  return { ...account, usage: useSlice(account.version, account.usage, { ...on, energy_mWh }) };
}

/** Whether the bill, rounded as it will be, would ask more than was paid or chosen. */
export function wouldExceed({ choice, paid_fen, price, version, usage, groups }: Account): boolean {
  const chosen = choice.kind === "money" ? choice.fen : Number.POSITIVE_INFINITY;
  const money = Math.min(chosen, paid_fen ?? Number.POSITIVE_INFINITY);
  if (money === Number.POSITIVE_INFINITY) return false;
  return billOf({ id: price }, version, { usage, about: { groups, ended: "fault" } }).total_fen > money;
}

/** A charge that its pile counts itself: what it has told before stays where it was told, the rest is added; where it told too much, its last word alone counts. */
export function settleBySaid(
  tx: Transaction,
  session: string,
  said: { readonly begun: Stamp["wall"]; readonly ms: number; readonly energy_mWh: number | null; readonly at: Stamp },
): void {
  const account = accountOf(tx, session);
  if (account?.state !== "open") return;
  const { version, usage, quota_mWh } = account;
  const tooMuch = usage.ms > said.ms || usage.energy_mWh > (said.energy_mWh ?? usage.energy_mWh);
  const before = tooMuch ? noUsage(quota_mWh) : usage;
  const ms = said.ms - before.ms;
  const energy_mWh = said.energy_mWh === null ? null : said.energy_mWh - before.energy_mWh;
  const power_mW = energy_mWh === null || ms === 0 ? null : Math.round((energy_mWh * 3_600_000) / ms);
  const from = (said.begun + before.ms) as Stamp["wall"];
  const after = ms === 0 && (energy_mWh ?? 0) === 0 ? before : useSlice(version, before, { from, ms, energy_mWh, power_mW });
  keep(tx, { ...account, usage: after, meter_mWh: said.energy_mWh ?? account.meter_mWh, metered_at: said.at });
}

/** The relay was seen closed: from here the counter counts for this session. Where it goes on, the counter stood still meanwhile. */
export function beginMeter(tx: Transaction, session: string, seen: { readonly meter_mWh: number | null; readonly at: Stamp }): void {
  const account = accountOf(tx, session);
  if (account?.state !== "open" || account.meter_mWh !== null || seen.meter_mWh === null) return;
  keep(tx, { ...account, meter_mWh: seen.meter_mWh, metered_at: seen.at });
  tx.run("UPDATE charge_account SET first_mWh = ? WHERE session = ?", seen.meter_mWh, session);
}

/** What ends it now, of what its customer chose and paid. */
export function chosenEnd(account: Account): ChosenEnd | undefined {
  const { version, usage, groups, paid_fen, choice } = account;
  return reached(
    { price: { id: account.price }, version },
    { usage, about: { groups, ended: "ordinary", paid_fen: paid_fen ?? undefined } },
    choice,
  );
}

export interface AccountEnd {
  readonly began: boolean;
  /** It was not the customer who ended it. */
  readonly fault: boolean;
  readonly meter_mWh: number | null;
  /** All that protection counted. */
  readonly seconds: number;
  readonly at: Stamp;
  /** The bill waits until the socket is free. */
  readonly waits: boolean;
}

/** Time that protection counted and we did not see, and the counter's last word. */
export function endAccount(tx: Transaction, session: string, end: AccountEnd): void {
  const before = accountOf(tx, session);
  if (before?.state !== "open") return;
  const missing = Math.max(0, end.seconds * 1000 - before.usage.ms);
  const account = end.began
    ? withPart(before, { ms: missing, meters: end.meter_mWh === null ? [] : [end.meter_mWh], power_mW: null, at: end.at })
    : before;
  keep(tx, account);
  tx.run(
    "UPDATE charge_account SET state = 'waits', ended_at = ?, fault = ? WHERE session = ?",
    JSON.stringify(end.at),
    end.fault ? 1 : 0,
    session,
  );
  if (!end.waits || !end.began || account.version.occupied === undefined) issueBill(tx, session, { occupied_ms: 0, at: end.at });
}

/** Once and no more: what is billed is not billed again, whoever asks. */
export function issueBill(
  tx: Transaction,
  session: string,
  { occupied_ms, at }: { readonly occupied_ms: number; readonly at: Stamp },
): void {
  const account = accountOf(tx, session);
  if (account?.state !== "waits") return;
  const { version, usage, groups, paid_fen, method, socket, customer, card, quota_mWh, fault } = account;
  const about = { groups, occupied_ms, ended: fault === 1 ? "fault" : "ordinary", ...(paid_fen === null ? {} : { paid_fen }) } as const;
  const never = usage.ms === 0 && usage.energy_mWh === 0;
  const bill = never ? nothingUsed(account) : billOf({ id: account.price }, version, { usage, about });
  tx.run("UPDATE charge_account SET state = 'billed' WHERE session = ?", session);
  tx.run(
    "INSERT INTO charge_bill (session, customer, at, at_wall, quota_used_mWh, bill) VALUES (?, ?, ?, ?, ?, ?)",
    ...[session, customer, JSON.stringify(at), at.wall, never ? 0 : quotaUsed(version, quota_mWh, usage), JSON.stringify(bill)],
  );
  if (card !== null) settleCard(tx, { card, session, amount_fen: bill.total_fen, at });
  tx.event("session.billed", billedData(session, socket, { bill, paid_fen, method }), at);
}

function billedData(
  session: string,
  socket: string,
  { bill, paid_fen, method }: { readonly bill: ChargeBill; readonly paid_fen: number | null; readonly method: string | null },
): EventData<"session.billed"> {
  const { price, lines, energy_mWh, ms, electricity_fen, service_fen, occupied_fen, total_fen, refund_fen, due_fen } = bill;
  return {
    ...{ session, socket, price, energy_mWh, seconds: Math.round(ms / 1000), paid_fen },
    ...{ electricity_fen, service_fen, occupied_fen, total_fen, refund_fen, due_fen },
    ...(paymentMethods.some((one) => one === method) ? { method: method as (typeof paymentMethods)[number] } : {}),
    lines: lines.map(({ rule, zh, en, amount_fen }) => ({ rule, zh, en, amount_fen })),
  };
}

/** Never energised: nothing is charged, all that was paid is given back. */
function nothingUsed({ price, version, paid_fen }: Account): ChargeBill {
  const nothing = 0 as ChargeBill["total_fen"];
  const line = {
    part: "electricity",
    rule: "not-begun",
    zh: "没有送电，不收费",
    en: "not energised: nothing is charged",
    amount_fen: nothing,
  } as const;
  return {
    ...{ price: `${price}@${version.id}`, lines: [line], energy_mWh: 0, ms: 0 },
    ...{ electricity_fen: nothing, service_fen: nothing, occupied_fen: nothing, total_fen: nothing },
    ...{ refund_fen: (paid_fen ?? 0) as ChargeBill["total_fen"], due_fen: nothing },
  };
}

export const billOfSession = (reads: Reads, session: string): ChargeBill | undefined => {
  const row = reads.get<{ bill: string }>("SELECT bill FROM charge_bill WHERE session = ?", session);
  return row === undefined ? undefined : parsed<ChargeBill>(row.bill);
};
