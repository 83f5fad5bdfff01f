// Passes as they are sold and lived with: a resident asks, pays on his phone, is let through, renews, changes cars, moves away. Real pages, a real journal, told time.
import { afterEach, expect, test } from "vitest";
import { booth } from "../world/booth.ts";
import { boothToken } from "../world/parking-site.ts";
import { until } from "../world/program.ts";
import { mine, minute, other } from "./at-the-lane.ts";
import { type OnPhone, onPhone, phoneEnds } from "./on-phone.ts";

afterEach(phoneEnds);
const day = 24 * 60 * minute;

const prices = {
  lot: "main",
  from: "2026-11-01",
  person: "物业甲",
  rows: [
    { row: "first", zh: "首车月租", en: "first car", nth: 1, month_fen: 30_000 },
    { row: "second", zh: "第二辆车月租", en: "second car", nth: 2, month_fen: 45_000 },
  ],
  grace_days: 2,
  changes_per_year: 1,
  replacement_days: 7,
};
const holder = { lot: "main", room: "3-1201", contact: "13800000000", plates: [mine], nth: 1, spaces: 1, person: "物业甲" };

interface Desk extends OnPhone {
  readonly link: string;
  ask(path: string): Promise<Record<string, unknown> | null>;
}

async function desk(): Promise<Desk> {
  const scene = await onPhone({ asks: 1_000 });
  expect((await scene.post("/pass-prices", prices)).status).toBe(200);
  const { link } = (await scene.post("/passes/A-101/holder", holder)).body as { link: string };
  return { ...scene, link, ask: async (path) => (await booth(scene.site).ask(`/api/v1${path}`)).body };
}
const span = (scene: Desk) =>
  scene.site.journal().get<{ from_at: number; until_at: number }>("SELECT from_at, until_at FROM pass WHERE id = 'A-101'");
const midnight = (text: string): number => Date.parse(`${text}T00:00:00+08:00`);

test("sold at the booth at its price, let through to the last second of its last day, then told that it has expired", async () => {
  const scene = await desk();
  const sale = { order: "order-0001", term: { by: "day", until: "2026-11-27" }, amount_fen: 3_000, method: "cash", collector: "门岗甲" };
  expect(await scene.ask("/passes/A-101/quote?by=day&until=2026-11-27")).toMatchObject({ total: 3_000, kind_of: "new" });
  expect((await scene.post("/passes/A-101/orders", { ...sale, amount_fen: 2_999 })).body).toMatchObject({ code: "other-amount" });
  const { shift } = (await scene.post("/shifts", { person: "门岗甲" })).body as { shift: string };
  for (let again = 0; again < 2; again += 1)
    expect((await scene.post("/passes/A-101/orders", sale)).body).toMatchObject({ order: "order-0001" });
  expect(span(scene)).toEqual({ from_at: midnight("2026-11-25"), until_at: midnight("2026-11-28") });
  expect(scene.site.events("pass.sold")).toMatchObject([{ pass: "A-101", amount_fen: 3_000, method: "cash", kind: "new" }]);
  expect((await scene.post(`/shifts/${shift}/hand-over`, { to: "门岗乙", counted_fen: 3_000 })).body).toMatchObject({
    expected_fen: 3_000,
  });

  await scene.parks(mine);
  scene.site.clock.leap(midnight("2026-11-27") + day - 1_000 - scene.site.clock.wall());
  expect((await scene.see("/pay", { plate: mine })).text).toContain('data-code="nothing-owed"');
  // Two days of grace, then it is a visitor's: from the end of the grace on.
  scene.site.clock.leap(2 * day);
  expect((await scene.see("/pay", { plate: mine })).text).toContain('data-code="nothing-owed"');
  scene.site.clock.leap(3 * 60 * minute);
  expect((await scene.see("/pay", { plate: mine })).text).toContain("data-due");
});

