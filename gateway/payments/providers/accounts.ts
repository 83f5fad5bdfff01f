// The accounts that the site file names, with their keys: those of the site, and those of each payee. One whose files cannot be read is left out, and said: the booth goes on with cash.
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { deviceFault } from "#protocols/vocabulary/faults.ts";
import type { SiteContext } from "../../site-context.ts";
import { alipay } from "./alipay.ts";
import type { Channel, Exchange, Method, Provider } from "./provider.ts";
import { sandboxPay } from "./sandbox.ts";
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

type Accounts = Pick<NonNullable<SiteContext["config"]["payments"]>, "wechat" | "alipay" | "sandbox">;
interface Made {
  readonly method: Method;
  readonly channel: Channel;
}

export function providersOf(context: SiteContext, exchange: Exchange = httpExchange): Provider[] {
  const { payments } = context.config;
  if (payments === undefined) return [];
  const of = (accounts: Accounts, payee: string | null): Provider[] =>
    channelsOf(context, { accounts, payee, exchange }).map(({ method, channel }) => ({
      ...channel,
      id: payee === null ? method : `${payee}.${method}`,
      method,
      payee,
    }));
  return [...of(payments, null), ...(payments.payees ?? []).flatMap((payee) => of(payee, payee.id))];
}

interface Making {
  readonly accounts: Accounts;
  readonly payee: string | null;
  readonly exchange: Exchange;
}

function channelsOf(context: SiteContext, { accounts, payee, exchange }: Making): Made[] {
  const { folder, clock, log } = context;
  const { wechat, alipay: ali, sandbox } = accounts;
  const read = (path: string): string => readFileSync(resolve(folder, path), "utf8").trim();
  /** Read as a key at once: not when the first message comes. */
  const publicKey = (path: string): string => {
    const pem = read(path);
    createPublicKey(pem);
    return pem;
  };
  const made: Made[] = [];
  const attempt = (method: Method, make: () => Channel): void => {
    try {
      made.push({ method, channel: make() });
    } catch (error) {
      log.error({ method, payee, error: String(error) }, "a payment account cannot be used: its key files");
    }
  };
  if (wechat !== undefined)
    attempt("wechat", () => {
      const apiV3Key = read(wechat.api_v3_key_file);
      if (Buffer.byteLength(apiV3Key) !== 32) throw new Error("the APIv3 key has not 32 bytes");
      const { appid, mchid, serial, notify_url: notifyUrl, base = "https://api.mch.weixin.qq.com" } = wechat;
      const next = wechat.next_platform;
      const platform = new Map([
        [wechat.platform_serial, publicKey(wechat.platform_key_file)],
        ...(next === undefined ? [] : [[next.serial, publicKey(next.key_file)] as const]),
      ]);
      const { in_app: within } = wechat;
      const inApp =
        within === undefined
          ? {}
          : {
              inApp: {
                secret: read(within.app_secret_file),
                signIn: within.sign_in ?? "https://open.weixin.qq.com/connect/oauth2/authorize",
                tokens: within.tokens ?? "https://api.weixin.qq.com/sns/oauth2/access_token",
              },
            };
      return wechatPay(
        { appid, mchid, serial, key: read(wechat.key_file), platform, apiV3Key, notifyUrl, base, ...inApp },
        { clock, exchange },
      );
    });
  if (ali !== undefined)
    attempt("alipay", () => {
      const { app_id: appId, seller_id: sellerId, notify_url: notifyUrl, gateway = "https://openapi.alipay.com/gateway.do" } = ali;
      const keys = {
        key: read(ali.key_file),
        alipayKey: publicKey(ali.alipay_key_file),
        ...(ali.next_alipay_key_file === undefined ? {} : { nextKey: publicKey(ali.next_alipay_key_file) }),
      };
      return alipay({ appId, sellerId, notifyUrl, gateway, ...keys }, { clock, exchange });
    });
  if (sandbox !== undefined)
    attempt("sandbox", () => {
      const { secret_file, notify_url: notifyUrl, base } = sandbox;
      return sandboxPay({ secret: read(secret_file), notifyUrl, base }, { exchange });
    });
  return made;
}
