// A hazard from found to closed, and the chain of its steps: over both databases, an edit, a removal or an exchange is named.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { everywhere } from "#cloud/identity/scope.ts";
import { noon, openTestCloud, type TestCloud, Voice } from "#cloud/ingest/room-for-tests.ts";
import { cutOf } from "#cloud/ingest/story-for-tests.ts";
import { Marks } from "#cloud/store/marks.ts";
import { hazardView } from "#cloud/views/hazards.ts";
import { hazardWithSteps } from "#cloud/views/reading.ts";
import type { HazardAction } from "#protocols/api/views.ts";
import { dayMs, hourMs } from "#protocols/vocabulary/time.ts";
import { bothDatabases } from "#test/world/databases.ts";
import { verifyChain } from "./chain.ts";
import { attachEvidence } from "./evidence.ts";
import type { Given } from "./fields.ts";
import { actionsFor, type Person, transitHazard } from "./hazards.ts";
import { filtered } from "./query.ts";
import { differencesOf } from "./steps.ts";
import { tampering } from "./tampering-for-tests.ts";

const street: Person = { id: "street", name: "街道专员丙", role: "street-officer", organisation: "街道" };
const bureau: Person = { id: "bureau", name: "住建专员丁", role: "bureau-officer", organisation: "住建局" };
const manager: Person = { id: "manager", name: "物业经理乙", role: "property-manager", organisation: "物业" };
const grid: Person = { id: "grid", name: "网格员戊", role: "grid-worker", organisation: "社区" };

