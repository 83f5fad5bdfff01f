// A command's life in the cloud: asked, perhaps approved by another, signed, issued; then only the gateway's own facts move it, and the clock.
import { randomUUID } from "node:crypto";
import Type from "typebox";
import { Compile } from "typebox/compile";
import type { Scope } from "#cloud/identity/scope.ts";
import type { Effect, Happening } from "#cloud/store/happening.ts";
import { noteLabels } from "#cloud/store/labels.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { commandApprovalWithin_ms } from "#protocols/api/approval.ts";
import { type ActionName, actionNames, actions, type Command } from "#protocols/uplink/commands.ts";
import type { EventData } from "#protocols/uplink/events.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { CommandKey } from "./key.ts";

export type CommandRow = Row<"command">;

const shapes = new Map(
  actionNames.map((name) => [name, Compile(Type.Object({ args: actions[name].args }, { additionalProperties: false }))]),
);

export interface Asked {
  readonly site: string;
  readonly gateway: string;
  readonly action: ActionName;
  readonly args: Readonly<Record<string, unknown>>;
  readonly person: string;
  readonly reason: string;
  readonly askedAs: string;
  readonly now: number;
}

const same = (row: CommandRow, asked: Asked): boolean =>
  row.site === asked.site &&
  row.gateway === asked.gateway &&
  row.action === asked.action &&
  row.args === JSON.stringify(asked.args) &&
  row.reason === asked.reason;

/** The same name with the same content is the same command; with other content it is refused. */
export async function ask(change: Change, key: CommandKey, asked: Asked): Promise<CommandRow | Refusal> {
  const { site, gateway, action, args, person, reason, askedAs, now } = asked;
  const known = await change
    .selectFrom("command")
    .selectAll()
    .where("person", "=", person)
    .where("asked_as", "=", askedAs)
    .executeTakeFirst();
  if (known !== undefined)
    return same(known, asked)
      ? known
      : refusal("key-reused", "该幂等键已用于另一条指令", "this Idempotency-Key was used for another command");
  if (shapes.get(action)?.Check({ args }) !== true)
    return refusal("arguments", `${actions[action].zh}：参数不符合要求`, `${actions[action].en}: the arguments are not what it takes`);
  const nothing = {
    approver: null,
    signed: null,
    issued_at: null,
    expires_at: null,
    received_at: null,
    ended_at: null,
    code: null,
    zh: null,
    en: null,
  };
  const row: CommandRow = {
    ...{ id: randomUUID(), site, gateway, action, args: JSON.stringify(args), person, reason, asked_as: askedAs, asked_at: now },
    ...nothing,
    state: "waiting",
  };
  const whole = actions[action].dangerous ? row : issued(row, key, now);
  await change.insertInto("command").values(whole).execute();
  return whole;
}

function issued(row: CommandRow, key: CommandKey, now: number): CommandRow {
  const action = row.action as ActionName;
  const expires_at = now + actions[action].lifetime_s * 1000;
  const command: Command = {
    ...{ v: 1, id: row.id, site: row.site, gateway: row.gateway, action, args: JSON.parse(row.args) as Record<string, unknown> },
    ...{ person: row.person, approver: row.approver, reason: row.reason, issued_at: now, expires_at },
  };
  return { ...row, state: "issued", issued_at: now, expires_at, signed: JSON.stringify(key.sign(JSON.stringify(command))) };
}

export async function approve(
  change: Change,
  key: CommandKey,
  by: { readonly id: string; readonly person: string; readonly now: number },
): Promise<CommandRow | Refusal | undefined> {
  const row = await change.selectFrom("command").selectAll().where("id", "=", by.id).executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.state !== "waiting")
    return row.approver === by.person ? row : refusal("not-waiting", "该指令不在等待批准", "this command does not wait for approval");
  if (row.person === by.person) return refusal("same-person", "不能批准自己提出的指令", "nobody approves his own command");
  if (by.now - row.asked_at > commandApprovalWithin_ms) {
    await end(change, row.id, { state: "expired", now: by.now, code: "expired", zh: "等待批准超时", en: "approval came too late" });
    return refusal("expired", "等待批准超时，请重新提出", "approval came too late: ask anew");
  }
  const whole = issued({ ...row, approver: by.person }, key, by.now);
  await change
    .updateTable("command")
    .set({ state: whole.state, approver: whole.approver, issued_at: whole.issued_at, expires_at: whole.expires_at, signed: whole.signed })
    .where("id", "=", row.id)
    .where("state", "=", "waiting")
    .execute();
  return whole;
}

interface End {
  readonly state: string;
  readonly now: number;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

async function end(change: Change, id: string, { state, now, code, zh, en }: End): Promise<void> {
  await change.updateTable("command").set({ state, ended_at: now, code, zh, en }).where("id", "=", id).execute();
}

/** The gateway's fact; only of that gateway's own commands. Facts may come in any order. */
export async function received(effect: Effect, event: Happening<"command.received", EventData<"command.received">>): Promise<void> {
  const { site, gateway, data, at } = event;
  await effect.change
    .updateTable("command")
    .set((eb) => ({
      received_at: at.wall,
      state: eb.case().when("state", "in", ["issued", "expired"]).then("received").else(eb.ref("state")).end(),
    }))
    .where("id", "=", data.command)
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .execute();
  await noteLabels(effect, event, [{ place: "command.received_at", key: data.command }]);
}

export async function ended(effect: Effect, event: Happening<"command.ended", EventData<"command.ended">>): Promise<void> {
  const { site, gateway, data, at } = event;
  const { outcome: state, code, zh, en } = data;
  await effect.change
    .updateTable("command")
    .set({ state, ended_at: at.wall, code, zh, en })
    .where("id", "=", data.command)
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .execute();
  await noteLabels(effect, event, [{ place: "command.ended_at", key: data.command }]);
}

/** What is still to be said. What nobody received in time is over; should the gateway have received it all the same, its fact corrects that. */
export async function toSay(read: Queries): Promise<CommandRow[]> {
  return read.selectFrom("command").selectAll().where("state", "=", "issued").orderBy("asked_at").limit(500).execute();
}

export async function expire(change: Change, now: number): Promise<number> {
  const words = { code: "expired", zh: "网关未在有效期内收到", en: "the gateway did not receive it in time" };
  const late = await change
    .updateTable("command")
    .set({ state: "expired", ended_at: now, ...words })
    .where("state", "=", "issued")
    .where("expires_at", "<", now)
    .executeTakeFirst();
  return Number(late.numUpdatedRows);
}

export async function commandsOf(
  read: Queries,
  which: {
    readonly site?: string | undefined;
    readonly state?: string | undefined;
    readonly scope: Scope;
    readonly limit: number;
    readonly after?: { at: number; id: string } | undefined;
  },
): Promise<CommandRow[]> {
  const { scope, limit, after, state } = which;
  let rows = read
    .selectFrom("command")
    .selectAll()
    .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
    .$if(state !== undefined, (some) => some.where("state", "=", state ?? ""))
    .orderBy("asked_at", "desc")
    .orderBy("id", "desc")
    .limit(limit);
  if (after !== undefined)
    rows = rows.where((eb) => eb.or([eb("asked_at", "<", after.at), eb.and([eb("asked_at", "=", after.at), eb("id", "<", after.id)])]));
  return (which.site === undefined ? rows : rows.where("site", "=", which.site)).execute();
}

export const commandById = (read: Queries, id: string): Promise<CommandRow | undefined> =>
  read.selectFrom("command").selectAll().where("id", "=", id).executeTakeFirst();
