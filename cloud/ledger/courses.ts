// A compound's way through dated steps, each with its document, in a chain of its own; how many days it stood in each is counted from them. What must come before what is data (rulebook/courses).
import { createHash, randomUUID } from "node:crypto";
import { type Calendar, dayFrom, dayOf, dayText, startOf } from "#cloud/calendar/calendar.ts";
import { voteMatters } from "#cloud/revenue/vote-rules.ts";
import { type CourseKind, type CourseStepRule, courseRules } from "#cloud/rulebook/courses.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Person } from "./hazards.ts";

type Course = Row<"course">;
type Step = Row<"course_step">;

export interface Opening {
  readonly kind: CourseKind;
  readonly site: string;
  readonly title: string;
  readonly about: string | null;
  readonly budget_fen: number | null;
  readonly note: string;
  readonly person: Pick<Person, "id" | "name">;
  readonly now: number;
}

export async function openCourse(change: Change, { note, person, now, ...said }: Opening): Promise<Course> {
  const row: Course = { ...said, id: randomUUID(), opened_at: now, opened_by: person.id, state: "open" };
  await change.insertInto("course").values(row).execute();
  await append(change, undefined, { course: row.id, step: "opened", day: dayText(dayOf(now)), note, reference: null, person, at: now });
  return row;
}

interface NewStep {
  readonly course: string;
  readonly step: string;
  readonly day: string;
  readonly note: string;
  readonly reference: string | null;
  readonly person: Pick<Person, "id" | "name">;
  readonly at: number;
}

async function append(change: Change, last: Step | undefined, { person, ...said }: NewStep): Promise<Step> {
  const body = { ...said, seq: (last?.seq ?? 0) + 1, person: person.id, person_name: person.name, previous: last?.hash ?? "" };
  const row: Step = { ...body, hash: hashOf(body) };
  await change.insertInto("course_step").values(row).execute();
  await seal(change, "course_step", [row]);
  return row;
}

const hashOf = ({ course, seq, step, day, note, reference, person, person_name, at, previous }: Omit<Step, "hash">): string =>
  createHash("sha256")
    .update(JSON.stringify([course, seq, step, day, note, reference, person, person_name, at, previous]))
    .digest("hex");

export const stepsOf = (read: Queries, course: string): Promise<Step[]> =>
  read.selectFrom("course_step").selectAll().where("course", "=", course).orderBy("seq").execute();

export interface Taking {
  readonly id: string;
  readonly kind: CourseKind;
  readonly step: string;
  readonly day: string;
  readonly note: string;
  readonly reference: string | null;
  readonly person: Person;
  readonly calendar: Calendar;
  readonly now: number;
}

/** undefined: there is no such course. */
export async function takeStep(change: Change, taking: Taking): Promise<Course | Refusal | undefined> {
  const { id, kind, step, day, note, reference, person, now } = taking;
  const course = await change.selectFrom("course").selectAll().where("id", "=", id).where("kind", "=", kind).executeTakeFirst();
  if (course === undefined) return undefined;
  const rule = courseRules[kind].find((one) => one.id === step);
  if (rule === undefined || step === "opened") return refusal("no-step", `没有这一步：${step}`, `there is no such step: ${step}`);
  const steps = await stepsOf(change, id);
  const wrong = whatIsWrong(course, { rule, steps, taking }) ?? (await notVoted(change, course, { rule, reference }));
  if (wrong !== undefined) return wrong;
  await append(change, steps.at(-1), { course: id, step, day, note, reference, person, at: now });
  if (rule.ends === undefined) return course;
  await change.updateTable("course").set({ state: rule.ends }).where("id", "=", id).execute();
  return { ...course, state: rule.ends };
}

interface Asked {
  readonly rule: CourseStepRule;
  readonly steps: readonly Step[];
  readonly taking: Taking;
}