describe.each(bothDatabases())("ledger over $name", ({ place }) => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await openTestCloud(place());
  }, 60_000);
  afterAll(() => cloud?.close());
  const id = "JX01-20261125-1";
  beforeEach(async () => {
    await cloud.reset();
    const voice = new Voice();
    await voice.tell(cloud, [voice.say("charging.cut", cutOf("trip-00001", "station-1/3", "smoke"))]);
  });

  interface Asked extends Given {
    readonly note?: string;
    readonly at?: number;
    readonly id?: string;
  }
  const photo = async (person: Person, { bytes = "ffd8ffe000104a46", hazard = id } = {}) => {
    const upload = { kind: "after", mime: "image/jpeg", base64: Buffer.from(bytes, "hex").toString("base64") } as const;
    const attached = { ...upload, hazard, person, now: noon, looks: undefined };
    const done = await cloud.store.change((change) => attachEvidence({ change, marks: new Marks() }, attached));
    return done === undefined ? "no such hazard" : "code" in done ? done.code : done.taken;
  };
  async function ask(person: Person, action: HazardAction, asked: Asked = {}): Promise<string> {
    const whole = {
      ...asked,
      ...{ id: asked.id ?? id, action, note: asked.note ?? "说明", person, now: noon + (asked.at ?? 0) },
      responsible: "responsible" in asked ? asked.responsible : action === "dispatch" ? "锦绣物业" : undefined,
    };
    const result = await cloud.store.change((change) => transitHazard({ change, marks: new Marks() }, whole));
    if (result === undefined) return "no such hazard";
    return "kind" in result ? result.code : result.state;
  }
  const view = async (at = 0) => {
    const found = await hazardWithSteps(cloud.store.read, id);
    if (found === undefined) throw new Error("no hazard");
    return hazardView(found, noon + at);
  };
  const steps = async () =>
    (await view()).steps.map(({ seq, person_name, action, from, to }) => `${seq} ${person_name} ${action} ${from ?? "-"}→${to}`);

  test("words are found in number, compound, place and who is responsible, full-width and capitals alike; a correction is found by its new words only", async () => {
    const found = async (text: string): Promise<number> => {
      const rows = filtered(cloud.store.read.selectFrom("hazard").select("id"), { text }, { scope: everywhere, now: noon, near_days: 3 });
      return (await rows.execute()).length;
    };
    await ask(street, "dispatch", { responsible: "ABC物业100%" });
    const before = await Promise.all(["jx01-2026", "ＪＸ01", "abc物业", "100%", "1_0", "STATION", "三号楼东侧"].map(found));
    await ask(street, "correct", { field: "place", value: "三号楼东侧" });
    const after = await Promise.all(["三号楼东侧", "station", "ABC"].map(found));
    expect([before, after]).toEqual([
      [1, 1, 1, 1, 0, 1, 0],
      [1, 0, 1],
    ]);
  });

  test("from found to closed, with a return on each side; every step stands in the chain", async () => {
    expect([
      await ask(street, "dispatch"),
      await ask(manager, "return"),
      await ask(bureau, "dispatch"),
      await ask(grid, "receive"),
      await ask(manager, "request-reinspection"),
      await photo(grid),
      await ask(manager, "request-reinspection"),
      await ask(bureau, "close"),
      await ask(street, "return"),
      await ask(grid, "request-reinspection"),
      await ask(street, "reinspect"),
      await ask(street, "close"),
      await ask(bureau, "close"),
    ]).toEqual([
      ...["待签收", "待派单", "待签收", "整改中", "no-after-photo", "unproven", "待复查", "not-now"],
      ...["整改中", "待复查", "待复查", "same-person", "已销号"],
    ]);
    expect(await steps()).toEqual([
      "1 系统 found -→待派单",
      "2 街道专员丙 dispatch 待派单→待签收",
      "3 物业经理乙 return 待签收→待派单",
      "4 住建专员丁 dispatch 待派单→待签收",
      "5 网格员戊 receive 待签收→整改中",
      "6 网格员戊 evidence 整改中→整改中",
      "7 物业经理乙 request-reinspection 整改中→待复查",
      "8 街道专员丙 return 待复查→整改中",
      "9 网格员戊 request-reinspection 整改中→待复查",
      "10 街道专员丙 reinspect 待复查→待复查",
      "11 住建专员丁 close 待复查→已销号",
    ]);
    expect(await verifyChain(cloud.store.read)).toEqual({ sound: 11 });
    expect(await differencesOf(cloud.store.read)).toEqual([]);
    const row = await cloud.store.read
      .selectFrom("hazard")
      .select(["rectifier", "reinspector", "inspector", "responsible"])
      .executeTakeFirst();
    expect(row).toEqual({ rectifier: "grid", reinspector: "grid", inspector: "street", responsible: "锦绣物业" });
  });

  test("a refusal changes nothing: wrong state, wrong role, no note, nobody responsible, a deadline that is past, no such hazard", async () => {
    expect([
      await ask(street, "close"),
      await ask(manager, "dispatch"),
      await ask(street, "dispatch", { note: " \t" }),
      await ask(street, "dispatch", { responsible: undefined }),
      await ask(street, "dispatch", { responsible: " " }),
      await ask(street, "dispatch", { deadline: noon }),
      await ask(street, "dispatch", { id: "JX01-20261125-9" }),
    ]).toEqual(["wrong-state", "wrong-role", "no-note", "no-responsible", "no-responsible", "deadline-past", "no such hazard"]);
    expect(await steps()).toEqual(["1 系统 found -→待派单"]);
    expect(await verifyChain(cloud.store.read)).toEqual({ sound: 1 });
  });

  test("who rectified, who asked for the inspection and who closes are different people, whatever their role is by now", async () => {
    for (const [person, action] of [
      [street, "dispatch"],
      [manager, "receive"],
    ] as const)
      await ask(person, action);
    await photo(manager);
    await ask(grid, "request-reinspection");
    const promoted = (person: Person): Person => ({ ...person, role: "street-officer" });
    for (const action of ["return", "reinspect", "archive-false-alarm"] as const)
      expect([await ask(promoted(manager), action), await ask(promoted(grid), action)]).toEqual(["same-person", "same-person"]);
    expect(await ask(street, "reinspect")).toBe("待复查");
    for (const person of [promoted(manager), promoted(grid), street]) expect(await ask(person, "close")).toBe("same-person");
    expect(await ask(bureau, "close")).toBe("已销号");
  });

  test("a false alarm is archived with its reason, from every open state, and stays", async () => {
    expect(await ask(bureau, "archive-false-alarm", { note: "" })).toBe("no-note");
    expect(await ask(bureau, "archive-false-alarm", { note: "烧香触发" })).toBe("已销号");
    expect(await view()).toMatchObject({ false_alarm: true, state: "已销号", overdue_days: 0 });
    expect((await view()).steps.at(-1)).toMatchObject({ note: "烧香触发", person_name: "住建专员丁" });
    expect(await ask(street, "dispatch")).toBe("wrong-state");
  });

  test("what happens after closing is a new hazard", async () => {
    await ask(bureau, "archive-false-alarm");
    const voice = new Voice({ epoch: "00000000000000bb" });
    await voice.tell(cloud, [voice.say("charging.cut", cutOf("trip-00002", "station-1/3", "smoke"), hourMs)]);
    const rows = await cloud.store.read.selectFrom("hazard").select(["id", "state"]).orderBy("id").execute();
    expect(rows).toEqual([
      { id, state: "已销号" },
      { id: "JX01-20261125-2", state: "待派单" },
    ]);
  });

  test("the deadline is the rule's own when none is named; overdue by told time, begun days counted", async () => {
    await ask(street, "dispatch", { at: hourMs });
    expect((await view()).deadline).toBe("2026-11-26T13:00:00.000+08:00");
    const late = [];
    for (const at of [hourMs + dayMs, hourMs + dayMs + 1, hourMs + 2 * dayMs, hourMs + 3 * dayMs]) late.push((await view(at)).overdue_days);
    expect(late).toEqual([0, 1, 2, 3]);
    await ask(manager, "return");
    await ask(street, "dispatch", { deadline: noon + 10 * dayMs });
    expect((await view(9 * dayMs)).overdue_days).toBe(0);
  });

  test("a postponement: asked, granted by somebody else; the first deadline stays on show", async () => {
    await ask(street, "dispatch", { deadline: noon + 2 * dayMs });
    await ask(manager, "receive");
    const until = noon + 9 * dayMs;
    expect([
      await ask(manager, "ask-postponement"),
      await ask(manager, "ask-postponement", { until: noon + dayMs }),
      await ask(manager, "ask-postponement", { until }),
      await ask(grid, "ask-postponement", { until }),
      await ask(manager, "grant-postponement"),
      await ask({ ...manager, role: "street-officer" }, "grant-postponement"),
      await ask(street, "grant-postponement"),
      await ask(street, "grant-postponement"),
    ]).toEqual(["no-until", "not-later", "整改中", "not-now", "wrong-role", "same-person", "整改中", "not-now"]);
    expect(await view(5 * dayMs)).toMatchObject({
      ...{
        deadline: "2026-12-04T12:00:00.000+08:00",
        original_deadline: "2026-11-27T12:00:00.000+08:00",
        postponements: 1,
        overdue_days: 0,
      },
      pending: null,
    });
    expect(await differencesOf(cloud.store.read)).toEqual([]);
  });

  test("major is a judgement of two; interim control is due within 24 hours; the closer then is of another organisation too", async () => {
    expect([
      await ask(street, "propose-major"),
      await ask(street, "propose-major", { clause: "GB 35181-2025" }),
      await ask(street, "confirm-major"),
      await ask(bureau, "confirm-major"),
      await ask(bureau, "propose-major", { clause: "x" }),
    ]).toEqual(["no-clause", "待派单", "same-person", "待派单", "not-now"]);
    expect(await view()).toMatchObject({
      grade: "重大",
      clause: "GB 35181-2025",
      interim_due: "2026-11-26T12:00:00.000+08:00",
      priority: 1,
    });
    await ask(street, "control", { control: "断电并派人看守" });
    await ask(bureau, "list", { reference: "晋政办〔2026〕1号" });
    expect((await view()).references.map(({ kind, reference }) => `${kind} ${reference}`)).toEqual(["挂牌 晋政办〔2026〕1号"]);
    await ask(street, "dispatch");
    await ask(manager, "receive");
    await photo(manager);
    await ask(manager, "request-reinspection");
    const colleague: Person = { ...street, id: "street-2", name: "街道专员己" };
    expect([await ask(street, "reinspect"), await ask(colleague, "close"), await ask(bureau, "close")]).toEqual([
      ...["待复查", "same-person", "已销号"],
    ]);
  });

  test("the same picture of another hazard is no proof; the same picture twice is none either; what is no picture is refused", async () => {
    const voice = new Voice({ epoch: "00000000000000cc" });
    await voice.tell(cloud, [voice.say("charging.cut", cutOf("trip-00009", "station-1/4", "smoke"), 1)]);
    const other = "JX01-20261125-2";
    await ask(street, "dispatch");
    await ask(manager, "receive");
    expect([await photo(manager), await photo(manager), await photo(manager, { bytes: "25504446" })]).toEqual([
      "unproven",
      "already-there",
      "no-picture",
    ]);
    await ask(street, "dispatch", { id: other });
    await ask(manager, "receive", { id: other });
    await photo(manager, { hazard: other });
    expect(await ask(manager, "request-reinspection", { id: other })).toBe("photo-used");
    expect(await ask(manager, "request-reinspection")).toBe("待复查");
  });

  test("closed, looked back at, opened again; merged into another; handed over; corrected with the old words kept", async () => {
    await ask(bureau, "archive-false-alarm");
    // Reported again after it was closed, it does not vanish in what is closed.
    const voice = new Voice({ epoch: "00000000000000dd" });
    await voice.tell(cloud, [voice.say("charging.cut", cutOf("trip-00010", "station-1/5", "smoke"), 1)]);
    expect(await ask(street, "merge", { id: "JX01-20261125-2", merged_into: id })).toBe("target-closed");
    expect([await ask(street, "look-back"), await ask(street, "reopen"), await ask(street, "look-back")]).toEqual([
      "已销号",
      "待派单",
      "wrong-state",
    ]);
    expect(await view()).toMatchObject({ false_alarm: false, state: "待派单" });
    await ask(street, "dispatch");
    expect(await ask(street, "transfer", { responsible: "消防维保公司" })).toBe("待签收");
    expect(await ask(street, "correct", { field: "state", value: "已销号" })).toBe("not-correctable");
    expect(await ask(street, "correct", { field: "place", value: " " })).toBe("no-value");
    expect(await ask(street, "correct", { field: "place", value: "1 号棚 3 口" })).toBe("待签收");
    const said = await view();
    expect([said.place, said.responsible, said.steps[0]?.set.place]).toEqual(["1 号棚 3 口", "消防维保公司", "station-1/3"]);
    expect([await ask(street, "merge", { merged_into: id }), await ask(street, "merge", { merged_into: "JX01-1" })]).toEqual([
      "itself",
      "no-target",
    ]);
    expect(await ask(bureau, "pause", { until: noon + 8 * dayMs })).toBe("too-long");
    expect(await ask(bureau, "pause", { until: noon + 6 * dayMs })).toBe("待签收");
    expect(await differencesOf(cloud.store.read)).toEqual([]);
  });

  test("a row that was changed behind the ledger's back is not the sum of its steps", async () => {
    await ask(street, "dispatch");
    await cloud.store.change((c) =>
      c
        .updateTable("hazard")
        .set({ deadline: noon + 99 * dayMs, state: "已销号" })
        .where("id", "=", id)
        .execute(),
    );
    expect((await differencesOf(cloud.store.read)).map(({ column }) => column).sort()).toEqual(["deadline", "state"]);
    expect(await verifyChain(cloud.store.read)).toEqual({ sound: 2 });
  });

  test("a column that no step has set, a hazard without steps, one that is gone with its steps left: each is named", async () => {
    const named = async (): Promise<string[]> => (await differencesOf(cloud.store.read)).map(({ hazard, column }) => `${hazard} ${column}`);
    const spoil = (set: object) => cloud.store.change((change) => change.updateTable("hazard").set(set).where("id", "=", id).execute());
    const { row: known } = (await hazardWithSteps(cloud.store.read, id)) ?? {};
    if (known === undefined) throw new Error("no hazard");
    for (const [column, value] of Object.entries({
      grade: "重大",
      clause: "x",
      actual_fen: 1,
      listed: 1,
      closed_at: noon,
      rectifier: "x",
      published: 1,
    })) {
      await spoil({ [column]: value });
      expect(await named(), column).toEqual([`${id} ${column}`]);
      await spoil({ [column]: known[column as "grade"] });
    }
    await cloud.store.change((change) =>
      change
        .insertInto("hazard")
        .values({ ...known, id: "JX01-20261125-9", version: 0, head: "" })
        .execute(),
    );
    expect(await named()).toContain("JX01-20261125-9 id");
    await cloud.store.change((change) => change.deleteFrom("hazard").where("id", "in", [id, "JX01-20261125-9"]).execute());
    expect(await named()).toEqual([`${id} id`]);
  });

  test("two officers at once: one step, and the other is told", async () => {
    const both = await Promise.all([ask(street, "dispatch"), ask(bureau, "dispatch")]);
    expect(both.sort()).toEqual(["wrong-state", "待签收"].sort());
    expect((await steps()).length).toBe(2);
    expect(await verifyChain(cloud.store.read)).toEqual({ sound: 2 });
  });

  test("the buttons are what the ledger would take from this person now", async () => {
    const { row } = (await hazardWithSteps(cloud.store.read, id)) ?? {};
    if (row === undefined) throw new Error("no hazard");
    expect([actionsFor(row, street).slice(0, 2), actionsFor(row, manager), actionsFor(row, undefined)]).toEqual([
      ["dispatch", "archive-false-alarm"],
      ["control", "fund", "spend", "comment"],
      [],
    ]);
  });

  test.each(tampering)("%s is named", async (_, change, broken, why) => {
    await ask(street, "dispatch");
    await ask(manager, "receive");
    expect(await verifyChain(cloud.store.read)).toEqual({ sound: 3 });
    await cloud.store.change(change);
    expect(await verifyChain(cloud.store.read)).toEqual({ broken, why: expect.stringMatching(why) });
  });
});
