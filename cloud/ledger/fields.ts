// What each action needs, and what it sets: the columns of the hazard's row that the step changes. Pure; the step carries them, so that the row is the sum of its steps.
import type { Calendar } from "#cloud/calendar/calendar.ts";
import type { Row } from "#cloud/store/schema.ts";
import { type Correctable, correctable, type GivenField, hazardSources, inputs } from "#protocols/api/hazards.ts";
import type { HazardAction, HazardState } from "#protocols/api/views.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { type ClockRules, interimControlDue, reinspectionDue, replyDue } from "./clocks.ts";
import { pendingOf } from "./workflow.ts";

/** What was said with the action; times are read already. */
export interface Given {
  readonly responsible?: string | undefined;
  readonly responsible_person?: string | undefined;
  readonly responsible_phone?: string | undefined;
  readonly supervisor?: string | undefined;
  readonly measure?: string | undefined;
  readonly control?: string | undefined;
  readonly deadline?: number | undefined;
  readonly until?: number | undefined;
  readonly clause?: string | undefined;
  readonly funding_source?: string | undefined;
  readonly budget_fen?: number | undefined;
  readonly actual_fen?: number | undefined;
  readonly kind?: string | undefined;
  readonly reference?: string | undefined;
  readonly field?: string | undefined;
  readonly value?: string | undefined;
  readonly merged_into?: string | undefined;
}

export interface Asking extends Given {
  readonly action: HazardAction;
  readonly note: string;
  readonly person: { readonly id: string; readonly name: string; readonly organisation: string };
  readonly now: number;
}

export interface LedgerRules {
  readonly calendar: Calendar;
  readonly clocks: ClockRules;
}

/** Newest evidence first matters to nobody: kinds and moments do. */
export interface Photos {
  readonly after: readonly { readonly uploaded_at: number; readonly used_before: string | null }[];
}

type Columns = Partial<Row<"hazard">>;

const words: Partial<Record<GivenField, readonly [code: string, zh: string, en: string]>> = {
  responsible: ["no-responsible", "派单需填写责任单位", "a dispatch names who is responsible"],
  until: ["no-until", "请填写截止时间", "say until when"],
  clause: ["no-clause", "请填写依据条款", "name the clause"],
  control: ["no-control", "请填写管控措施", "say how the danger is held down"],
  funding_source: ["no-funding", "请填写资金来源", "say where the money comes from"],
  actual_fen: ["no-amount", "请填写实支金额", "say what it cost"],
  kind: ["no-kind", "请填写事项类别", "say what kind of step it is"],
  reference: ["no-reference", "请填写文号", "name the document"],
  merged_into: ["no-target", "请填写并入哪一条隐患", "say into which hazard it is merged"],
  field: ["no-field", "请填写更正的项目", "say what is corrected"],
  value: ["no-value", "请填写更正后的内容", "say what it is to be"],
};

export function whatIsMissing(asked: Asking, hazard: Row<"hazard">, photos: Photos, { clocks }: LedgerRules): Refusal | undefined {
  if (asked.note.trim() === "") return refusal("no-note", "请填写说明", "say why");
  for (const field of inputs[asked.action].needed) {
    const value = asked[field];
    const [code, zh, en] = words[field] ?? ["incomplete", "内容不全", "something is missing"];
    if (value === undefined || (typeof value === "string" && value.trim() === "")) return refusal(code, zh, en);
  }
  if (asked.deadline !== undefined && asked.deadline <= asked.now)
    return refusal("deadline-past", "整改时限必须在将来", "the deadline must lie in the future");
  switch (asked.action) {
    case "request-reinspection":
      return photoMissing(hazard, photos);
    case "ask-postponement":
      return (asked.until ?? 0) > Math.max(hazard.deadline ?? 0, asked.now)
        ? undefined
        : refusal("not-later", "延期后的时限应晚于现时限", "a postponement lies behind the deadline");
    case "pause": {
      const most = asked.now + clocks.pause_days * dayMs;
      return (asked.until ?? 0) > asked.now && (asked.until ?? 0) <= most
        ? undefined
        : refusal("too-long", `暂停升级最多 ${clocks.pause_days} 天`, `an escalation is held for at most ${clocks.pause_days} days`);
    }
    case "correct":
      return correctionWrong(asked);
    case "merge":
      return asked.merged_into === hazard.id ? refusal("itself", "不能并入自己", "it cannot be merged into itself") : undefined;
    default:
      return undefined;
  }
}

