// A charge by the code on its socket, over HTTP: open to whoever holds the code; the order's own page to whoever holds its name. Only the provider's word begins anything.
import type { FastifyInstance } from "fastify";
import { refusal as refuse } from "#protocols/vocabulary/faults.ts";
import type { Cashier } from "../../payments/door.ts";
import type { SiteContext } from "../../site-context.ts";
import { moves, offerPage, orderPage, stateOf } from "./charge-pages.ts";
import { chargeWords } from "./charge-words.ts";
import { platePage } from "./pages.ts";
import type { Asked, PhoneTools } from "./routes.ts";

const otherBrowser = refuse(
  "other-browser",
  "微信内暂不能付款：请点右上角“…”，选“在浏览器打开”",
  "it cannot be paid inside WeChat here: tap “…” above and open this page in the browser",
);
const smallForm = { bodyLimit: 2_048 };
const followEvery_s = 3;

export function chargePages(server: FastifyInstance, { config }: SiteContext, { charging, charges }: Cashier, tools: PhoneTools): void {
  const { send, field, peerOf, languageOf, goOn } = tools;
  const methods = () => charges.methods("", "charging");
  const frame = (request: Asked, path: string) => ({ path, title: chargeWords[languageOf(request)].title });

  server.get("/pay/socket/:token", async (request: Asked, reply) => {
    const language = languageOf(request);
    const { token = "" } = request.params;
    const path = `/pay/socket/${encodeURIComponent(token)}`;
    const offer = charging.offer(token.slice(0, 200));
    if ("kind" in offer) return send(request, reply.code(404), platePage(language, { refusal: offer, plate: "" }), { path });
    return send(request, reply, offerPage(language, { offer, token, methods: methods() }), frame(request, path));
  });

  server.post("/pay/socket/:token", smallForm, async (request: Asked, reply) => {
    const language = languageOf(request);
    const { token = "" } = request.params;
    const path = `/pay/socket/${encodeURIComponent(token)}`;
    const hours = field(request, "hours");
    const method = field(request, "method");
    // Who pays inside WeChat has to be known there first; that way is not built for charging.
    const order =
      method === "wechat" && /MicroMessenger/i.test(request.headers["user-agent"] ?? "")
        ? otherBrowser
        : charging.ask({
            ...{ token: token.slice(0, 200), amount_fen: Number(field(request, "amount")) },
            hours: hours === "" ? null : Number(hours),
          });
    const asked =
      "kind" in order
        ? order
        : await charges.askCharging({
            ...{ order: order.id, method, peer: peerOf(request) },
            back: () => `${config.payments?.page?.address ?? ""}/pay/order/${order.id}`,
          });
    if (!("kind" in asked) && !("kind" in order)) return goOn(request, reply.header("x-cuobian-order", order.id), asked, language);
    const refusal = "kind" in asked ? asked : undefined;
    const offer = charging.offer(token.slice(0, 200));
    if ("kind" in offer) return send(request, reply.code(404), platePage(language, { refusal, plate: "" }), { path });
    return send(request, reply.code(409), offerPage(language, { offer, token, methods: methods(), refusal }), frame(request, path));
  });

  const shown = (request: Asked, reply: Parameters<PhoneTools["send"]>[1], stopped: boolean) => {
    const language = languageOf(request);
    const { order: id = "" } = request.params;
    const path = `/pay/order/${encodeURIComponent(id)}`;
    const seen = charging.seen(id);
    if (seen === undefined) return tools.notHere(request, reply);
    const refresh = moves(stateOf(seen.order, seen.charge)) ? { refresh: { seconds: followEvery_s, url: `${path}?lang=${language}` } } : {};
    return send(request, reply, orderPage(language, { ...seen, stopped }), { ...frame(request, path), ...refresh });
  };
  server.get("/pay/order/:order", async (request: Asked, reply) => shown(request, reply, false));
  server.post("/pay/order/:order/stop", smallForm, async (request: Asked, reply) =>
    shown(request, reply, charging.stop(request.params.order ?? "")),
  );
}
