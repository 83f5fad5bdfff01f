// Two versions of a scheme side by side, and the owners' votes, against the real demonstration, each as the people whose part it is: numbers are the API's, open what they rest on, and a form says at
// its field what is wrong. By its name and in the full set.
import { afterAll, beforeAll, expect } from "vitest";
import type { Comparison } from "#protocols/api/comparison.ts";
import { hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { until } from "../world/program.ts";
import { type Demo, openDemo } from "./demo.ts";
import { type Look, openedAs } from "./eyes.ts";
import { withBrowser } from "./stage.ts";

let demo: Demo;
beforeAll(async () => {
  if (!hasCommand("chromium")) return;
  demo = await openDemo({ history: true });
  const bureau = await demo.as("bureau");
  const told = async () => (await bureau.get<{ total: number }>("/api/v1/ledger/figures")).total >= 253 || undefined;
  await until("the ninety days", told, { within_ms: 90_000 });
}, 180_000);
afterAll(() => demo?.end());

const opened = (person: string, place: string): Promise<Look> => openedAs(demo.browser, demo.url(), { person, place });

const shownPoints = (milli: number): string => String(milli / 1_000).replace("-", "−");

withBrowser(
  "two versions of a scheme side by side: scores, ranks and stars are the API's, a difference opens lines that sum to it, a line its hazards; never two kinds; a company sees its own line",
  async (context) => {
    const bureau = await opened("bureau", "#/awards?view=compare");
    const { page } = bureau;
    await page.locator("[data-compared]").first().waitFor();
    const quarter = await page.locator('select[name="quarter"]').inputValue();
    const path = `/api/v1/assessment/comparison?period=${quarter}&a=stars-fifth@0&b=stars-third@0`;
    const told = await (await demo.as("bureau")).get<Comparison>(path);
    expect(told.compounds.length).toBe(3);
    for (const { site, a, b, difference_milli: by } of told.compounds) {
      const row = page.locator(`[data-compared="${site}"]`);
      const numbers = await Promise.all(["a", "b", "difference"].map((one) => row.locator(`[data-number="${one}"]`).textContent()));
      const plus = (by ?? 0) > 0 ? "+" : "";
      expect(numbers).toEqual([shownPoints(a?.score_milli ?? 0), shownPoints(b?.score_milli ?? 0), plus + shownPoints(by ?? 0)]);
      expect(await row.locator('[data-moved="rank"]').textContent()).toContain(String(b?.rank));
    }
    expect(await page.locator("[data-coverage]").getAttribute("data-coverage")).toBe(
      told.coverage.covered === told.coverage.compounds ? "full" : "part",
    );
    expect(await page.locator("[data-shares]").textContent()).toContain("1/5 → 1/3");
    for (const side of ["from", "to"])
      expect(await page.locator(`select[name="${side}"] option`).evaluateAll((all) => all.map((one) => one.getAttribute("value")))).toEqual(
        [...["stars-third@0", "stars-fifth@0"]],
      );
    const most = [...told.compounds].sort((x, y) => Math.abs(y.difference_milli ?? 0) - Math.abs(x.difference_milli ?? 0))[0];
    await page.click(`[data-compared="${most?.site}"] [data-number="difference"]`);
    await page.locator("[data-compared-lines] [data-sum]").waitFor();
    const by = await page.locator("[data-line]").evaluateAll((all) => all.map((one) => Number(one.getAttribute("data-by"))));
    expect(Math.round(by.reduce((sum, one) => sum + one, 0))).toBe(most?.difference_milli);
    const address = page.url();
    await page.reload();
    await page.locator("[data-compared-lines] [data-sum]").waitFor();
    expect(page.url()).toBe(address);
    const line = page.locator("[data-evidence]").filter({ has: page.locator("[data-hazard-of]") });
    await line.first().locator("summary").click();
    await line.first().locator("[data-hazard-of]").first().click();
    await page.locator("[data-hazard-detail]").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    // Turned round, the sign turns.
    await page.selectOption('select[name="from"]', "stars-third@0");
    await page.selectOption('select[name="to"]', "stars-fifth@0");
    await page.locator(`[data-compared="${most?.site}"][data-difference="${-(most?.difference_milli ?? 0)}"]`).waitFor();
    for (const as of ["xlsx", "csv"]) {
      const href = (await page.locator(`[data-export="${as}"]`).getAttribute("href")) ?? "";
      expect((await page.context().request.get(`${demo.url()}${href}`)).status(), as).toBe(200);
    }
    const company = await opened("yunding-property", "#/awards?view=compare");
    await company.page.locator('[data-compared="yunding"]').waitFor();
    expect(await company.page.locator("[data-compared]").count()).toBe(1);
    // Its rank is among all, not among what it sees.
    const rank = told.compounds.find(({ site }) => site === "yunding")?.b?.rank;
    expect(await company.page.locator('[data-moved="rank"]').textContent()).toContain(String(rank));
    expect([bureau, company].flatMap(({ seen }) => [...seen.errors, ...seen.foreign])).toEqual([]);
    counted(context, { compounds: told.compounds.length, lines: by.length, versions: 2, files: 2, "posts looked from": 2 });
    await Promise.all([bureau, company].map(({ context: tab }) => tab.close()));
  },
  60_000,
);

interface VoteRow {
  readonly number: string;
  readonly passed: boolean;
  readonly replaced_by: string | null;
  readonly spent_fen: number;
  readonly short: readonly string[];
}

withBrowser(
  "votes of the owners: outcome and formula are the API's, spending opens its hazard, the notice is there; the form says at its field what is wrong and shows nothing before the cloud has answered; others have no form",
  async (context) => {
    const owners = await opened("owners", "#/income?view=votes");
    const { page } = owners;
    await page.locator("[data-vote]").first().waitFor();
    const votes = async (): Promise<VoteRow[]> => (await demo.as("owners")).get<VoteRow[]>("/api/v1/fund/votes?site=jinxiu");
    const before = await votes();
    const shown = await page
      .locator("[data-vote]")
      .evaluateAll((all) => all.map((one) => [one.getAttribute("data-vote"), one.getAttribute("data-passed")]));
    expect(shown.reverse()).toEqual(before.map(({ number, passed }) => [number, String(passed)]));
    for (const { number, short } of before) {
      const missed = page.locator(`[data-vote="${number}"] [data-reached="false"]`);
      expect((await missed.evaluateAll((all) => all.map((one) => one.getAttribute("data-condition")))).sort()).toEqual([...short].sort());
      expect(await page.locator(`[data-vote="${number}"] [data-condition]`).count()).toBe(4);
    }
    expect(await page.locator('[data-rule-of="raise-fund"][data-confirmed="false"]').textContent()).toContain("3/4");
    const spent = before.find(({ spent_fen }) => spent_fen > 0);
    const card = page.locator(`[data-vote="${spent?.number}"]`);
    const sum = await card
      .locator("[data-spent]")
      .evaluateAll((all) => all.reduce((n, one) => n - Number(one.getAttribute("data-spent")), 0));
    expect(sum).toBe(spent?.spent_fen);
    expect(await card.locator("[data-names]").count()).toBe(1);
    const notice = await page.context().request.get(`${demo.url()}${await card.locator('[data-notice="html"]').getAttribute("href")}`);
    expect([notice.status(), (await notice.text()).includes(spent?.number ?? "")]).toEqual([200, true]);
    await card.locator("[data-spent] button").first().click();
    await page.locator("[data-hazard-detail]").waitFor();
    await page.keyboard.press("Escape");

    await page.click('[data-act="enter-vote"]');
    await page.locator('[data-rule="use-fund"]').waitFor();
    await page.click('[data-form="vote"] [type="submit"]');
    const wrong = async (): Promise<(string | null)[]> =>
      page.locator("[data-wrong]").evaluateAll((all) => all.map((one) => one.getAttribute("data-wrong")));
    expect(await wrong()).toEqual([
      ...["number", "subject", "amount"],
      ...["all_heads", "part_heads", "agree_heads", "all_areas", "part_areas", "agree_areas"],
    ]);
    expect(await page.evaluate("document.activeElement.name")).toBe("number");
    const fill = async (given: Readonly<Record<string, string>>): Promise<void> => {
      for (const [name, value] of Object.entries(given)) await page.fill(`[data-form="vote"] [name="${name}"]`, value);
    };
    await page.selectOption('[data-form="vote"] [name="matter"]', "raise-fund");
    await page.locator('[data-rule="raise-fund"]').waitFor();
    await fill({ number: spent?.number ?? "", subject: "续筹（页面登记）", amount: "1000.50" });
    await fill({
      all_heads: "640",
      part_heads: "480",
      agree_heads: "481",
      all_areas: "82000",
      part_areas: "61500.5",
      agree_areas: "50000",
    });
    expect(await wrong()).toEqual(["agree_heads"]);
    await fill({ agree_heads: "359" });
    expect(await wrong()).toEqual([]);
    // Known already: the cloud says so, at the field of the number; what was typed stays.
    await page.click('[data-form="vote"] [type="submit"]');
    await page.locator('[data-wrong="number"]').waitFor();
    expect(await page.inputValue('[data-form="vote"] [name="part_areas"]')).toBe("61500.5");
    const number = "业主大会 页面 1 号";
    await fill({ number });
    // Nothing is shown as entered before the cloud has answered.
    const asked = Promise.withResolvers<void>();
    const answers = Promise.withResolvers<void>();
    await page.route("**/api/v1/fund/votes", async (route) => {
      if (route.request().method() === "POST") {
        asked.resolve();
        await answers.promise;
      }
      await route.continue();
    });
    await page.click('[data-form="vote"] [type="submit"]');
    await asked.promise;
    expect([await page.locator("[data-told]").count(), await page.locator(`[data-vote="${number}"]`).count()]).toEqual([0, 0]);
    expect((await votes()).length).toBe(before.length);
    answers.resolve();
    await page.locator(`[data-vote="${number}"][data-passed="false"]`).waitFor();
    // 359 of 480 is less than three quarters; 50000 of 61500.5 is more.
    expect((await votes()).find((one) => one.number === number)?.short).toEqual(["majority-heads"]);
    expect(await page.locator(`[data-vote="${number}"] [data-reached="false"]`).getAttribute("data-condition")).toBe("majority-heads");

    const bureau = await opened("bureau", "#/income?view=votes&site=jinxiu");
    await bureau.page.locator(`[data-vote="${number}"]`).waitFor();
    expect(await bureau.page.locator('[data-act="enter-vote"]').count()).toBe(0);
    const counted_ = { heads: 2, areas_milli: 2_000 };
    const forged = { site: "jinxiu", number: "不该", subject: "不该", matter: "other", day: "2026-01-05" };
    const ballots = { all: counted_, taking_part: counted_, agreeing: counted_ };
    expect((await (await demo.as("bureau")).post("/api/v1/fund/votes", { ...forged, ...ballots })).status).toBe(403);
    const installer = await opened("installer", "#/income?view=votes");
    await installer.page.locator('[data-not-for-this-post="income"]').waitFor();
    // Only the refusal that was provoked stands in the console.
    expect(owners.seen.errors.filter((one) => !one.includes("409"))).toEqual([]);
    expect([bureau, installer].flatMap(({ seen }) => seen.errors)).toEqual([]);
    counted(context, { votes: before.length + 1, conditions: (before.length + 1) * 4, refused: 2, "posts looked from": 3 });
    await Promise.all([owners, bureau, installer].map(({ context: tab }) => tab.close()));
  },
  60_000,
);
