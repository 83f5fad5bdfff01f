// Cars that are known, and cars that nobody knows: kept out with a reason, let through at any time, guests until the end of their last day, shops' coupons, and cars without a plate by their driver's phone.
import { afterEach, expect, test } from "vitest";
import { tablesOf } from "#gateway/register/tables-of.ts";
import { booth } from "../world/booth.ts";
import { until } from "../world/program.ts";
import { mine, minute, other } from "./at-the-lane.ts";
import { due, type OnPhone, onPhone, phoneEnds } from "./on-phone.ts";

afterEach(phoneEnds);
const hour = 60 * minute;

const register = async (scene: OnPhone, entries: object): Promise<unknown[]> => {
  const { status, body } = await scene.post("/register", { person: "物业甲", ...entries });
  return [status, body?.code ?? null, String(body?.detail_zh ?? "")];
};

test("who is kept out is told so and may always leave; property fees are no reason; who is let through pays nothing, also without a tariff", async () => {
  const scene = await onPhone();
  const blocked = { car: "B-1", list: "blocked", plate: mine, reason: "parking-arrears", words: "欠停车费 3 次" };
  expect(await register(scene, { cars: [{ ...blocked, words: "拖欠物业费" }] })).toEqual([
    409,
    "register-refused",
    expect.stringContaining("物业费"),
  ]);
  expect(await register(scene, { cars: [{ ...blocked, reason: "staff" }] })).toEqual([
    409,
    "register-refused",
    expect.stringContaining("原因"),
  ]);
  await scene.parks(mine);
  expect(
    await register(scene, { cars: [blocked, { car: "S-1", list: "special", plate: other, reason: "emergency", words: "社区巡逻" }] }),
  ).toEqual([200, null, ""]);
  expect(scene.atExit(mine, 10 * minute)).toBe("opened");
  await scene.drives("out");
  expect(scene.site.push("in", { license: mine })).toEqual({ reason: "blacklisted", opens: false });
  await scene.site.goOn(1_000);
  expect([scene.pulses("in"), scene.reasons()]).toEqual([0, ["blacklisted"]]);
  // The day after, by its own end, and taken off by a person.
  expect(await register(scene, { cars: [{ ...blocked, withdrawn: true }] })).toEqual([200, null, ""]);
  expect(scene.site.push("in", { license: mine }).opens).toBe(true);
  await scene.drives("in");
  await scene.parks(other);
  scene.site.clock.leap(30 * hour);
  expect(scene.atExit(other, 1_000)).toBe("opened");
  expect(scene.site.events("visit.billed").at(-1)).toMatchObject({ total_fen: 0, tariff: "special" });
});

test("a guest's last day is whole: free until 23:59:59, a visitor like any other after it", async () => {
  const scene = await onPhone();
  const guest = { visitor: "V-1", lot: "main", plate: mine, host: "3-1201", from: "2026-11-25", until: "2026-11-25" };
  expect(await register(scene, { visitors: [{ ...guest, until: "2027-01-01" }] })).toEqual([
    409,
    "register-refused",
    expect.stringContaining("31 天"),
  ]);
  expect(await register(scene, { visitors: [guest] })).toEqual([200, null, ""]);
  await scene.parks(mine); // 12:00 in China
  scene.site.clock.setWall(Date.UTC(2026, 10, 25, 15, 59, 58) as never);
  scene.site.clock.advance(1_000);
  expect((await scene.see("/pay", { plate: mine })).text).toContain('data-code="nothing-owed"');
  expect((await booth(scene.site).ask("/api/v1/register/visitors")).body).toMatchObject({
    rows: [{ visitor: "V-1", host: "3-1201", until: "2026-11-26T00:00:00.000+08:00" }],
  });
});

