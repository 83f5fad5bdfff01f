// Posts given and ended on the page. Giving rights takes two administrators, neither of whom is the person himself; taking them away takes one, and counts at once.
import { randomUUID } from "node:crypto";
import type { Row } from "#cloud/store/schema.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import type { Role } from "#protocols/api/views.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { postId } from "./people.ts";

export type PostChangeRow = Row<"post_change">;
/** Whoever approves later asks anew: nobody remembers any more why. */
export const approvedWithin_ms = dayMs;

export interface PostAsked {
  readonly person: string;
  readonly what: "give" | "end";
  readonly role: Role;
  readonly area: string;
  readonly organisation: string;
  readonly reason: string;
  readonly by: string;
  readonly now: number;
}

const heldBy = (read: Queries, person: string) =>
  read.selectFrom("post").selectAll().where("person", "=", person).where("active", "=", 1).orderBy("post").execute();

async function isLastAdministrator(read: Queries, person: string): Promise<boolean> {
  const other = await read
    .selectFrom("post")
    .innerJoin("person", "person.id", "post.person")
    .select("post.person")
    .where("post.role", "=", "administrator")
    .where("post.active", "=", 1)
    .where("person.active", "=", 1)
    .where("person.id", "!=", person)
    .executeTakeFirst();
  return other === undefined;
}

/** Why not, looked at when it is asked and again when it is approved: another change may have come between. */
async function refuse(read: Queries, { person, what, role, area, by }: PostAsked): Promise<Refusal | undefined> {
  const known = await read.selectFrom("person").select("id").where("id", "=", person).where("active", "=", 1).executeTakeFirst();
  if (known === undefined) return refusal("no-such-person", "没有这个人员", "there is no such person");
  if (person === by) return refusal("same-person", "不能更改自己的岗位", "nobody changes his own posts");
  const held = await heldBy(read, person);
  const same = held.find((one) => one.post === postId({ role, area, organisation: "" }));
  if (what === "end") {
    if (same === undefined) return refusal("no-such-post", "该人员没有这个岗位", "this person holds no such post");
    if (same.origin === "config")
      return refusal("in-the-file", "该岗位写在云端配置文件里，只能改文件", "this post stands in the cloud's file, which alone changes it");
    if (role === "administrator" && (await isLastAdministrator(read, person)))
      return refusal("last-administrator", "这是最后一位管理员，不能结束", "this is the last administrator");
    return undefined;
  }
  if (same?.origin === "config")
    return refusal("in-the-file", "该岗位写在云端配置文件里，只能改文件", "this post stands in the cloud's file, which alone changes it");
  const others = held.filter((one) => one !== same);
  if (others.length > 0 && (role === "auditor" || others.some((one) => one.role === "auditor")))
    return refusal("auditor", "审计员不得兼任其他岗位", "an auditor holds no other post");
  return undefined;
}

async function carryOut(
  change: Change,
  { person, what, role, area, organisation }: Pick<PostChangeRow, "person" | "what" | "role" | "area" | "organisation">,
): Promise<void> {
  const post = `${role}@${area}`;
  if (what === "end") {
    await change.updateTable("post").set({ active: 0 }).where("person", "=", person).where("post", "=", post).execute();
    return;
  }
  const row = { person, post, role, organisation, area, active: 1, origin: "page" };
  await change
    .insertInto("post")
    .values(row)
    .onConflict((conflict) => conflict.columns(["person", "post"]).doUpdateSet({ organisation, active: 1, origin: "page" }))
    .execute();
}

export async function askPost(change: Change, asked: PostAsked): Promise<PostChangeRow | Refusal> {
  const no = await refuse(change, asked);
  if (no !== undefined) return no;
  const { person, what, role, area, organisation, reason, by, now } = asked;
  const waiting = await change
    .selectFrom("post_change")
    .select("id")
    .where("person", "=", person)
    .where("role", "=", role)
    .where("area", "=", area)
    .where("state", "=", "waiting")
    .where("asked_at", ">", now - approvedWithin_ms)
    .executeTakeFirst();
  if (waiting !== undefined) return refusal("waiting", "同一岗位已有更改等待批准", "a change of this post waits for its approval already");
  const done = what === "end";
  const row: PostChangeRow = {
    ...{ id: randomUUID(), person, what, role, organisation, area, reason, asked_by: by, asked_at: now },
    ...(done ? { state: "done", ended_by: by, ended_at: now } : { state: "waiting", ended_by: null, ended_at: null }),
  };
  await change.insertInto("post_change").values(row).execute();
  if (done) await carryOut(change, row);
  return row;
}

export interface Ending {
  readonly id: string;
  readonly by: string;
  readonly as: "done" | "withdrawn";
  readonly now: number;
}

export async function endChange(change: Change, { id, by, as, now }: Ending): Promise<PostChangeRow | Refusal | undefined> {
  const row = await change.selectFrom("post_change").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.state !== "waiting") return refusal("not-waiting", "该更改不在等待批准", "this change does not wait for approval");
  if (as === "done") {
    if (row.asked_by === by || row.person === by)
      return refusal("same-person", "须由另一位管理员批准，且不是本人", "another administrator approves, and not the person himself");
    if (now - row.asked_at > approvedWithin_ms) return refusal("expired", "等待批准超时，请重新提出", "approval came too late: ask anew");
    const { person, area, organisation, reason } = row;
    const asked = { person, area, organisation, reason, what: "give" as const, role: row.role as Role, by: row.asked_by, now };
    const no = await refuse(change, asked);
    if (no !== undefined) return no;
    await carryOut(change, row);
  }
  const set = { state: as, ended_by: by, ended_at: now };
  await change.updateTable("post_change").set(set).where("id", "=", id).execute();
  return { ...row, ...set };
}
