// The register of papers and the papers of a hazard, from a draft to taken back; told by works.test.ts on its demonstration.
import { expect, test } from "vitest";
import type { HazardView } from "#protocols/api/views.ts";
import { counted } from "../promise.ts";
import { until } from "../world/program.ts";
import { attributes, type BureauStage, openAt } from "./demo-stage.ts";
import { goTo } from "./eyes.ts";

export function paperChecks(on: BureauStage): void {
  test("the register of papers: each list counts what it shows, filters stand in the address, each paper opens its print page and its Word file, and the file has them all", async (context) => {
    const { page, seen, context: tab } = await openAt(on, "bureau", "#/papers");
    await page.locator("tr[data-paper]").first().waitFor();
    const counts = await on.bureau.get<Record<string, number> & { organisations: string[] }>("/api/v1/ledger/papers/counts");
    for (const list of ["all", "unserved", "late", "unreceived", "withdrawn"]) {
      await page.locator(`.views [data-view="${list}"] b`, { hasText: new RegExp(`^${counts[list]}$`) }).waitFor();
    }
    expect(counts.all).toBeGreaterThan(50);
    expect(await page.locator("tr[data-paper]").count()).toBe(50);
    while ((await page.locator('[data-act="more"]').count()) > 0) {
      const shown = await page.locator("tr[data-paper]").count();
      await page.click('[data-act="more"]');
      await page.locator("tr[data-paper]").nth(shown).waitFor();
    }
    const numbers = await attributes(page, "tr[data-paper]", "data-paper-number");
    expect([numbers.length, new Set(numbers).size]).toEqual([counts.all, counts.all]);
    await page.selectOption('select[name="kind"]', "closure");
    await page.locator("tr[data-paper]").first().waitFor();
    await until("only closing sheets", async () => {
      const titles = await page.locator("tr[data-paper] th small").allTextContents();
      return (titles.length > 0 && titles.every((title) => title.includes("销号单"))) || undefined;
    });
    expect(page.url()).toContain("kind=closure");
    await page.click('.views [data-view="withdrawn"]');
    await page.locator(".empty").waitFor();
    await page.locator(".empty a").click();
    await page.locator("tr[data-paper]").first().waitFor();
    // The print page in a tab of its own; the Word file.
    const [first = ""] = await attributes(page, "tr[data-paper]", "data-paper-number");
    const [printed] = await Promise.all([tab.waitForEvent("page"), page.click(`tr[data-paper-number="${first}"] .row-link`)]);
    await printed.waitForLoadState();
    expect(await printed.locator("main").textContent()).toContain(first);
    await printed.close();
    const docx = (await page.locator(`tr[data-paper-number="${first}"] [data-file="docx"]`).getAttribute("href")) ?? "";
    const csv = (await page.locator('[data-export="csv"]').getAttribute("href")) ?? "";
    const bytes = await page.evaluate(
      `Promise.all([${JSON.stringify(docx)}, ${JSON.stringify(csv)}].map((path) => fetch(path).then((answer) => answer.text())))`,
    );
    const [word, file] = bytes as [string, string];
    expect([word.slice(0, 2), file.trim().split("\r\n").length]).toEqual(["PK", 1 + (counts.all ?? 0)]);
    expect(seen.errors).toEqual([]);
    counted(context, { papers: numbers.length, issuers: counts.organisations.length });
    await tab.close();
  });

  test("papers of a hazard: a draft to read, one number however often one presses, served by its issuer with how and by whom, signed for by the property, taken back with a reason; nobody is offered what is refused", async (context) => {
    const street = await on.demo.as("street");
    const hazards = (await street.get<{ items: HazardView[] }>("/api/v1/hazards?list=open&limit=200&page=1")).items;
    const papers = async (id: string) =>
      (await street.get<{ items: { number: string; service: string }[] }>(`/api/v1/ledger/papers?hazard=${id}`)).items;
    let target = "";
    for (const one of hazards)
      if (target === "" && one.responsible !== null && one.state !== "待派单" && (await papers(one.id)).length === 0) target = one.id;
    const { page, seen, context: tab } = await openAt(on, "street", `#/ledger?view=all&show=hazard:${target}`);
    const detail = page.locator(`[data-hazard-detail="${target}"]`);
    await detail.locator('[data-paper-due="notice"][data-ready="true"]').waitFor();
    // What the hazard has not come to is said, and is no link.
    expect(await detail.locator('[data-paper-due="closure"][data-ready="false"]').count()).toBe(1);
    const [draft] = await Promise.all([tab.waitForEvent("page"), detail.locator('[data-paper="notice"]').click()]);
    await draft.waitForLoadState();
    expect(await draft.locator("main").textContent()).toContain("隐患整改通知书");
    await draft.close();
    await detail.locator('[data-issue="notice"]').click();
    await detail.locator('[data-issue-ask="notice"] button[type="submit"]').dblclick();
    await detail.locator("[data-given]").waitFor();
    await page.waitForTimeout(500);
    const [paper, ...more] = await papers(target);
    // Whether its clock has run out already is the hazard's own age.
    expect([/^(waiting|late)$/.test(paper?.service ?? ""), more]).toEqual([true, []]);
    const number = paper?.number ?? "";
    const row = detail.locator(`[data-paper-number="${number}"]`);
    await row.locator('[data-step-of="serve"]').click();
    await row.locator('[name="how"]').selectOption("留置送达");
    await row.locator('[name="by"]').fill("王某、李某");
    await page.keyboard.press("Enter");
    await row.locator('[data-service^="served"]').first().waitFor();
    expect(await row.textContent()).toContain("王某、李某");
    // Its issuer does not sign for it.
    expect(await row.locator('[data-step-of="receive"]').count()).toBe(0);

    const property = await openAt(on, "property", `#/papers?text=${encodeURIComponent(number)}`);
    const theirs = property.page.locator(`tr[data-paper-number="${number}"]`);
    await theirs.waitFor();
    expect(await theirs.locator('[data-step-of="withdraw"], [data-step-of="serve"]').count()).toBe(0);
    await theirs.locator('[data-step-of="receive"]').click();
    await theirs.locator('[data-form="receive"] [name="by"]').fill("物业前台");
    await theirs.locator('[data-form="receive"] button[type="submit"]').click();
    await theirs.locator("td", { hasText: "物业前台" }).waitFor();
    await goTo(property.page, `#/ledger?view=all&show=hazard:${target}`);
    await property.page.locator(`[data-paper-number="${number}"]`).waitFor();
    // No draft that the cloud would refuse, no button of somebody else's.
    expect(await property.page.locator('[data-paper="notice"], [data-issue]').count()).toBe(0);

    await row.locator('[data-step-of="withdraw"]').click();
    await row.locator('[name="why"]').fill("地址写错");
    await row.locator('[data-form="withdraw"] button[type="submit"]').click();
    await row.locator('[data-service="withdrawn"]').waitFor();
    const steps = (await street.get<HazardView>(`/api/v1/hazards/${target}`)).steps
      .map(({ action }) => action)
      .filter((one) => one.startsWith("paper-"));
    expect(steps).toEqual(["paper-issue", "paper-serve", "paper-receive", "paper-withdraw"]);
    expect([...seen.errors, ...property.seen.errors]).toEqual([]);
    counted(context, { numbers: 1, steps: steps.length, "pressed twice": 1 });
    await Promise.all([tab.close(), property.context.close()]);
  });
}
