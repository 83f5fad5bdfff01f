// WeChat Pay, API v3: RSA-SHA256 signatures both ways, and a resource that only this merchant can open (AES-256-GCM). pay.weixin.qq.com/doc/v3: 签名验证, 回调报文解密, Native 下单, H5 下单, JSAPI 下单, JSAPI 调起支付, 商户订单号查询订单, 退款申请;
// developers.weixin.qq.com: 网页授权 (snsapi_base).
import { createDecipheriv, createSign, createVerify, randomBytes } from "node:crypto";
import { type DeviceFault, deviceFault, type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import type { Clock } from "../../ports.ts";
import type { Channel, Charge, Exchange, InApp, Notice, Told } from "./provider.ts";

export interface WechatAccount {
  readonly appid: string;
  readonly mchid: string;
  /** The merchant's private key (PEM), and the serial number of its certificate. */
  readonly key: string;
  readonly serial: string;
  /** WeChat Pay's public keys (PEM) by the serial or public-key id that stands in its messages: the old and the new one while they are changed. */
  readonly platform: ReadonlyMap<string, string>;
  /** 32 bytes that open what WeChat encrypts for this merchant. */
  readonly apiV3Key: string;
  readonly notifyUrl: string;
  readonly base: string;
  readonly inApp?: { readonly secret: string; readonly signIn: string; readonly tokens: string };
}

/** A message older or newer than this is a replay, or one of the two clocks is wrong. */
const validity_s = 300;
const tagBytes = 16;
/** 交易状态. A failed attempt is not the end: the driver may try again with the same code. REFUND: money that was given back at the provider's own page buys nothing here. */
const states: Readonly<Record<string, Notice["state"]>> = {
  SUCCESS: "paid",
  NOTPAY: "pending",
  USERPAYING: "pending",
  PAYERROR: "pending",
  CLOSED: "closed",
  REVOKED: "closed",
  REFUND: "closed",
};
const text = (bytes: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

interface Resource {
  readonly algorithm: string;
  readonly ciphertext: string;
  readonly nonce: string;
  readonly associated_data?: string;
}
interface Transaction {
  readonly appid?: string;
  readonly mchid?: string;
  readonly out_trade_no?: string;
  readonly transaction_id?: string;
  readonly trade_state?: string;
  readonly amount?: { readonly total?: number; readonly currency?: string };
}

export function wechatPay(account: WechatAccount, { clock, exchange }: { clock: Pick<Clock, "wall">; exchange: Exchange }): Channel {
  /** undefined: it is WeChat's own word, of now. */
  function forged({ headers, body }: Told): Undecodable | undefined {
    const { "wechatpay-timestamp": at = "", "wechatpay-nonce": nonce = "", "wechatpay-signature": signature = "" } = headers;
    const key = account.platform.get(headers["wechatpay-serial"] ?? "");
    if (key === undefined) return undecodable("signed by a key that is not known here");
    if (!/^\d{1,12}$/.test(at) || Math.abs(clock.wall() / 1000 - Number(at)) > validity_s)
      return undecodable("signed too long ago, or in the future");
    const verify = createVerify("RSA-SHA256").update(`${at}\n${nonce}\n`).update(body).update("\n");
    return verify.verify(key, signature, "base64") ? undefined : undecodable("the signature is not WeChat Pay's");
  }

  function open({ algorithm, ciphertext, nonce, associated_data = "" }: Resource): Transaction {
    if (algorithm !== "AEAD_AES_256_GCM") throw new Error(`the resource is encrypted by ${algorithm}`);
    const bytes = Buffer.from(ciphertext, "base64");
    if (bytes.length < tagBytes) throw new Error("the resource is shorter than its tag");
    const decipher = createDecipheriv("aes-256-gcm", Buffer.from(account.apiV3Key, "utf8"), Buffer.from(nonce, "utf8"), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
    decipher.setAAD(Buffer.from(associated_data, "utf8"));
    return JSON.parse(text(Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - tagBytes)), decipher.final()]))) as Transaction;
  }

  function noticeOf(said: Transaction): Notice | Undecodable {
    if (said.mchid !== account.mchid || (said.appid !== undefined && said.appid !== account.appid))
      return undecodable("for another merchant");
    const { out_trade_no: charge, trade_state, transaction_id: transaction = "", amount = {} } = said;
    if (typeof charge !== "string" || typeof trade_state !== "string") return undecodable("no out_trade_no or trade_state");
    const state = Object.hasOwn(states, trade_state) ? states[trade_state] : undefined;
    if (state === undefined) return undecodable("a trade_state that is not documented");
    if (state !== "paid") return { kind: "notice", charge, state, transaction, amount_fen: 0, currency: "" };
    const { total, currency = "" } = amount;
    if (typeof total !== "number" || !Number.isSafeInteger(total) || transaction === "")
      return undecodable("paid, without amount or transaction");
    return { kind: "notice", charge, state, transaction, amount_fen: total, currency };
  }

  function heard(read: () => Transaction): Notice | Undecodable {
    try {
      return noticeOf(read());
    } catch (error) {
      return undecodable(error instanceof Error ? error.message : "not to be read");
    }
  }

  async function say(method: "GET" | "POST", path: string, content: object | undefined): Promise<Told | DeviceFault> {
    const body = content === undefined ? "" : JSON.stringify(content);
    const at = String(Math.floor(clock.wall() / 1000));
    const nonce = randomBytes(16).toString("hex").toUpperCase();
    const signature = createSign("RSA-SHA256").update(`${method}\n${path}\n${at}\n${nonce}\n${body}\n`).sign(account.key, "base64");
    const token = `mchid="${account.mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${at}",serial_no="${account.serial}"`;
    const headers = {
      authorization: `WECHATPAY2-SHA256-RSA2048 ${token}`,
      accept: "application/json",
      "content-type": "application/json",
      "user-agent": "cuobian",
    };
    const answer = await exchange({ method, url: `${account.base}${path}`, headers, body });
    if ("kind" in answer) return answer;
    if (answer.status >= 300) return deviceFault("exception", `WeChat Pay answered ${answer.status}`);
    const wrong = forged(answer);
    return wrong === undefined ? answer : deviceFault("bad-frame", wrong.reason);
  }

  const order = ({ charge, amount_fen, words }: Charge): object => ({
    appid: account.appid,
    mchid: account.mchid,
    description: words,
    out_trade_no: charge,
    notify_url: account.notifyUrl,
    amount: { total: amount_fen, currency: "CNY" },
  });

  /** One member of an order's answer. */
  async function placed(path: string, content: object, member: string): Promise<{ value: string } | DeviceFault> {
    const answer = await say("POST", `/v3/pay/transactions/${path}`, content);
    if ("kind" in answer) return answer;
    const value = (JSON.parse(text(answer.body)) as Record<string, unknown>)[member];
    return typeof value === "string" && value !== "" ? { value } : deviceFault("bad-frame", `no ${member}`);
  }

  function inAppOf({ secret, signIn, tokens }: NonNullable<WechatAccount["inApp"]>): InApp {
    const { appid } = account;
    return {
      signIn: ({ state, back }) =>
        `${signIn}?${new URLSearchParams({ appid, redirect_uri: back, response_type: "code", scope: "snsapi_base", state })}#wechat_redirect`,
      async payer(code) {
        const asked = new URLSearchParams({ appid, secret, code, grant_type: "authorization_code" });
        const answer = await exchange({ method: "GET", url: `${tokens}?${asked}`, headers: { accept: "application/json" }, body: "" });
        if ("kind" in answer) return answer;
        const { openid } = JSON.parse(text(answer.body)) as { openid?: unknown };
        return typeof openid === "string" && openid !== "" ? { payer: openid } : deviceFault("exception", "WeChat does not know the code");
      },
      async prepare({ payer, ...charge }) {
        const answer = await placed("jsapi", { ...order(charge), payer: { openid: payer } }, "prepay_id");
        return "kind" in answer ? answer : { prepared: answer.value };
      },
      handed(prepared) {
        const timeStamp = String(Math.floor(clock.wall() / 1000));
        const nonceStr = randomBytes(16).toString("hex").toUpperCase();
        const packed = `prepay_id=${prepared}`;
        const paySign = createSign("RSA-SHA256").update(`${appid}\n${timeStamp}\n${nonceStr}\n${packed}\n`).sign(account.key, "base64");
        return { appId: appid, timeStamp, nonceStr, package: packed, signType: "RSA", paySign };
      },
    };
  }

  return {
    ...(account.inApp === undefined ? {} : { inApp: inAppOf(account.inApp) }),
    hear: (told) =>
      forged(told) ??
      heard(() => {
        const { resource } = JSON.parse(text(told.body)) as { resource?: Resource };
        if (resource === undefined) throw new Error("no resource");
        return open(resource);
      }),
    acknowledge: (taken) =>
      taken
        ? { status: 200, type: "application/json", body: '{"code":"SUCCESS","message":"成功"}' }
        : { status: 400, type: "application/json", body: '{"code":"FAIL","message":"未能受理"}' },
    async ask(charge) {
      const answer = await placed("native", order(charge), "code_url");
      return "kind" in answer ? answer : { qr: answer.value };
    },
    async page({ back, peer, ...charge }) {
      const answer = await placed("h5", { ...order(charge), scene_info: { payer_client_ip: peer, h5_info: { type: "Wap" } } }, "h5_url");
      if ("kind" in answer) return answer;
      if (!answer.value.startsWith("https://")) return deviceFault("bad-frame", "h5_url is not https");
      return { url: `${answer.value}${answer.value.includes("?") ? "&" : "?"}redirect_url=${encodeURIComponent(back)}` };
    },
    async query(charge) {
      const path = `/v3/pay/transactions/out-trade-no/${encodeURIComponent(charge)}?mchid=${account.mchid}`;
      const answer = await say("GET", path, undefined);
      if ("kind" in answer) return answer;
      const said = heard(() => JSON.parse(text(answer.body)) as Transaction);
      if (said.kind !== "notice") return deviceFault("bad-frame", said.reason);
      // Signed, but of another charge: an answer that was mixed up, or replayed.
      return said.charge === charge ? said : deviceFault("bad-frame", "the answer is about another charge");
    },
    async refund({ charge, refund, amount_fen, total_fen }) {
      const amount = { refund: amount_fen, total: total_fen, currency: "CNY" };
      const answer = await say("POST", "/v3/refund/domestic/refunds", { out_trade_no: charge, out_refund_no: refund, amount });
      if ("kind" in answer) return answer;
      const { status } = JSON.parse(text(answer.body)) as { status?: string };
      return status === "SUCCESS" || status === "PROCESSING" ? "done" : deviceFault("exception", `the refund is ${status}`);
    },
  };
}
