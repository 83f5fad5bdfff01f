// A driver pays on his own phone: before he goes, or at the exit by the code that hangs there. The real page over HTTP, the sandbox over HTTP, told time; the gate opens once.
import { afterEach, expect, test } from "vitest";
import { until } from "../world/program.ts";
import { mine, minute, other } from "./at-the-lane.ts";
import { due, onPhone, phoneEnds } from "./on-phone.ts";

afterEach(phoneEnds);

test("before he goes: the page says what is owed line by line, the phone pays, the exit opens by itself within the grace", async () => {
  const scene = await onPhone();
  await scene.parks();
  scene.site.clock.leap(150 * minute);
  const { text } = await scene.see("/pay", { plate: " 闽c·d82345 " });
  expect(due(text)).toBe(400);
  for (const line of ["闽C·D82345", "演示支付", "4.00 元", "tel:0595-12345678"]) expect(text).toContain(line);
  expect((await scene.see("/pay?lang=en", { plate: mine })).text).toMatch(/<html lang="en">[\s\S]*To pay/);
  // To look binds nobody: no bill, no event.
  expect(scene.site.events("visit.billed")).toEqual([]);
  const charge = await scene.asksToPay();
  expect((await scene.see(`/pay/charge/${charge}`)).text).toContain('data-state="asked"');
  await scene.presses(charge, "yes");
  await until("credited", () => scene.credits() === 1 || undefined);
  expect((await scene.see(`/pay/charge/${charge}`)).text).toMatch(/data-state="paid"[\s\S]*15 分钟/);
  expect(scene.site.events("visit.paid")).toMatchObject([{ lane: null, method: "sandbox", amount_fen: 400 }]);
  expect((await scene.see(`/pay/receipt/${charge}`)).text).toContain('data-paid="400"');
  for (let again = 0; again < 2; again += 1)
    expect((await scene.see(`/pay/charge/${charge}/dispute`, { words: "我 5 分钟就走了", contact: "13800000000" })).text).toContain(
      'data-state="disputed"',
    );
  expect(scene.site.events("money.disputed")).toMatchObject([{ payment: charge, by: "phone" }]);
  expect(scene.pulses("out")).toBe(0);
  expect((await scene.see("/pay", { plate: mine })).text).toContain('data-code="nothing-owed"');
  scene.site.clock.leap(10 * minute);
  expect(scene.site.push("out", { license: mine })).toEqual({ reason: "opened", opens: true });
});

test("paid, and the grace let pass: only the rest is owed", async () => {
  const scene = await onPhone();
  await scene.parks();
  scene.site.clock.leap(150 * minute);
  await scene.presses(await scene.asksToPay(), "yes");
  await until("credited", () => scene.credits() === 1 || undefined);
  expect(scene.atExit(mine, 40 * minute)).toBe("unpaid");
  expect(due((await scene.see("/pay/lane/out")).text)).toBe(200);
});

test("at the exit by the code that hangs there: paid on the phone, the gate opens, once, also when told again", async () => {
  const scene = await onPhone();
  expect((await scene.see("/pay/lane/out")).text).toContain('data-code="no-car"');
  await scene.parks();
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  await scene.comes("out");
  const shown = (await scene.see("/pay/lane/out")).text;
  expect(due(shown)).toBe(400);
  // Whoever scans the code there sees which car is meant, and not its whole plate.
  expect(shown).not.toContain("D82345");
  const charge = await scene.asksToPay();
  await scene.presses(charge, "yes");
  await until("opened", () => scene.pulses("out") === 1 || undefined);
  await scene.presses(charge, "yes");
  await scene.site.goOn(5_000);
  expect([scene.credits(), scene.pulses("out")]).toEqual([1, 1]);
});

test("the car stands elsewhere: money is taken, no arm goes up in front of nobody", async () => {
  const scene = await onPhone();
  await scene.parks();
  expect(scene.atExit(mine, 150 * minute)).toBe("unpaid");
  // It backed away: nothing stands on the loop.
  const charge = await scene.asksToPay();
  await scene.presses(charge, "yes");
  await until("credited", () => scene.credits() === 1 || undefined);
  await scene.site.goOn(2_000);
  expect(scene.pulses("out")).toBe(0);
  expect(scene.site.push("out", { license: mine }).opens).toBe(true);
});

test("the notification never comes: it is asked for, and credited once", async () => {
  const scene = await onPhone({ mute: true });
  await scene.parks();
  scene.site.clock.leap(150 * minute);
  const charge = await scene.asksToPay();
  await scene.presses(charge, "yes");
  await until("credited", () => {
    scene.site.clock.advance(1_000);
    return scene.credits() === 1 || undefined;
  });
  await scene.site.goOn(60_000);
  expect(scene.credits()).toBe(1);
});

test("cancelled at the provider: nothing is taken, the page says so, and it can be paid anew", async () => {
  const scene = await onPhone();
  await scene.parks();
  scene.site.clock.leap(150 * minute);
  const charge = await scene.asksToPay();
  await scene.presses(charge, "no");
  await until("closed", async () => ((await scene.see(`/pay/charge/${charge}`)).text.includes('data-state="closed"') ? true : undefined));
  const second = await scene.asksToPay();
  expect(second).not.toBe(charge);
  await scene.presses(second, "yes");
  await until("credited", () => scene.credits() === 1 || undefined);
});

test("a card holder, a car in its free hour, one that is not here, one that has paid: one answer for all", async () => {
  const scene = await onPhone({ asks: 100 });
  await scene.parks();
  const free = (await scene.see("/pay", { plate: mine })).text;
  const absent = (await scene.see("/pay", { plate: other })).text;
  expect(absent.replaceAll(other, "X")).toBe(free.replaceAll(mine, "X"));
  expect(absent).toContain('data-code="nothing-owed"');
  expect((await scene.see("/pay", { plate: "闽C" })).text).toContain('data-code="no-plate"');
});

test("who asks for plate after plate waits; what he writes is never HTML", async () => {
  const scene = await onPhone();
  const statuses: number[] = [];
  for (let n = 10; n < 24; n += 1) statuses.push((await scene.see("/pay", { plate: `闽C123${n}` })).status);
  expect([statuses.filter((status) => status === 200).length, statuses.at(-1)]).toEqual([8, 429]);
  const { text, headers } = await scene.see("/pay", { plate: '"><i>x' });
  expect(text).not.toContain("<i>");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.get("cache-control")).toBe("no-store");
  expect((await scene.see("/pay/charge", { visit: "nobody", method: "sandbox" })).status).toBe(409);
  expect((await scene.see("/pay/charge/nobody")).status).toBe(404);
  expect(text.match(/https?:\/\/[^"]+/g) ?? []).toEqual([]);
});