test("a shop gives coupons by its own page, so many a month and one a car; what was used is its account, what it paid is set against it", async () => {
  const scene = await onPhone();
  const shop = { merchant: "shop-1", lot: "main", name: "超市", value: { kind: "cash", amount_fen: 300 }, quota: 2, person: "物业甲" };
  const { link } = (await scene.post("/merchants", shop)).body as { link: string };
  expect((await scene.post("/merchants", { ...shop, merchant: "shop-2", value: { kind: "minutes", minutes: 60 } })).body).toMatchObject({
    code: "register-refused",
  });
  await scene.parks(mine);
  expect((await scene.see(`/pay/shop/${link}`)).text).toContain('data-left="2"');
  expect((await scene.see(`/pay/shop/${link}`, { plate: mine })).text).toContain("已赠送");
  expect((await scene.see(`/pay/shop/${link}`, { plate: mine })).text).toContain('data-code="has-one"');
  const coupon = { coupon: "by-hand-1", plate: other, person: "店员" };
  for (let again = 0; again < 2; again += 1)
    expect((await scene.post("/merchants/shop-1/coupons", coupon)).body).toEqual({ coupon: "by-hand-1", left: 0 });
  expect((await scene.post("/merchants/shop-1/coupons", { ...coupon, coupon: "by-hand-2", plate: "闽C12345" })).body).toMatchObject({
    code: "quota",
  });
  expect((await scene.see("/pay/shop/nobody")).status).toBe(404);
  // 4 yuan less the coupon's 3.
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  expect((await scene.pays()).status).toBe(200);
  const account = async () => (await booth(scene.site).ask("/api/v1/merchants/shop-1/account?month=2026-11")).body;
  expect(await account()).toMatchObject({ issued: 2, used: 1, worth_fen: 300, owed_fen: 300, balance_fen: 300 });
  const settled = { entry: "settled-01", amount_fen: 200, person: "物业甲", reason: "11 月部分" };
  for (let again = 0; again < 2; again += 1)
    expect((await scene.post("/merchants/shop-1/settlements", settled)).body).toEqual({ entry: "settled-01", balance_fen: 100 });
  expect(await account()).toMatchObject({ balance_fen: 100 });
});

const nonce = "0123abcd-0000";
const token = (headers: Headers): string => (headers.get("set-cookie") ?? "").split(";")[0] ?? "";

test("an occasion: so many cars free while it lasts, by the host's own page; approved by another person; withdrawn its cars pay again", async () => {
  const scene = await onPhone({ asks: 100 });
  const occasion = {
    occasion: "fair-2026",
    lot: "main",
    name: "邻里节",
    from: "2026-11-25",
    until: "2026-11-26",
    quota: 2,
    person: "物业甲",
  };
  const write = async (over: object = {}) => (await scene.post("/occasions", { ...occasion, approver: "业委会乙", ...over })).body;
  expect(await write({ approver: "物业甲" })).toMatchObject({ code: "no-approver" });
  for (const over of [{ until: "2026-11-24" }, { until: "2027-02-01" }, { from: "明天" }])
    expect(await write(over)).toMatchObject({ code: expect.stringMatching(/no-span|not-as-described/) });
  expect(await write({ lot: "north" })).toMatchObject({ code: "no-lot" });
  const { link } = (await write()) as { link: string };
  const names = (plate: string) => scene.see(`/pay/occasion/${link}`, { plate });
  expect((await names("闽C")).text).toContain('data-code="no-plate"');
  for (let again = 0; again < 2; again += 1) expect((await names(mine)).text).toMatch(/免费进出[\s\S]*|data-left="1"/);
  expect((await scene.post("/occasions/fair-2026/cars", { plate: other, person: "物业甲" })).body).toMatchObject({ left: 0 });
  expect((await names("闽CA11111")).text).toContain('data-code="quota"');
  expect(await write({ quota: 1 })).toMatchObject({ code: "quota" });
  expect((await scene.get("/occasions/fair-2026")).body).toMatchObject({ given: 2, left: 0, quota: 2 });
  await scene.parks(mine);
  expect(scene.atExit(mine, 150 * minute)).toBe("opened");
  await scene.drives("out");
  expect(await write({ withdrawn: true })).toMatchObject({ withdrawn: true });
  expect((await names("闽CA11111")).status).toBe(404);
  await scene.parks(other);
  expect(scene.atExit(other, 150 * minute)).toBe("unpaid");
  expect(scene.site.events("occasion.written")).toMatchObject([{ quota: 2, approver: "业委会乙" }, { withdrawn: true }]);
});