test("renewed on the phone, told twice: paid once, from where it ended; the receipt and what an invoice needs", async () => {
  const scene = await desk();
  await scene.post("/passes/A-101/orders", {
    order: "order-0001",
    term: { by: "date", months: 1 },
    amount_fen: 30_000,
    method: "cash",
    collector: "门岗甲",
  });
  const page = (await scene.see(`/pay/pass/${scene.link}`)).text;
  for (const words of ["2026-12-24 23:59:59", "闽C·D82345", "3 个月 · 900.00 元 · 2027-03-24"]) expect(page).toContain(words);
  expect((await scene.see("/pay/pass/nobody")).status).toBe(404);
  const { headers } = await scene.see(`/pay/pass/${scene.link}`, { months: "3", method: "sandbox" });
  const charge = headers.get("x-cuobian-charge") ?? "";
  scene.tellsHere(charge);
  await scene.presses(charge, "yes");
  await until("sold", () => scene.site.events("pass.sold").length === 2 || undefined);
  await scene.site.goOn(20_000);
  expect(scene.site.events("pass.sold").at(-1)).toMatchObject({
    kind: "renewal",
    amount_fen: 90_000,
    method: "sandbox",
    from: midnight("2026-12-25"),
    until: midnight("2027-03-25"),
  });
  expect([scene.site.events("pass.sold").length, span(scene)?.until_at]).toEqual([2, midnight("2027-03-25")]);
  expect((await scene.see(`/pay/charge/${charge}`)).text).toContain('data-state="paid"');

  const order = scene.site.events("pass.sold").at(-1)?.order ?? "";
  expect((await scene.see(`/pay/receipt/${order}`)).text).toContain('data-paid="90000"');
  expect((await scene.see(`/pay/receipt/${order}`, { title: "", tax_number: "1" })).status).toBe(409);
  expect(
    (await scene.see(`/pay/receipt/${order}`, { title: "=某公司", tax_number: "91350500MA0000000A", email: "a@b.example" })).text,
  ).toContain("已登记");
  expect((await scene.see(`/pay/receipt/${order}`, { title: "另一家" })).status).toBe(409);
  const csv = await (
    await fetch(`${scene.site.http()}/api/v1/invoices/csv?from=2026-11-25&until=2026-11-25`, {
      headers: { authorization: `Bearer ${boothToken}` },
    })
  ).text();
  expect(csv.split("\r\n")).toHaveLength(3);
  expect(csv).toContain("'=某公司,91350500MA0000000A,a@b.example,900.00,900.00");
});

test("given back by the day: what was not used, to the fen, once; the phone's money by its provider", async () => {
  const scene = await desk();
  const { headers } = await scene.see(`/pay/pass/${scene.link}`, { months: "1", method: "sandbox" });
  const charge = headers.get("x-cuobian-charge") ?? "";
  scene.tellsHere(charge);
  await scene.presses(charge, "yes");
  await until("sold", () => scene.site.events("pass.sold").length === 1 || undefined);
  scene.site.clock.leap(9 * day); // its tenth day of thirty
  expect(
    (await scene.post("/passes/A-101/refund", { entry: "refund-0001", last: "2026-11-30", person: "物业甲", reason: "搬离" })).body,
  ).toMatchObject({ code: "in-the-past" });
  const order = { entry: "refund-0001", person: "物业甲", reason: "搬离" };
  for (let again = 0; again < 2; again += 1)
    expect((await scene.post("/passes/A-101/refund", order)).body).toMatchObject({ days: 20, amount_fen: 20_000 });
  expect((await scene.post("/passes/A-101/refund", { ...order, entry: "refund-0002" })).body).toMatchObject({ days: 0, amount_fen: 0 });
  expect(span(scene)?.until_at).toBe(midnight("2026-12-05"));
  await until("given back by the provider", () => {
    scene.site.clock.advance(1_000);
    return scene.refunds(charge).length > 0 || undefined;
  });
  expect(scene.refunds(charge)).toEqual([20_000]);
});

