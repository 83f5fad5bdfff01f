// Paying inside WeChat's own browser: the phone says who pays, WeChat's sheet is handed an order that the merchant signed, and only WeChat's own word credits it. Over HTTP, signatures by openssl.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ParkingSite, startParkingSite } from "../world/parking-site.ts";
import { type PayWorld, startPayWorld } from "../world/pay-providers.ts";
import { until } from "../world/program.ts";
import { mine, minute, quickScene } from "./at-the-lane.ts";

const wechat = { "user-agent": "Mozilla/5.0 (Linux; Android 13) Mobile Safari/537.36 MicroMessenger/8.0.50" };
/** WeChat's codes are good once. */
let codes = 0;
const nextCode = (): number => {
  codes += 1;
  return codes;
};
let world: PayWorld;
let site: ParkingSite | undefined;
beforeAll(async () => {
  world = await startPayWorld(() => site?.clock.wall() ?? 0);
});
afterEach(async () => {
  await site?.stop();
  site = undefined;
  world.queried.clear();
  world.prepared.clear();
});
afterAll(() => world.stop());

/** A car inside that owes 4 yuan, and phones that look at the page. */
async function owing(inApp = true) {
  const account = (world.payments as { wechat: object }).wechat;
  const started = await startParkingSite({
    console: true,
    payments: { wechat: { ...account, ...(inApp ? { in_app: world.inApp } : {}) }, page: { address: "https://pay.example" } },
    files: world.files,
  });
  site = started;
  await started.goOn(1_000);
  const scene = quickScene(started);
  await scene.parks();
  started.clock.leap(150 * minute);
  const see = async (path: string, { form, headers = {} }: { form?: Record<string, string>; headers?: Record<string, string> } = {}) => {
    const post = form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) };
    const answer = await fetch(`${started.http()}${path}`, { redirect: "manual", headers, ...post });
    return {
      status: answer.status,
      text: (await answer.text()).replaceAll("&quot;", '"').replaceAll("&amp;", "&"),
      headers: answer.headers,
    };
  };
  const { text } = await see("/pay", { form: { plate: mine } });
  const visit = /name="visit" value="([^"]+)"/.exec(text)?.[1] ?? "";
  const presses = (headers: Record<string, string> = wechat) => see("/pay/charge?lang=zh", { form: { visit, method: "wechat" }, headers });
  /** Presses inside WeChat and comes back with its code. */
  const comesBack = async (openid: string) => {
    const away = new URL(/url=([^"]+)"/.exec((await presses()).text)?.[1] ?? "");
    const state = away.searchParams.get("state") ?? "";
    const page = await see(`/pay/in-app?code=code-${openid}-${nextCode()}&state=${state}`, { headers: wechat });
    const handed = JSON.parse(/data-handed="(\{.*?\})"/.exec(page.text)?.[1] ?? "null") as Record<string, string> | null;
    return { away, state, page, handed, charge: page.headers.get("x-cuobian-charge") ?? "" };
  };
  const credits = (): number => started.events("visit.paid").length;
  const tell = async (charge: string, amount_fen = 400) => {
    const { headers, body } = world.notice("wechat", { charge, amount_fen }, started.clock.wall());
    return (await fetch(`${started.http()}/pay/notify/wechat`, { method: "POST", headers, body })).status;
  };
  return { started, see, presses, comesBack, credits, tell };
}

test("the phone says who pays, the sheet is handed what the merchant signed, and WeChat's notification credits it once", async () => {
  const { started, see, comesBack, credits, tell } = await owing();
  const { away, page, handed, charge } = await comesBack("oPayer1");
  expect(Object.fromEntries(away.searchParams)).toMatchObject({
    redirect_uri: "https://pay.example/pay/in-app",
    response_type: "code",
    scope: "snsapi_base",
    state: expect.stringMatching(/^[0-9a-zA-Z]{20,128}$/) as unknown,
  });
  expect(away.hash).toBe("#wechat_redirect");
  expect(page.status).toBe(200);
  expect(world.prepared.get(charge)).toEqual({ payer: "oPayer1", amount_fen: 400 });
  if (handed === null) throw new Error("nothing was handed to the app");
  const { appId, timeStamp, nonceStr, package: packed, signType, paySign = "" } = handed;
  expect([packed, signType]).toEqual([`prepay_id=wx${charge}`, "RSA"]);
  expect(world.verified(`${appId}\n${timeStamp}\n${nonceStr}\n${packed}\n`, paySign)).toBe(true);
  // Whatever the app says of the outcome: the page that waits asks the gateway.
  expect((await see(`/pay/charge/${charge}`)).text).toContain('data-state="asked"');
  expect(credits()).toBe(0);
  for (let again = 0; again < 3; again += 1) expect(await tell(charge)).toBe(200);
  expect(credits()).toBe(1);
  expect((await see(`/pay/charge/${charge}`)).text).toContain('data-state="paid"');
  expect(started.events("visit.paid")).toMatchObject([{ lane: null, method: "wechat", amount_fen: 400 }]);
  // The provider's name of a person is not kept.
  expect(JSON.stringify(started.journal().all("SELECT * FROM pay_charge"))).not.toContain("oPayer1");
});

test("the same phone again is the same charge, signed anew; another phone is a charge of its own, and both paid credit one", async () => {
  const { started, comesBack, credits, tell } = await owing();
  const first = await comesBack("oPayer1");
  const again = await comesBack("oPayer1");
  const other = await comesBack("oPayer2");
  expect(again.charge).toBe(first.charge);
  expect(again.handed?.nonceStr).not.toBe(first.handed?.nonceStr);
  expect(other.charge).not.toBe(first.charge);
  expect(other.page.status).toBe(200);
  expect([await tell(other.charge), await tell(first.charge)]).toEqual([200, 200]);
  expect(credits()).toBe(1);
  expect(started.events("money.unmatched")).toMatchObject([{ charge: first.charge, amount_fen: 400 }]);
});

test("a word that was used, is not known or is old, and a code that WeChat does not know, pay nothing", async () => {
  const { started, see, presses, comesBack } = await owing();
  const { state } = await comesBack("oPayer1");
  const back = (code: string, word: string) => see(`/pay/in-app?code=${code}&state=${word}`);
  expect((await back("code-oPayer1-again", state)).status).toBe(404);
  expect((await back("code-oPayer1-again", "0".repeat(64))).status).toBe(404);
  expect((await see("/pay/in-app")).status).toBe(404);
  const fresh = async (): Promise<string> =>
    new URL(/url=([^"]+)"/.exec((await presses()).text)?.[1] ?? "").searchParams.get("state") ?? "";
  const unknown = await back("forged", await fresh());
  expect([unknown.status, unknown.text]).toEqual([409, expect.stringContaining('data-code="payer-unknown"')]);
  const late = await fresh();
  started.clock.leap(11 * minute);
  expect((await back("code-oPayer1-late", late)).status).toBe(404);
  expect(world.prepared.size).toBe(1);
});

test("without an account for it the page inside WeChat says where to open it; other browsers go to WeChat's own page", async () => {
  const { presses } = await owing(false);
  const inside = await presses();
  expect([inside.status, inside.text]).toEqual([409, expect.stringContaining('data-code="other-browser"')]);
  const outside = await presses({ "user-agent": "Mozilla/5.0 (iPhone) Safari/604.1" });
  expect([outside.status, outside.text]).toEqual([200, expect.stringContaining("https://wx.tenpay.com/")]);
});

test("the payment is asked for where the notification never comes", async () => {
  const { started, comesBack, credits } = await owing();
  const { charge } = await comesBack("oPayer1");
  world.queried.set(charge, { charge, amount_fen: 400 });
  await until("credited", () => {
    started.clock.advance(1_000);
    return credits() === 1 || undefined;
  });
  expect(credits()).toBe(1);
});