function whatIsWrong(course: Course, { rule, steps, taking: { day, reference, person, calendar, now } }: Asked): Refusal | undefined {
  if (course.state !== "open") return refusal("ended", "该程序已结束", "this way has ended");
  if (!rule.roles.includes(person.role)) return refusal("wrong-role", `“${rule.zh}”不由您的角色办理`, `${rule.en}: not by your role`);
  if (steps.some(({ step }) => step === rule.id)) return refusal("taken", `“${rule.zh}”已办理`, `${rule.en} was taken already`);
  const before = steps.filter(({ step }) => rule.after.includes(step)).at(-1);
  if (before === undefined) {
    const names = (lang: "zh" | "en"): string[] =>
      courseRules[course.kind as CourseKind].filter(({ id }) => rule.after.includes(id)).map((one) => one[lang]);
    return refusal("too-soon", `须先办理：${names("zh").join("、")}`, `first: ${names("en").join(", ")}`);
  }
  const [at, last] = [dayFrom(day), steps.at(-1)?.day ?? ""];
  if (at === undefined || day < last || at > dayOf(now))
    return refusal("no-day", "日期应不早于上一步、不在将来", "the day is not before the last step, and not in the future");
  if (rule.needs !== undefined && (reference ?? "").trim() === "") return refusal("no-document", "请写明文号或凭证", "name the document");
  if (rule.working_days === undefined) return undefined;
  const until = calendar.workingDaysAfter(startOf(dayFrom(before.day) ?? 0), rule.working_days);
  return startOf(at) > until.at
    ? undefined
    : refusal(
        "too-short",
        `公示须满 ${rule.working_days} 个工作日（至 ${dayText(dayOf(until.at))}${until.provisional ? "，暂定" : ""}）`,
        `the notice hangs for ${rule.working_days} working days, until ${dayText(dayOf(until.at))}`,
      );
}

async function notVoted(
  read: Queries,
  { site }: Course,
  { rule, reference }: { readonly rule: CourseStepRule; readonly reference: string | null },
): Promise<Refusal | undefined> {
  if (rule.needs !== "passed-vote") return undefined;
  const vote = await read
    .selectFrom("owners_vote")
    .select(["passed", "replaced_by", "matter"])
    .where("site", "=", site)
    .where("number", "=", reference ?? "")
    .executeTakeFirst();
  if (vote?.passed !== 1 || vote.replaced_by !== null)
    return refusal("no-vote", "没有这一文号的已通过表决", "no vote of this number has passed");
  if (rule.matter === undefined || vote.matter === rule.matter) return undefined;
  const [zh, en] = voteMatters[rule.matter];
  return refusal("vote-matter", `该表决的事项不是“${zh}”`, `the vote was not ${en}`);
}

export interface StoodIn {
  readonly step: string;
  readonly zh: string;
  readonly en: string;
  readonly day: string;
  /** Civil days until the next step, or until today while nothing followed; null at the end. */
  readonly days: number | null;
  readonly note: string;
  readonly reference: string | null;
  readonly person_name: string;
  readonly hash: string;
}

export function stoodIn({ kind, state }: Pick<Course, "kind" | "state">, steps: readonly Step[], now: number): StoodIn[] {
  const today = dayOf(now);
  return steps.map(({ step, day, note, reference, person_name, hash }, at): StoodIn => {
    const next = steps[at + 1]?.day;
    const until = next === undefined ? (state === "open" ? today : undefined) : dayFrom(next);
    const { zh = step, en = step } = courseRules[kind as CourseKind].find(({ id }) => id === step) ?? {};
    return { step, zh, en, day, days: until === undefined ? null : until - (dayFrom(day) ?? until), note, reference, person_name, hash };
  });
}

/** Steps that are not what was written. */
export function courseWrong(steps: readonly Step[]): string | undefined {
  let previous = "";
  for (const step of steps) {
    if (step.previous !== previous || step.hash !== hashOf(step)) return `step ${step.seq} of ${step.course} was changed`;
    previous = step.hash;
  }
  return undefined;
}
