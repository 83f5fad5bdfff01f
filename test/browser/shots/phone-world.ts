// A compound as drivers and residents see it by their phones, in told time: cars that have stayed, a charge that was paid, a pass, a shop, a guest day, a socket and a charge that runs on it.
import { tokensOf } from "#gateway/sessions/tokens.ts";
import { price, rulesOfKill } from "../../charging/kill-price.ts";
import { mine, minute, other } from "../../parking/at-the-lane.ts";
import { type OnPhone, onPhone } from "../../parking/on-phone.ts";
import { chargingShed } from "../../world/charging-shed.ts";
import { until } from "../../world/program.ts";

export interface PhoneWorld {
  readonly http: string;
  /** An address that shows something, by its route. */
  readonly at: Readonly<Record<string, string>>;
  /** What a driver sees after he asked for his plate; after he chose a way to pay. */
  readonly owed: { readonly plate: string };
}

const who = { lot: "main", room: "3 栋 1201", contact: "13800000000", plates: [other], nth: 1, spaces: 1, person: "物业甲" };
const rows = [{ row: "first", zh: "首车月租", en: "first car, a month", nth: 1, month_fen: 30_000 }];

async function linksOf(scene: OnPhone): Promise<{ pass: string; shop: string; occasion: string }> {
  const post = async (path: string, body: object): Promise<string> => ((await scene.post(path, body)).body as { link: string }).link;
  await scene.post("/pass-prices", {
    lot: "main",
    from: "2026-11-01",
    person: "物业甲",
    rows,
    grace_days: 2,
    changes_per_year: 1,
    replacement_days: 7,
  });
  const pass = await post("/passes/A-101/holder", who);
  await scene.post("/passes/A-101/orders", {
    order: "order-0001",
    term: { by: "date", months: 1 },
    amount_fen: 30_000,
    method: "cash",
    collector: "门岗甲",
  });
  const value = { kind: "cash", amount_fen: 300 };
  const shop = await post("/merchants", { merchant: "shop-1", lot: "main", name: "邻里超市（演示）", value, quota: 20, person: "物业甲" });
  const days = { from: "2026-11-25", until: "2026-11-26", quota: 30, person: "物业甲", approver: "业委会乙" };
  const occasion = await post("/occasions", { occasion: "fair-2026", lot: "main", name: "邻里节（演示）", ...days });
  return { pass, shop, occasion };
}

/** One that asks for a pass: what becomes of it has a page of its own. */
async function asksToJoin(scene: OnPhone): Promise<string> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ lot: "main", room: "5 栋 302", contact: "13800000001", plates: "闽CD66010", note: "" }))
    form.set(name, value);
  const answer = await fetch(`${scene.site.http()}/pay/join`, { method: "POST", body: form, redirect: "manual" });
  return answer.headers.get("location")?.split("?")[0] ?? "/pay/asked/none";
}

export async function openPhoneWorld(): Promise<PhoneWorld> {
  const top = { name: "锦绣花园三期地面停车场与电动自行车充电棚（演示）" };
  const scene = await onPhone({
    ...{ asks: 10_000, unlicensed: true },
    parking: { top, shed: (clock) => chargingShed(clock, { sockets: 2, rules: rulesOfKill(price()) }) },
  });
  const { site } = scene;
  const { shed } = site;
  if (shed === undefined) throw new Error("no shed");
  const links = await linksOf(scene);
  const asked = await asksToJoin(scene);
  await scene.parks(mine);
  site.clock.leap(150 * minute);
  const charge = await scene.asksToPay(mine);
  await scene.presses(charge, "yes");
  await until("the stay is paid", () => scene.credits() === 1 || undefined);
  const socket = shed.plug(1);
  const token = tokensOf(site.context().data).tokenOf(socket);
  const { headers } = await scene.see(`/pay/socket/${token}`, { amount: "200", hours: "", method: "sandbox" });
  const [order, money] = [headers.get("x-cuobian-order") ?? "", headers.get("x-cuobian-charge") ?? ""];
  scene.tellsHere(money);
  await scene.presses(money, "yes");
  await until("the charge is paid", () => site.journal().get("SELECT 1 FROM charge_order WHERE state <> 'asked'") ?? undefined);
  shed.seconds(120);
  const second = tokensOf(site.context().data).tokenOf(shed.plug(2));
  // Another car, which has not paid: it stands at the exit.
  const late = "闽CD66018";
  await scene.parks(late);
  scene.atExit(late, 190 * minute);
  return {
    http: site.http(),
    owed: { plate: late },
    at: {
      "/pay": "/pay",
      "/pay/lane/:lane": "/pay/lane/out",
      "/pay/enter/:lane": "/pay/enter/in",
      "/pay/shop/:link": `/pay/shop/${links.shop}`,
      "/pay/pass/:link": `/pay/pass/${links.pass}`,
      "/pay/occasion/:link": `/pay/occasion/${links.occasion}`,
      "/pay/charge/:charge": `/pay/charge/${charge}`,
      "/pay/receipt/:receipt": `/pay/receipt/${charge}`,
      "/pay/join": "/pay/join",
      "/pay/asked/:request": asked,
      "/pay/socket/:token": `/pay/socket/${second}`,
      "/pay/order/:order": `/pay/order/${order}`,
      "/pay/in-app": "/pay/in-app",
    },
  };
}
