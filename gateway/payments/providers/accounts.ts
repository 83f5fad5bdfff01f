// The providers that the site file names, with their keys. One whose files cannot be read is left out, and said: the booth goes on with cash.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { deviceFault } from "#protocols/vocabulary/faults.ts";
import type { SiteContext } from "../../site-context.ts";
import { alipay } from "./alipay.ts";
import type { Exchange, Provider } from "./provider.ts";
import { wechatPay } from "./wechat.ts";

const answerWithin_ms = 8_000;

/** The deadline is the network's own: no decision waits for it. */
export const httpExchange: Exchange = async ({ method, url, headers, body }) => {
  try {
    const signal = AbortSignal.timeout(answerWithin_ms);
    const answer = await fetch(url, { method, headers, signal, redirect: "error", ...(method === "GET" ? {} : { body }) });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: new Uint8Array(await answer.arrayBuffer()) };
  } catch (error) {
    return deviceFault("closed", error instanceof Error ? error.message : "no answer");
  }
};

export function providersOf(context: SiteContext, exchange: Exchange = httpExchange): Provider[] {
  const { config, folder, clock, log } = context;
  const { wechat, alipay: ali } = config.payments ?? {};
  const read = (path: string): string => readFileSync(resolve(folder, path), "utf8").trim();
  const made: Provider[] = [];
  const attempt = (id: string, make: () => Provider): void => {
    try {
      made.push(make());
    } catch (error) {
      log.error({ provider: id, error: String(error) }, "a payment account cannot be used: its key files");
    }
  };
  if (wechat !== undefined)
    attempt("wechat", () => {
      const apiV3Key = read(wechat.api_v3_key_file);
      if (Buffer.byteLength(apiV3Key) !== 32) throw new Error("the APIv3 key has not 32 bytes");
      const { appid, mchid, serial, notify_url: notifyUrl, base = "https://api.mch.weixin.qq.com" } = wechat;
      const platform = { [wechat.platform_serial]: read(wechat.platform_key_file) };
      return wechatPay({ appid, mchid, serial, key: read(wechat.key_file), platform, apiV3Key, notifyUrl, base }, { clock, exchange });
    });
  if (ali !== undefined)
    attempt("alipay", () => {
      const { app_id: appId, seller_id: sellerId, notify_url: notifyUrl, gateway = "https://openapi.alipay.com/gateway.do" } = ali;
      const keys = { key: read(ali.key_file), alipayKey: read(ali.alipay_key_file) };
      return alipay({ appId, sellerId, notifyUrl, gateway, ...keys }, { clock, exchange });
    });
  return made;
}
