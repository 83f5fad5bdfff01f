// What a pile says of its sockets, beside their charges: an event for the cloud, and a line in the story of each socket, as protection's facts are.
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { PileAlarm } from "../../drivers/piles/pile.ts";
import type { Transaction } from "../../journal/journal.ts";

export type PileFact =
  | { readonly kind: "pile-alarm" | "pile-fault"; readonly cause: string; readonly code?: string; readonly zh: string; readonly en: string }
  | { readonly kind: "pile-fault-over"; readonly cause: string };

const kept_ms = 40 * 86_400_000;

function keep(tx: Transaction, sockets: readonly string[], fact: PileFact, at: Stamp): void {
  for (const socket of sockets) {
    tx.run("DELETE FROM socket_fact WHERE socket = ? AND at < ?", socket, at.wall - kept_ms);
    tx.run("INSERT INTO socket_fact (socket, at, n, fact) VALUES (?, ?, 0, ?)", socket, at.wall, JSON.stringify(fact));
  }
}

/** An alarm of the whole pile stands in the story of each of its sockets. */
export function sayAlarm(tx: Transaction, { pile, port, of, zh, en }: PileAlarm, ports: number, at: Stamp): void {
  const socket = port === null ? null : `${pile}/${port}`;
  tx.event("pile.alarm", { station: pile, socket, cause: of, zh, en });
  const all = socket === null ? Array.from({ length: ports }, (_, n) => `${pile}/${n + 1}`) : [socket];
  keep(tx, all, { kind: "pile-alarm", cause: of, zh, en }, at);
}

interface Fault {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly welded?: boolean | undefined;
}
const causeOf = ({ welded }: Pick<Fault, "welded">): "welded" | "fault" => (welded === true ? "welded" : "fault");

export function sayFault(tx: Transaction, socket: string, fault: Fault, at: Stamp): void {
  const { code, zh, en } = fault;
  const said = { cause: causeOf(fault), code, zh, en };
  tx.event("pile.fault", { socket, ...said });
  keep(tx, [socket], { kind: "pile-fault", ...said }, at);
}

export function sayFaultOver(tx: Transaction, socket: string, fault: Pick<Fault, "welded">, at: Stamp): void {
  const cause = causeOf(fault);
  tx.event("pile.fault-over", { socket, cause });
  keep(tx, [socket], { kind: "pile-fault-over", cause }, at);
}