test("without a plate: in by the phone when a loop sees the car, once; out by the same phone, for money, once", async () => {
  const scene = await onPhone({ unlicensed: true });
  const enters = (asked = nonce) => scene.see("/pay/enter/in", { asked });
  expect((await enters()).text).toContain('data-code="no-car"');
  await scene.comes("in");
  const [first, again] = [await enters(), await enters()];
  expect([first.text.includes('data-gate="opening"'), token(first.headers), again.status]).toEqual([true, token(again.headers), 200]);
  expect(scene.pulses("in")).toBe(1);
  // The next car must wait until this one is through.
  expect((await enters("another-0001")).status).toBe(400);
  expect((await enters("beef-0001")).text).toContain('data-code="car-ahead"');
  await scene.drives("in");
  expect(scene.visits()).toEqual([expect.stringMatching(/^无[0-9A-F]{6} inside$/)]);
  scene.site.clock.leap(150 * minute);
  await scene.site.goOn(400);

  const cookie = token(first.headers);
  const leaves = (as: string | undefined = cookie) => scene.see("/pay/lane/out/leave", {}, as);
  expect((await scene.see("/pay/lane/out", undefined, cookie)).text).toContain("/pay/lane/out/leave");
  expect((await leaves()).text).toContain('data-code="no-car"');
  await scene.comes("out");
  expect((await leaves("")).text).toContain('data-code="no-token"');
  const owes = await leaves();
  expect(due(owes.text)).toBe(400);
  expect(scene.pulses("out")).toBe(0);
  await scene.presses(await scene.paying(owes.text), "yes");
  await until("opened", () => scene.pulses("out") === 1 || undefined);
  await scene.drives("out");
  expect([scene.credits(), scene.pulses("out"), scene.visits()]).toEqual([1, 1, [expect.stringMatching(/ gone$/)]]);
  expect((await leaves()).text).toContain('data-code="no-token"');
});

test("a token opens for its own car: not while another car that owes stands there, not for a plate's visit, not after its plate was refused", async () => {
  const scene = await onPhone({ unlicensed: true });
  await scene.comes("in");
  const { headers } = await scene.see("/pay/enter/in", { asked: nonce });
  await scene.drives("in");
  await scene.parks(mine);
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  await scene.comes("out");
  expect((await scene.see("/pay/lane/out/leave", {}, token(headers))).text).toContain('data-code="car-ahead"');
  const visit = scene.site.journal().get<{ id: string }>("SELECT id FROM visit WHERE plate = ?", mine)?.id;
  expect((await scene.see("/pay/lane/out/leave", {}, `cuobian-token=${visit}`)).text).toContain('data-code="no-token"');
  await register(scene, { cars: [{ car: "B-1", list: "blocked", plate: other, reason: "safety", words: "堵塞消防通道" }] });
  expect(scene.site.push("in", { license: other }).reason).toBe("blacklisted");
  await scene.comes("in");
  expect((await scene.see("/pay/enter/in", { asked: "beef-0002" })).text).toContain('data-code="has-plate"');
  expect(scene.pulses("out")).toBe(0);
});

test("what was put in comes out as a table that can be read again", async () => {
  const scene = await onPhone();
  await register(scene, {
    passes: [{ pass: "A-101", lot: "main", plates: [mine, other], spaces: 1, from: "2026-11-01", until: "2026-12-31" }],
    coupons: [{ coupon: "c-1", lot: "main", plate: mine, value: { kind: "cash", amount_fen: 250 } }],
    vehicles: [{ plate: mine, class: "large", operating: true }],
    visitors: [{ visitor: "V-1", lot: "main", plate: mine, host: "=3,1201", from: "2026-11-25", until: "2026-11-26" }],
    cars: [{ car: "S-1", list: "special", plate: mine, reason: "staff", words: "保洁" }],
  });
  for (const list of ["passes", "coupons", "vehicles", "visitors", "cars"]) {
    const as = (form: string) =>
      fetch(`${scene.site.http()}/api/v1/register/${list}/${form}`, {
        headers: { authorization: "Bearer 0123456789abcdef0123456789abcdef" },
      });
    const csv = await (await as("csv")).text();
    const heads = csv.slice(0, csv.indexOf("\r\n")).split(",");
    const { tables } = tablesOf(new Uint8Array(await (await as("xlsx")).arrayBuffer()));
    // As a workbook: the list's name, a line for what is said of it, the same headings, the one row.
    const rows = tables[0]?.rows.filter(({ cells }) => cells.some((cell) => cell !== "")) ?? [];
    expect([list, rows.length, rows[1]?.cells.slice(0, heads.length)]).toEqual([list, 3, heads]);
    expect([list, csv.split("\r\n").length]).toEqual([list, 3]);
    expect(csv).not.toMatch(/,=/);
    expect((await scene.post("/register/csv", { person: "物业甲", list, csv })).body).toEqual({ written: true, rows: 1, complaints: [] });
  }
});
