// WeChat Pay and Alipay as strangers: keys and signatures made by openssl, an HTTP server that gives codes, answers queries and hears refunds. Shapes as their documents have them.
import { execFileSync } from "node:child_process";
import { createCipheriv, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const apiV3Key = "0123456789abcdefghijklmnopqrstuv";
const mchid = "1900000001";
const appid = "wxd678efh567hg6787";
const aliApp = "2021000000000001";
const seller = "2088000000000001";
export const platformSerial = "PUB_KEY_ID_0119000000012026";

export interface Paid {
  readonly charge: string;
  readonly amount_fen: number;
  readonly currency?: string;
}
export interface Message {
  readonly headers: Record<string, string>;
  readonly body: string;
}
export interface Making {
  /** Seconds that the message is old. */
  readonly age_s?: number;
  /** Which key signs it. */
  readonly signer?: "platform" | "stranger";
  /** Whom it is for. */
  readonly merchant?: string;
  /** What the message says of its key. */
  readonly serial?: string;
  /** With which it is encrypted: another merchant's. */
  readonly v3Key?: string;
  /** Other words in the transaction, or in the form; signed with it. */
  readonly over?: Readonly<Record<string, unknown>>;
  /** Changed after it was encrypted, before it was signed: what a thief of WeChat's key, or a bug of theirs, would send. */
  readonly resource?: (resource: Record<string, string>) => Record<string, string>;
  /** Changed after it was signed. */
  readonly after?: (body: string) => string;
}

export interface PayWorld {
  /** Another public key (PEM), whose private half signs as "stranger". */
  readonly stranger: string;
  readonly base: string;
  readonly files: Record<string, string>;
  readonly payments: object;
  notice(provider: "wechat" | "alipay", paid: Paid, now: number, making?: Making): Message;
  /** What the provider answers when it is asked about a charge. */
  readonly queried: Map<string, Paid>;
  /** Orders inside WeChat, by our number of them. */
  readonly prepared: Map<string, { readonly payer: string; readonly amount_fen: number }>;
  /** The account with its way inside WeChat. */
  readonly inApp: object;
  /** Whether the merchant's key has made this signature. */
  verified(content: string, signature: string): boolean;
  /** Refunds that were ordered: name and fen. */
  readonly refunds: [string, number][];
  stop(): Promise<void>;
}

const yuan = (fen: number): string => (fen / 100).toFixed(2);

export async function startPayWorld(now: () => number): Promise<PayWorld> {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-pay-"));
  const at = (name: string): string => join(folder, name);
  for (const name of ["merchant", "platform", "stranger"]) {
    execFileSync("openssl", ["genrsa", "-out", at(`${name}.pem`), "2048"], { stdio: "ignore" });
    execFileSync("openssl", ["rsa", "-in", at(`${name}.pem`), "-pubout", "-out", at(`${name}.pub`)], { stdio: "ignore" });
  }
  const sign = (content: string, key = "platform"): string =>
    execFileSync("openssl", ["dgst", "-sha256", "-sign", at(`${key}.pem`)], { input: content }).toString("base64");
  /** Whether the merchant has signed it. */
  const verified = (content: string, signature: string): boolean => {
    writeFileSync(at("sig"), Buffer.from(signature, "base64"));
    try {
      execFileSync("openssl", ["dgst", "-sha256", "-verify", at("merchant.pub"), "-signature", at("sig")], {
        input: content,
        stdio: ["pipe", "ignore", "ignore"],
      });
      return true;
    } catch {
      return false;
    }
  };
  const queried = new Map<string, Paid>();
  const refunds: [string, number][] = [];
  const prepared: PayWorld["prepared"] = new Map();
  const codes = new Set<string>();
  const appSecret = "app-secret-for-tests";

  const wechatHeaders = (body: string, seconds: number, key = "platform"): Record<string, string> => {
    const nonce = randomBytes(16).toString("hex");
    return {
      "wechatpay-timestamp": String(seconds),
      "wechatpay-nonce": nonce,
      "wechatpay-serial": platformSerial,
      "wechatpay-signature": sign(`${seconds}\n${nonce}\n${body}\n`, key),
    };
  };
  const transaction = ({ charge, amount_fen, currency = "CNY" }: Paid, merchant = mchid) => ({
    mchid: merchant,
    appid,
    out_trade_no: charge,
    transaction_id: `4200${charge.slice(0, 20)}`,
    trade_type: "NATIVE",
    trade_state: "SUCCESS",
    amount: { total: amount_fen, payer_total: amount_fen, currency, payer_currency: currency },
  });

  function wechatNotice(
    paid: Paid,
    seconds: number,
    {
      age_s = 0,
      signer = "platform",
      merchant = mchid,
      after = (x) => x,
      serial,
      v3Key = apiV3Key,
      over = {},
      resource: changed = (x) => x,
    }: Making,
  ): Message {
    const nonce = randomBytes(6).toString("hex");
    const cipher = createCipheriv("aes-256-gcm", v3Key, nonce);
    cipher.setAAD(Buffer.from("transaction"));
    const sealed = Buffer.concat([
      cipher.update(JSON.stringify({ ...transaction(paid, merchant), ...over })),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    const resource = {
      original_type: "transaction",
      algorithm: "AEAD_AES_256_GCM",
      ciphertext: sealed.toString("base64"),
      associated_data: "transaction",
      nonce,
    };
    const body = JSON.stringify({
      id: `EV-${paid.charge}`,
      event_type: "TRANSACTION.SUCCESS",
      resource_type: "encrypt-resource",
      resource: changed(resource),
    });
    const headers = { "content-type": "application/json", ...wechatHeaders(body, seconds - age_s, signer) };
    return { headers: serial === undefined ? headers : { ...headers, "wechatpay-serial": serial }, body: after(body) };
  }

  function alipayNotice(
    paid: Paid,
    _seconds: number,
    { signer = "platform", merchant = seller, after = (x) => x, over = {} }: Making,
  ): Message {
    const fields: Record<string, string> = {
      app_id: aliApp,
      charset: "utf-8",
      notify_id: `n-${paid.charge}`,
      notify_type: "trade_status_sync",
      out_trade_no: paid.charge,
      seller_id: merchant,
      subject: "停车费 & 测试",
      total_amount: yuan(paid.amount_fen),
      trade_no: `2026${paid.charge.slice(0, 20)}`,
      trade_status: "TRADE_SUCCESS",
      version: "1.0",
      ...(paid.currency === undefined ? {} : { trans_currency: paid.currency }),
      ...(over as Record<string, string>),
    };
    const content = Object.keys(fields)
      .sort()
      .map((name) => `${name}=${fields[name]}`)
      .join("&");
    const body = new URLSearchParams({ ...fields, sign_type: "RSA2", sign: sign(content, signer) }).toString();
    return { headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" }, body: after(body) };
  }

  function wechatApi(
    method: string,
    path: string,
    { headers, body }: { headers: Record<string, unknown>; body: string },
  ): { status: number; headers: Record<string, string>; body: string } {
    const said = Object.fromEntries(
      [...String(headers.authorization).matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value]) => [name, value ?? ""]),
    );
    if (!verified(`${method}\n${path}\n${said.timestamp}\n${said.nonce_str}\n${body}\n`, said.signature ?? ""))
      return { status: 401, headers: {}, body: "{}" };
    let answer: object = {};
    if (path === "/v3/pay/transactions/jsapi") {
      const order = JSON.parse(body) as { out_trade_no: string; amount: { total: number }; payer: { openid: string } };
      // As the real one: a number of ours is one order of one payer.
      const before = prepared.get(order.out_trade_no);
      if (before !== undefined && before.payer !== order.payer.openid)
        return { status: 403, headers: {}, body: '{"code":"OUT_TRADE_NO_USED"}' };
      prepared.set(order.out_trade_no, { payer: order.payer.openid, amount_fen: order.amount.total });
      answer = { prepay_id: `wx${order.out_trade_no}` };
    } else if (path === "/v3/pay/transactions/h5")
      answer = { h5_url: "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1" };
    else if (path === "/v3/pay/transactions/native")
      answer = { code_url: `weixin://wxpay/bizpayurl?pr=${(JSON.parse(body) as { out_trade_no: string }).out_trade_no}` };
    else if (path === "/v3/refund/domestic/refunds") {
      const order = JSON.parse(body) as { out_refund_no: string; amount: { refund: number } };
      refunds.push([order.out_refund_no, order.amount.refund]);
      answer = { status: "PROCESSING" };
    } else {
      const charge = path.split("/").at(-1)?.split("?")[0] ?? "";
      const paid = queried.get(charge);
      answer = paid === undefined ? { mchid, appid, out_trade_no: charge, trade_state: "NOTPAY" } : transaction(paid);
    }
    const text = JSON.stringify(answer);
    return { status: 200, headers: wechatHeaders(text, Math.floor(now() / 1000)), body: text };
  }

  /** Each code of a phone is good once: `code-<openid>-<anything>`. */
  function openidOf(asked: URLSearchParams): object {
    const code = asked.get("code") ?? "";
    const openid = /^code-([^-]+)-/.exec(code)?.[1];
    const right = asked.get("appid") === appid && asked.get("secret") === appSecret && asked.get("grant_type") === "authorization_code";
    if (!right || openid === undefined || codes.has(code)) return { errcode: 40_029, errmsg: "invalid code" };
    codes.add(code);
    return { access_token: "never used", openid, scope: "snsapi_base" };
  }

  function alipayApi(text: string): string {
    const fields = Object.fromEntries(new URLSearchParams(text));
    const content = Object.keys(fields)
      .filter((name) => name !== "sign")
      .sort()
      .map((name) => `${name}=${fields[name]}`)
      .join("&");
    const order = JSON.parse(fields.biz_content ?? "{}") as { out_trade_no: string; out_request_no?: string; refund_amount?: string };
    const member = `${(fields.method ?? "").replaceAll(".", "_")}_response`;
    let answer: object = { code: "40002", msg: "Invalid Arguments", sub_code: "isv.invalid-signature" };
    if (verified(content, fields.sign ?? "")) {
      const paid = queried.get(order.out_trade_no);
      if (fields.method === "alipay.trade.precreate")
        answer = {
          code: "10000",
          msg: "Success",
          out_trade_no: order.out_trade_no,
          qr_code: `https://qr.alipay.com/${order.out_trade_no}`,
        };
      else if (fields.method === "alipay.trade.refund") {
        refunds.push([order.out_request_no ?? "", Math.round(Number(order.refund_amount) * 100)]);
        answer = { code: "10000", msg: "Success", fund_change: "Y" };
      } else if (paid === undefined) answer = { code: "40004", msg: "Business Failed", sub_code: "ACQ.TRADE_NOT_EXIST" };
      else
        answer = {
          code: "10000",
          msg: "Success",
          out_trade_no: paid.charge,
          trade_no: "2026001",
          trade_status: "TRADE_SUCCESS",
          total_amount: yuan(paid.amount_fen),
        };
    }
    const inside = JSON.stringify(answer);
    return `{"${member}":${inside},"sign":"${sign(inside)}"}`;
  }

  const server: Server = createServer((request, reply) => {
    let body = "";
    request.setEncoding("utf8").on("data", (some: string) => {
      body += some;
    });
    request.on("end", () => {
      const url = request.url ?? "";
      if (url.startsWith("/gateway.do")) return reply.end(alipayApi(body));
      if (url.startsWith("/sns/oauth2/access_token")) return reply.end(JSON.stringify(openidOf(new URL(url, "http://x").searchParams)));
      const answer = wechatApi(request.method ?? "", url, { headers: request.headers, body });
      reply.writeHead(answer.status, { "content-type": "application/json", ...answer.headers }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = (name: string): string => readFileSync(at(name), "utf8");
  return {
    stranger: file("stranger.pub"),
    base,
    files: { "merchant.pem": file("merchant.pem"), "platform.pub": file("platform.pub"), "v3.key": apiV3Key, "app.secret": appSecret },
    payments: {
      wechat: {
        ...{
          appid,
          mchid,
          serial: "5157F09EFDC096DE",
          key_file: "./merchant.pem",
          platform_serial: platformSerial,
          platform_key_file: "./platform.pub",
        },
        ...{ api_v3_key_file: "./v3.key", notify_url: "https://pay.example/pay/notify/wechat", base },
      },
      alipay: {
        ...{ app_id: aliApp, seller_id: seller, key_file: "./merchant.pem", alipay_key_file: "./platform.pub" },
        ...{ notify_url: "https://pay.example/pay/notify/alipay", gateway: `${base}/gateway.do` },
      },
    },
    notice: (provider, paid, wallNow, making = {}) =>
      (provider === "wechat" ? wechatNotice : alipayNotice)(paid, Math.floor(wallNow / 1000), making),
    queried,
    refunds,
    prepared,
    inApp: { app_secret_file: "./app.secret", sign_in: `${base}/connect/oauth2/authorize`, tokens: `${base}/sns/oauth2/access_token` },
    verified,
    stop: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