test("days for everybody, other plates within limits, a car that stands in; who is to be told is told once", async () => {
  const scene = await desk();
  await scene.post("/passes/A-101/orders", {
    order: "order-0001",
    term: { by: "date", months: 1 },
    amount_fen: 30_000,
    method: "cash",
    collector: "门岗甲",
  });
  const extension = { entry: "works-2026", lot: "main", days: 5, person: "物业甲", reason: "出入口施工补偿" };
  for (let again = 0; again < 2; again += 1) expect((await scene.post("/passes/extend", extension)).body).toEqual({ passes: 1, days: 5 });
  expect(span(scene)?.until_at).toBe(midnight("2026-12-30"));

  const change = { change: "change-0001", plates: [other], person: "物业甲", reason: "换车" };
  for (let again = 0; again < 2; again += 1)
    expect((await scene.post("/passes/A-101/plates", change)).body).toEqual({ change: "change-0001", left: 0 });
  expect((await scene.post("/passes/A-101/plates", { ...change, change: "change-0002", plates: [mine] })).body).toMatchObject({
    code: "no-more-changes",
  });
  expect(
    (await scene.post("/passes/A-101/replacement", { change: "stand-in-01", plate: mine, days: 8, person: "物业甲", reason: "维修" })).body,
  ).toMatchObject({ code: "too-long" });
  expect(
    (await scene.post("/passes/A-101/replacement", { change: "stand-in-01", plate: mine, days: 2, person: "物业甲", reason: "维修" }))
      .status,
  ).toBe(200);
  await scene.parks(mine);
  expect(scene.atExit(mine, 150 * minute)).toBe("opened");
  await scene.drives("out");
  scene.site.clock.leap(2 * day);
  await scene.parks(mine);
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");

  expect(scene.site.events("pass.expires")).toEqual([]);
  scene.site.clock.leap(midnight("2026-12-27") - scene.site.clock.wall());
  scene.site.clock.advance(5_000);
  scene.site.clock.leap(2 * 60 * minute);
  scene.site.clock.advance(5_000);
  expect(scene.site.events("pass.expires")).toMatchObject([{ pass: "A-101", days: 3 }]);
  expect(await scene.ask("/passes/ending?days=7")).toMatchObject([
    { pass: "A-101", days: 3, zh: expect.stringMatching(/剩余 3 天，续费：.*\/pay\/pass\//) },
  ]);
});

test("a resident asks with a picture; a person looks, decides, and the picture is gone; refused he is told why", async () => {
  const scene = await desk();
  const join = async (over: Record<string, string> = {}, photo: Uint8Array | null = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({
      lot: "main",
      room: "5-302",
      contact: "13900000000",
      plates: `${other} 闽C12345`,
      note: "",
      ...over,
    }))
      form.set(name, value);
    if (photo !== null) form.set("photo", new Blob([photo as never]), "id.jpg");
    return fetch(`${scene.site.http()}/pay/join`, { method: "POST", body: form, redirect: "manual" });
  };
  expect((await join({ plates: "闽C" })).status).toBe(409);
  expect((await join({}, Buffer.from("<script>"))).status).toBe(409);
  const asked = (await join()).headers.get("location") ?? "";
  expect((await join()).headers.get("location")).toBe(asked);
  expect((await scene.see(asked)).text).toContain('data-state="asked"');
  const [{ request } = { request: "" }] = (await scene.ask("/residents")) as unknown as { request: string }[];
  const photo = () =>
    fetch(`${scene.site.http()}/api/v1/residents/${request}/photo`, { headers: { authorization: `Bearer ${boothToken}` } });
  expect([(await photo()).status, (await photo()).headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  const decision = { approve: true, person: "物业甲", answer: "", pass: "B-302", nth: 2 };
  expect((await scene.post(`/residents/${request}/decision`, { ...decision, pass: "A-101" })).body).toMatchObject({ code: "pass-taken" });
  const { link } = (await scene.post(`/residents/${request}/decision`, decision)).body as { link: string };
  expect((await scene.post(`/residents/${request}/decision`, decision)).body).toMatchObject({ link, pass: "B-302" });
  expect((await photo()).status).toBe(404);
  expect((await scene.see(asked)).text).toContain(`/pay/pass/${link}`);
  // A household's second car costs what a second car costs.
  expect((await scene.see(`/pay/pass/${link}`)).text).toContain("1 个月 · 450.00 元");
});

test("a plate that somebody asks for is nobody's until a person has looked: it binds nothing, tells nothing, and takes nothing from its holder", async () => {
  const scene = await desk();
  await scene.parks(other);
  const holders = () => scene.site.journal().all<{ pass: string; plates: string }>("SELECT pass, plates FROM pass_holder ORDER BY pass");
  const before = holders();
  const form = new FormData();
  // Another household's plate, and that of a car that stands inside.
  for (const [name, value] of Object.entries({ lot: "main", room: "9-909", contact: "13911111111", plates: `${mine} ${other}`, note: "" }))
    form.set(name, value);
  const asked =
    (await fetch(`${scene.site.http()}/pay/join`, { method: "POST", body: form, redirect: "manual" })).headers.get("location") ?? "";
  const page = (await scene.see(asked)).text;
  expect([page.includes('data-state="asked"'), page.includes(scene.link), /data-due|A-101/.test(page)]).toEqual([true, false, false]);
  const [{ request } = { request: "" }] = (await scene.ask("/residents")) as unknown as { request: string }[];
  const url = `${scene.site.http()}/api/v1/residents/${request}`;
  const decide = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ approve: true, person: "路人", answer: "", pass: "X-1" }),
  };
  expect([(await fetch(`${url}/decision`, decide)).status, (await fetch(`${url}/photo`)).status]).toEqual([401, 401]);
  expect([holders(), scene.site.journal().all("SELECT id FROM pass WHERE id = 'X-1'")]).toEqual([before, []]);
  // It pays like any other until then, and what is said of the request names no plate.
  expect(scene.atExit(other, 150 * minute)).toBe("unpaid");
  expect(JSON.stringify(scene.site.events("resident.asked"))).not.toMatch(/闽/);
  expect(
    (await scene.post(`/residents/${request}/decision`, { approve: false, person: "物业甲", answer: "车牌登记在另一户名下" })).status,
  ).toBe(200);
  expect([holders(), (await scene.see(asked)).text.includes('data-state="rejected"')]).toEqual([before, true]);
});
