// Alipay: form-encoded notifications and answers, both signed RSA2 (SHA256withRSA). opendocs.alipay.com: 异步返回结果的验签, alipay.trade.precreate, alipay.trade.query, alipay.trade.refund.
import { createSign, createVerify } from "node:crypto";
import { type DeviceFault, deviceFault, undecodable } from "#protocols/vocabulary/faults.ts";
import { toCivil } from "#protocols/vocabulary/time.ts";
import type { Clock } from "../../ports.ts";
import type { Channel, Exchange, Notice } from "./provider.ts";

export interface AlipayAccount {
  readonly appId: string;
  readonly sellerId: string;
  /** The merchant's private key, and Alipay's public key (PEM). */
  readonly key: string;
  readonly alipayKey: string;
  /** The next one, while Alipay's key is being changed. */
  readonly nextKey?: string;
  readonly notifyUrl: string;
  readonly gateway: string;
}

type Fields = Readonly<Record<string, string>>;

/** What is signed: every field but the signature and its kind, sorted by name, values as they read. */
const signedText = (fields: Fields, without: readonly string[]): string =>
  Object.keys(fields)
    .filter((name) => !without.includes(name) && fields[name] !== "")
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join("&");

/** "4.00" yuan in fen; undefined when it is no such amount. */
export function fenOf(yuan: string | undefined): number | undefined {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(yuan ?? "");
  return found === null ? undefined : Number(found[1]) * 100 + Number((found[2] ?? "0").padEnd(2, "0"));
}
const yuanOf = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;

const states: Readonly<Record<string, Notice["state"]>> = {
  TRADE_SUCCESS: "paid",
  TRADE_FINISHED: "paid",
  WAIT_BUYER_PAY: "pending",
  TRADE_CLOSED: "closed",
};

const two = (value: number): string => String(value).padStart(2, "0");

export function alipay(account: AlipayAccount, { clock, exchange }: { clock: Pick<Clock, "wall">; exchange: Exchange }): Channel {
  const genuine = (content: string, signature: string): boolean =>
    [account.alipayKey, ...(account.nextKey === undefined ? [] : [account.nextKey])].some((key) =>
      createVerify("RSA-SHA256").update(content, "utf8").verify(key, signature, "base64"),
    );

  function noticeOf(fields: Fields): Notice | undefined {
    const { out_trade_no: charge = "", trade_status = "", trade_no: transaction = "", total_amount } = fields;
    const state = Object.hasOwn(states, trade_status) ? states[trade_status] : undefined;
    const amount_fen = fenOf(total_amount);
    if (charge === "" || state === undefined || (state === "paid" && (transaction === "" || amount_fen === undefined))) return undefined;
    // Alipay's domestic amounts are yuan; another settlement currency is named.
    return { kind: "notice", charge, state, transaction, amount_fen: amount_fen ?? 0, currency: fields.trans_currency ?? "CNY" };
  }

  function signedFields(method: string, content: object, more: Fields): string {
    const { year, month, day, hour, minute, second } = toCivil(clock.wall());
    const fields: Record<string, string> = {
      app_id: account.appId,
      method,
      format: "JSON",
      charset: "utf-8",
      sign_type: "RSA2",
      timestamp: `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`,
      version: "1.0",
      biz_content: JSON.stringify(content),
      ...more,
    };
    const sign = createSign("RSA-SHA256")
      .update(signedText(fields, ["sign"]), "utf8")
      .sign(account.key, "base64");
    return new URLSearchParams({ ...fields, sign }).toString();
  }

  async function say(method: string, content: object, more: Fields = {}): Promise<Record<string, string> | DeviceFault> {
    const answer = await exchange({
      method: "POST",
      url: account.gateway,
      headers: { "content-type": "application/x-www-form-urlencoded;charset=utf-8" },
      body: signedFields(method, content, more),
    });
    if ("kind" in answer) return answer;
    return answerOf(new TextDecoder().decode(answer.body), `${method.replaceAll(".", "_")}_response`);
  }

  /** The signature is over the answer's own characters, as they stand there. */
  function answerOf(body: string, member: string): Record<string, string> | DeviceFault {
    const from = body.indexOf(`"${member}":`);
    const until = body.lastIndexOf(',"sign":"');
    const sign = /"sign":"([^"]+)"/.exec(body.slice(until))?.[1];
    if (from < 0 || until < from || sign === undefined) return deviceFault("bad-frame", "no signed answer");
    const content = body.slice(from + member.length + 3, until);
    if (!genuine(content, sign)) return deviceFault("bad-frame", "the signature is not Alipay's");
    try {
      return JSON.parse(content) as Record<string, string>;
    } catch {
      return deviceFault("bad-frame", "the signed answer is no JSON");
    }
  }
  const refused = ({ code, sub_code = "" }: Record<string, string>): DeviceFault | undefined =>
    code === "10000" ? undefined : deviceFault("exception", `Alipay answered ${code} ${sub_code}`);

  return {
    hear({ body }) {
      const fields: Fields = Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)));
      if (fields.sign === undefined || fields.sign_type !== "RSA2") return undecodable("not signed by RSA2");
      if (!genuine(signedText(fields, ["sign", "sign_type"]), fields.sign)) return undecodable("the signature is not Alipay's");
      if (fields.app_id !== account.appId || (fields.seller_id !== undefined && fields.seller_id !== account.sellerId))
        return undecodable("for another merchant");
      return noticeOf(fields) ?? undecodable("out_trade_no, trade_status or amount cannot be read");
    },
    acknowledge: (taken) => ({ status: taken ? 200 : 400, type: "text/plain", body: taken ? "success" : "fail" }),
    async ask({ charge, amount_fen, words }) {
      const content = { out_trade_no: charge, total_amount: yuanOf(amount_fen), subject: words, seller_id: account.sellerId };
      const answer = await say("alipay.trade.precreate", content, { notify_url: account.notifyUrl });
      if ("kind" in answer) return answer as DeviceFault;
      return refused(answer) ?? { qr: answer.qr_code ?? "" };
    },
    /** A signed address; Alipay knows of the trade when the phone arrives there. */
    async page({ charge, amount_fen, words, back }) {
      const content = {
        ...{ out_trade_no: charge, total_amount: yuanOf(amount_fen), subject: words, seller_id: account.sellerId },
        ...{ product_code: "QUICK_WAP_WAY", quit_url: back },
      };
      const more = { notify_url: account.notifyUrl, return_url: back };
      return { url: `${account.gateway}?${signedFields("alipay.trade.wap.pay", content, more)}` };
    },
    async query(charge) {
      const answer = await say("alipay.trade.query", { out_trade_no: charge });
      if ("kind" in answer) return answer as DeviceFault;
      // Before the driver has scanned the code Alipay knows no such trade.
      if (answer.sub_code === "ACQ.TRADE_NOT_EXIST")
        return { kind: "notice", charge, state: "pending", transaction: "", amount_fen: 0, currency: "" };
      const said = refused(answer) ?? noticeOf(answer) ?? deviceFault("bad-frame", "the answer cannot be read");
      if (said.kind === "notice" && said.charge !== charge) return deviceFault("bad-frame", "the answer is about another charge");
      return said;
    },
    async refund({ charge, refund, amount_fen }) {
      const answer = await say("alipay.trade.refund", { out_trade_no: charge, out_request_no: refund, refund_amount: yuanOf(amount_fen) });
      return "kind" in answer ? (answer as DeviceFault) : (refused(answer) ?? "done");
    },
  };
}
