// The bureau's pages against the real demonstration: its processes, its ninety days. Checks by their numbers; by this file's name and in the full set.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { rungsOf, usualLadder } from "#cloud/ledger/clocks.ts";
import { usualPolicy } from "#cloud/ledger/policy.ts";
import type { HazardNotice } from "#protocols/api/hazards.ts";
import type { HazardView } from "#protocols/api/views.ts";
import { fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { counted } from "../promise.ts";
import { until } from "../world/program.ts";
import { atTheLedger, bureauStage, everything } from "./demo-stage.ts";
import { actAs, look } from "./eyes.ts";
import { ledgerFiles } from "./ledger-files.ts";

const on = bureauStage();
const url = (): string => on.demo.url();
const day = 86_400_000;
/** How far the cloud's clock is ahead. */
let moved = 0;

const rows = (page: Page): Promise<string[]> =>
  page
    .locator("tr[data-hazard]")
    .evaluateAll((all) => (all as unknown as { dataset: { hazard: string } }[]).map((row) => row.dataset.hazard));
async function listed(page: Page, where: string): Promise<string[]> {
  await page.locator(`[data-pages^="${where}/"]`).waitFor();
  await page.waitForTimeout(600);
  return rows(page);
}

test("check 15: filters, sort and page stand in the address: the same rows after a reload, after Back, and for whoever may see them", async (context) => {
  const { page, seen, context: tab } = await look(on.demo.browser, url());
  await atTheLedger(page, on);
  await page.selectOption('select[name="grade"]', "一般");
  await page.selectOption('select[name="state"]', "已销号");
  await page.fill('input[name="text"]', "栋");
  await page.keyboard.press("Enter");
  await page.selectOption('select[name="sort"]', "found");
  const first = await listed(page, "1");
  await page.click('[data-page="later"]');
  const second = await listed(page, "2");
  expect([first.length, second.length]).toEqual([50, 50]);
  expect(first.filter((id) => second.includes(id))).toEqual([]);
  const address = page.url();
  await page.reload();
  expect(await listed(page, "2")).toEqual(second);
  await page.goBack();
  expect(await listed(page, "1")).toEqual(first);
  // To another role, as a link: the same filter, its own rows.
  const other = await look(on.demo.browser, url());
  await other.page.goto(address);
  await other.page.locator("header .person").waitFor();
  expect(await other.page.inputValue('select[name="grade"]')).toBe("一般");
  expect(await other.page.inputValue('select[name="state"]')).toBe("已销号");
  expect(await other.page.inputValue('select[name="sort"]')).toBe("found");
  expect(await other.page.inputValue('input[name="text"]')).toBe("栋");
  // What the cloud gives this very person for this very question: the whole of it, page by page, of no other compound.
  const own = await on.demo.as("property");
  const question = `list=all&grade=${encodeURIComponent("一般")}&state=${encodeURIComponent("已销号")}&text=${encodeURIComponent("栋")}&sort=found&limit=50`;
  const asked = (number: number) => own.get<{ items: HazardView[]; total: number }>(`/api/v1/hazards?${question}&page=${number}`);
  const [page1, page2] = [await asked(1), await asked(2)];
  if (page2.items.length > 0) expect(await listed(other.page, "2")).toEqual(page2.items.map(({ id }) => id));
  await other.page.goto(address.replace("page=2", "page=1"));
  await other.page.locator("tr[data-hazard]").first().waitFor();
  const theirs = await listed(other.page, "1");
  expect(theirs).toEqual(page1.items.map(({ id }) => id));
  expect(theirs.every((id) => id.startsWith("JXHY-"))).toBe(true);
  expect(first.some((id) => !id.startsWith("JXHY-"))).toBe(true);
  expect([...seen.errors, ...other.seen.errors]).toEqual([]);
  expect([...seen.foreign, ...other.seen.foreign]).toEqual([]);
  counted(context, { rows: second.length, "of the second role": theirs.length, filters: 3 });
  await Promise.all([tab.close(), other.context.close()]);
});

test("check 16: two write on one hazard: the second is shown both, chooses, and the history has both", async (context) => {
  const id = (await everything(on.bureau, "open")).find((one) => one.state === "整改中" && one.site === "jinxiu")?.id ?? "";
  const tabs = await Promise.all(["bureau", "street"].map(async (who) => ({ who, ...(await look(on.demo.browser, url())) })));
  for (const { page, who } of tabs) {
    await page.goto(`${url()}/#/ledger?view=all`);
    await page.locator("tr[data-hazard]").first().waitFor();
    await actAs(page, who);
    await page.evaluate(`location.hash = "#/ledger?view=all&show=hazard:${id}"`);
    await page.click('[data-hazard-detail] [data-action="comment"]');
    await page.fill('[data-form="comment"] textarea', `备注 ${who}`);
  }
  const [one, two] = tabs.map(({ page }) => page) as [Page, Page];
  const statuses: number[] = [];
  two.on("response", (response) => {
    if (response.request().method() === "POST" && response.url().endsWith("/transitions")) statuses.push(response.status());
  });
  await one.click('[data-form="comment"] button[type="submit"]');
  await one.locator('[data-form="comment"]').waitFor({ state: "detached" });
  await two.click('[data-form="comment"] button[type="submit"]');
  await two.locator("[data-conflict]").waitFor();
  expect(await two.locator("[data-mine]").textContent()).toBe("备注 street");
  await two.locator("[data-theirs]", { hasText: "备注 bureau" }).waitFor();
  await two.click('[data-keep="mine"]');
  await two.click('[data-form="comment"] button[type="submit"]');
  await two.locator('[data-form="comment"]').waitFor({ state: "detached" });
  const notes = (await on.bureau.get<HazardView>(`/api/v1/hazards/${id}`)).steps.map(({ note }) => note);
  for (const who of ["bureau", "street"]) expect(notes.filter((note) => note === `备注 ${who}`)).toHaveLength(1);
  expect(statuses).toEqual([412, 200]);
  // The second one's own timeline shows both.
  await two.locator(".steps .step-note", { hasText: "备注 bureau" }).waitFor();
  await two.locator(".steps .step-note", { hasText: "备注 street" }).waitFor();
  counted(context, { writers: 2, "refused with 412": 1, lost: 0 });
  await Promise.all(tabs.map(({ context: tab }) => tab.close()));
});

const rungs = (deadline: number, now: number) => rungsOf(usualPolicy.calendar, usualLadder, deadline).filter(({ at }) => at <= now);

/** What the demonstration's receiver took: titles and what each message tells. */
const inbox = async (): Promise<{ message: { notices: { zh: string }[] } }[]> =>
  (await (await fetch(`${on.demo.compound.simulator.control}/inbox`)).json()) as { message: { notices: { zh: string }[] } }[];

test("check 17: a day, three and seven after the deadline: days and level are right, every rung stands in the history once, with how far its notice came; a postponement keeps the first deadline in sight; a frozen week keeps its hash", async (context) => {
  const late = await everything(on.bureau, "overdue");
  expect(late.length).toBeGreaterThanOrEqual(47);
  for (const one of late)
    expect(one.overdue_days, one.id).toBe(Math.floor((Date.now() - (fromRfc3339(one.deadline ?? "") ?? 0)) / day) + 1);

  // One is postponed: asked for by the property, granted by an officer.
  const at = (one: HazardView): number => fromRfc3339(one.deadline ?? "") ?? 0;
  const open = (await everything(on.bureau, "open")).filter(
    ({ site, state, pending, postponements }) => site === "jinxiu" && state === "整改中" && pending === null && postponements === 0,
  );
  const ahead = open.filter((one) => at(one) > Date.now() + day).sort((a, b) => at(a) - at(b));
  const [watched, postponed] = [ahead[0], ahead[1]];
  if (watched === undefined || postponed === undefined) throw new Error("the demonstration has too few hazards that are not due yet");
  const move = async (person: string, id: string, body: object): Promise<void> => {
    const answer = await (await on.demo.as(person)).post(`/api/v1/hazards/${id}/transitions`, body);
    expect([person, answer.status, answer.ok ? "" : await answer.text()]).toEqual([person, 200, ""]);
  };
  const until_ = new Date(at(postponed) + 10 * day).toISOString().replace("Z", "+00:00");
  await move("property", postponed.id, { action: "ask-postponement", note: "配件到货晚", until: until_ });
  await move("street", postponed.id, { action: "grant-postponement", note: "同意" });

  const weeks = await on.bureau.get<{ weeks: { week: string; hash: string }[]; sound: boolean }>("/api/v1/ledger/snapshots");
  const { page, context: tab } = await look(on.demo.browser, url());
  let stood = 0;
  const before = watched.steps.filter(({ action }) => action === "escalate").length;
  for (const days of [1, 3, 7]) {
    // Noon of that day after the deadline.
    const now = Date.now() + moved;
    const to = at(watched) + (days - 1) * day + day / 2;
    moved += to - now;
    await on.demo.ahead(Math.round(to - now));
    // Whoever was signed in days ago is not any more.
    on.bureau = await on.demo.as("bureau");
    const due = rungs(at(watched), to);
    const level = Math.max(0, ...due.map(({ rung }) => rung.level));
    // The ladder is walked once a minute; an officer may have it walked at once.
    if (days < 7) expect((await on.bureau.post("/api/v1/ledger/escalations", {})).status).toBe(200);
    const seen = await until(
      `level ${level} after ${days} days`,
      async () => {
        const one = await on.bureau.get<HazardView>(`/api/v1/hazards/${watched.id}`);
        return one.steps.filter(({ action }) => action === "escalate").length >= due.length ? one : undefined;
      },
      { within_ms: 90_000 },
    );
    const steps = seen.steps.filter(({ action }) => action === "escalate");
    expect([seen.overdue_days, seen.level, steps.length]).toEqual([days, level, due.length]);
    // Once each, in their order, with whom they told.
    expect(steps.map(({ note }) => note.split("（")[0])).toEqual(due.map(({ rung }) => rung.zh));
    expect(steps.every(({ note }) => note.includes("→"))).toBe(true);
    stood = steps.length;
    await page.goto(url());
    await page.locator("header .person").waitFor();
    await actAs(page, "bureau");
    await page.evaluate(`location.hash = "#/ledger?view=all&text=${watched.id}"`);
    await page.locator(`tr[data-hazard="${watched.id}"] .overdue`, { hasText: `逾 ${days} 天` }).waitFor();
  }
  // Each of these rungs told somebody: under its step stands that it arrived, and the receiver has it once. What came together waits a minute for its digest.
  await on.demo.ahead(2 * 60_000);
  moved += 2 * 60_000;
  const rungSteps = (await on.bureau.get<HazardView>(`/api/v1/hazards/${watched.id}`)).steps
    .filter(({ action }) => action === "escalate")
    .slice(before);
  expect(rungSteps.length).toBeGreaterThanOrEqual(3);
  const told = await until(
    "every notice arrived",
    async () => {
      const notices = await on.bureau.get<HazardNotice[]>(`/api/v1/hazards/${watched.id}/notices`);
      return notices.length >= rungSteps.length &&
        notices.every(({ deliveries }) => deliveries.length > 0 && deliveries.every(({ state }) => state === "delivered"))
        ? notices
        : undefined;
    },
    { within_ms: 60_000, every_ms: 500 },
  );
  expect(told.map(({ step }) => step)).toEqual(rungSteps.map(({ seq }) => seq));
  await page.evaluate(`location.hash = "#/ledger?view=all&show=hazard:${watched.id}"`);
  for (const { seq } of rungSteps)
    await page
      .locator(`[data-step="${seq}"] [data-told="${seq}"] [data-delivery="delivered"]`, { hasText: /演示收件箱 · 已送达/ })
      .waitFor();
  const arrived = (await inbox()).flatMap(({ message }) => message.notices).filter(({ zh }) => zh.includes(watched.id));
  expect(arrived.length).toBe(rungSteps.length);
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.evaluate(`location.hash = "#/ledger?view=all&text=${postponed.id}"`);
  await page.locator(`tr[data-hazard="${postponed.id}"] .first-deadline`, { hasText: /原定 \d\d-\d\d，延 1 次 \+10 天/ }).waitFor();
  // What is put right afterwards changes no week that was frozen; a new one may have been frozen meanwhile.
  const correction = { action: "correct", note: "更正位置", field: "place", value: "更正后的位置" };
  const target = late.find(({ found_at }) => (fromRfc3339(found_at) ?? Date.now()) < Date.now() - 21 * day) ?? late[0];
  expect((await on.bureau.post(`/api/v1/hazards/${target?.id}/transitions`, correction)).status).toBe(200);
  const after = await on.bureau.get<typeof weeks>("/api/v1/ledger/snapshots");
  const hashes = new Map(after.weeks.map(({ week, hash }) => [week, hash]));
  expect(weeks.weeks.map(({ week }) => hashes.get(week))).toEqual(weeks.weeks.map(({ hash }) => hash));
  expect([weeks.sound, after.sound]).toEqual([true, true]);
  counted(context, {
    overdue: late.length,
    moments: 3,
    "rungs of the one that was watched": stood,
    "notices that arrived": arrived.length,
    postponed: 1,
    weeks: weeks.weeks.length,
  });
  await tab.close();
}, 400_000);

ledgerFiles(on);
