// A provider for demonstrations: it moves no money, and every payment through it says so. Messages both ways are JSON under HMAC-SHA256 with a secret of the two.
import { createHmac, timingSafeEqual } from "node:crypto";
import { type DeviceFault, deviceFault, type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import type { Channel, Exchange, Notice, Told } from "./provider.ts";

export interface SandboxAccount {
  readonly secret: string;
  readonly notifyUrl: string;
  readonly base: string;
}

export const sandboxSignature = (secret: string, body: Uint8Array | string): string =>
  createHmac("sha256", secret).update(body).digest("hex");
const text = (bytes: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

export function sandboxPay(account: SandboxAccount, { exchange }: { exchange: Exchange }): Channel {
  function genuine({ headers, body }: Told): boolean {
    const given = Buffer.from(headers["x-sandbox-signature"] ?? "");
    const right = Buffer.from(sandboxSignature(account.secret, body));
    return given.length === right.length && timingSafeEqual(given, right);
  }

  function noticeOf(told: Told): Notice | Undecodable {
    if (!genuine(told)) return undecodable("the signature is not the sandbox's");
    try {
      const { charge, state, transaction = "", amount_fen = 0, currency = "" } = JSON.parse(text(told.body)) as Partial<Notice>;
      if (typeof charge !== "string" || (state !== "paid" && state !== "pending" && state !== "closed"))
        return undecodable("no charge or state");
      if (state === "paid" && (!Number.isSafeInteger(amount_fen) || typeof transaction !== "string" || transaction === ""))
        return undecodable("paid, without amount or transaction");
      return { kind: "notice", charge, state, transaction: String(transaction), amount_fen, currency: String(currency) };
    } catch (error) {
      return undecodable(error instanceof Error ? error.message : "not to be read");
    }
  }

  async function say(method: "GET" | "POST", path: string, content?: object): Promise<Told | DeviceFault> {
    const body = content === undefined ? "" : JSON.stringify(content);
    const headers = {
      "content-type": "application/json",
      "x-sandbox-signature": sandboxSignature(account.secret, body === "" ? path : body),
    };
    const answer = await exchange({ method, url: `${account.base}${path}`, headers, body });
    if ("kind" in answer) return answer;
    if (answer.status >= 300) return deviceFault("exception", `the sandbox answered ${answer.status}`);
    return genuine(answer) ? answer : deviceFault("bad-frame", "the signature is not the sandbox's");
  }

  async function opened(charge: object): Promise<{ qr: string; url: string } | DeviceFault> {
    const answer = await say("POST", "/charges", { ...charge, notify_url: account.notifyUrl });
    if ("kind" in answer) return answer;
    const { url } = JSON.parse(text(answer.body)) as { url?: string };
    return typeof url === "string" ? { qr: url, url } : deviceFault("bad-frame", "no url");
  }

  return {
    hear: noticeOf,
    acknowledge: (taken) => ({ status: taken ? 200 : 400, type: "application/json", body: JSON.stringify({ taken }) }),
    ask: ({ charge, amount_fen, words }) => opened({ charge, amount_fen, words }),
    page: ({ charge, amount_fen, words, back }) => opened({ charge, amount_fen, words, back }),
    async query(charge) {
      const answer = await say("GET", `/charges/${encodeURIComponent(charge)}`);
      if ("kind" in answer) return answer;
      const said = noticeOf(answer);
      if (said.kind !== "notice") return deviceFault("bad-frame", said.reason);
      return said.charge === charge ? said : deviceFault("bad-frame", "the answer is about another charge");
    },
    async refund({ charge, refund, amount_fen }) {
      const answer = await say("POST", "/refunds", { charge, refund, amount_fen });
      return "kind" in answer ? answer : "done";
    },
  };
}