/** The picture shows the work: it is made after the work was taken on, and is nobody else's. */
function photoMissing(hazard: Row<"hazard">, { after }: Photos): Refusal | undefined {
  const since = hazard.received_at ?? hazard.found_at;
  const fresh = after.filter(({ uploaded_at }) => uploaded_at >= since);
  if (fresh.length === 0)
    return refusal(
      "no-after-photo",
      "请先上传整改后照片（签收之后拍摄）",
      "upload a photo of the finished work first, made after it was taken on",
    );
  if (fresh.every(({ used_before }) => used_before !== null))
    return refusal("photo-used", "照片与其他隐患的照片相同，请重新拍摄", "the photo is another hazard's: take a new one");
  return undefined;
}

function correctionWrong({ field, value = "" }: Asking): Refusal | undefined {
  if (!correctable.includes(field as Correctable))
    return refusal("not-correctable", `可更正：${correctable.join("、")}`, `what may be corrected: ${correctable.join(", ")}`);
  if (field === "source" && !(hazardSources as readonly string[]).includes(value))
    return refusal("no-source", `来源应为：${hazardSources.join("、")}`, `a source is one of ${hazardSources.join(", ")}`);
  if (field === "priority" && !/^[1-4]$/.test(value)) return refusal("no-priority", "优先级应为 1–4", "a priority is 1 to 4");
  if (["place", "category", "zh"].includes(field ?? "") && value.trim() === "")
    return refusal("no-value", "更正后的内容不能为空", "it cannot be empty");
  return undefined;
}

/** The columns that the step sets; the state is the table's. */
export function setOf(
  asked: Asking,
  hazard: Row<"hazard">,
  to: HazardState,
  rules: LedgerRules & { readonly deadline_days: number },
): Columns {
  const { now, person } = asked;
  const assigned = pick(asked, ["responsible", "responsible_person", "responsible_phone", "supervisor", "measure"]);
  switch (asked.action) {
    case "dispatch":
      return { ...assigned, ...deadlineOf(asked, hazard, rules), dispatched_at: now, dispatched_by: person.name };
    case "transfer":
      return { ...assigned, dispatched_at: now, dispatched_by: person.name, received_at: null };
    case "receive":
      return { ...assigned, rectifier: person.id, rectifier_organisation: person.organisation, received_at: now };
    case "request-reinspection":
      return {
        ...assigned,
        ...{ reinspector: person.id, reinspector_organisation: person.organisation, rectified_at: now },
        ...{
          reinspection_due: reinspectionDue(rules.calendar, rules.clocks, now).at,
          inspector: null,
          inspector_organisation: null,
          reinspected_at: null,
        },
      };
    case "reinspect":
      return { inspector: person.id, inspector_organisation: person.organisation, reinspected_at: now };
    // Work that was sent back keeps the names of those who did it: they may still not judge it.
    case "return":
      return { rectified_at: null, reinspection_due: null, inspector: null, inspector_organisation: null, reinspected_at: null };
    case "archive-false-alarm":
      return { false_alarm: 1, closed_at: now, closed_by: person.name, ...papersWith(asked, hazard) };
    case "merge":
      return { merged_into: asked.merged_into ?? null, closed_at: now, closed_by: person.name };
    case "close":
      return { closed_at: now, closed_by: person.name, ...papersWith(asked, hazard) };
    case "reopen":
      return { closed_at: null, closed_by: null, rectified_at: null, ...unlooked, deadline: null, false_alarm: 0, level: 0, rungs: "[]" };
    default:
      return besides(asked, hazard, to, rules);
  }
}

const unlooked = { reinspection_due: null, inspector: null, inspector_organisation: null, reinspected_at: null } as const;

/** What is written down beside the way from state to state. */
function besides(asked: Asking, hazard: Row<"hazard">, _to: HazardState, rules: LedgerRules): Columns {
  const { now, person } = asked;
  const waits = (more: object): string => JSON.stringify({ by: person.id, organisation: person.organisation, ...more });
  switch (asked.action) {
    case "ask-postponement":
      return { pending: waits({ kind: "postponement", until: asked.until }) };
    case "grant-postponement": {
      // The first deadline stays on show; the ladder begins anew for the new one.
      const deadline = pendingOf(hazard)?.until ?? hazard.deadline;
      return {
        ...{
          deadline,
          original_deadline: hazard.original_deadline ?? hazard.deadline,
          deadline_provisional: provisionalOf(rules.calendar, deadline),
        },
        ...{ postponements: hazard.postponements + 1, pending: null, rungs: "[]" },
      };
    }
    case "refuse-postponement":
      return { pending: null };
    case "propose-major":
      return { pending: waits({ kind: "major", clause: asked.clause }) };
    case "confirm-major":
      return {
        ...{ grade: "重大", clause: pendingOf(hazard)?.clause ?? hazard.clause, pending: null, priority: 1 },
        ...{ interim_due: interimControlDue(rules.clocks, now), ...papersWith({ ...asked, kind: "通报" }, hazard) },
      };
    case "set-ordinary":
      return {
        grade: "一般",
        clause: asked.clause ?? null,
        ...(pendingOf(hazard)?.kind === "major" ? { pending: null } : {}),
        interim_due: null,
      };
    case "control":
      return { interim_control: asked.control ?? null };
    case "fund":
      return { funding_source: asked.funding_source ?? null, ...(asked.budget_fen === undefined ? {} : { budget_fen: asked.budget_fen }) };
    case "spend":
      return { actual_fen: asked.actual_fen ?? null, ...papersWith({ ...asked, kind: "日志" }, hazard) };
    case "record":
      return papersWith(asked, hazard, true);
    case "list":
      return { listed: 1, ...papersWith({ ...asked, kind: "挂牌" }, hazard) };
    case "unlist":
      return { listed: 0, ...papersWith({ ...asked, kind: "摘牌" }, hazard) };
    case "pause":
      return { paused_until: asked.until ?? null };
    case "publish":
      return { published: 1 };
    case "correct":
      return { [asked.field as Correctable]: asked.field === "priority" ? Number(asked.value) : (asked.value ?? "").trim() || null };
    default:
      return {};
  }
}

/** 1: it lies in a year whose holidays nobody has published yet. */
export const provisionalOf = (calendar: Calendar, deadline: number | null): 0 | 1 =>
  deadline !== null && calendar.workingDaysAfter(deadline, 0).provisional ? 1 : 0;

function deadlineOf(
  asked: Asking,
  hazard: Row<"hazard">,
  { calendar, clocks, deadline_days }: LedgerRules & { readonly deadline_days: number },
): Columns {
  // A wish, a complaint, a dispute has an answer's clock; a hazard its own days.
  const usual = hazard.matter === "hazard" ? asked.now + deadline_days * dayMs : replyDue(calendar, clocks, asked.now).at;
  const deadline = asked.deadline ?? usual;
  return {
    deadline,
    original_deadline: hazard.original_deadline ?? deadline,
    deadline_provisional: provisionalOf(calendar, deadline),
    ...(hazard.deadline === deadline ? {} : { rungs: "[]" }),
  };
}

/** A dated step with its document: talks, penalties, visits, listings stand together in one list. */
function papersWith({ kind, reference, now }: Pick<Asking, "kind" | "reference" | "now">, hazard: Row<"hazard">, always = false): Columns {
  if (reference === undefined && !always) return {};
  const papers = [
    ...(JSON.parse(hazard.papers) as unknown[]),
    { kind: kind ?? "其他", reference: reference ?? null, at: toRfc3339(wall(now)) },
  ];
  return { papers: JSON.stringify(papers) };
}

function pick(asked: Asking, fields: readonly (keyof Given & keyof Row<"hazard">)[]): Columns {
  return Object.fromEntries(fields.flatMap((field) => (asked[field] === undefined ? [] : [[field, String(asked[field]).trim()]])));
}
