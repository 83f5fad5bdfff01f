// One try to hand one message to one channel: at most ten seconds, no redirect, a bounded answer, and words that hold no key.
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { createTransport } from "nodemailer";
import { type Channel, isMail, type MailTarget, targetComplaint } from "./channel.ts";
import { type Going, type LookUp, whereTo } from "./guard.ts";
import { forDingtalk, forFeishu, forWebhook, forWecom, linesOf, type Message, type Posted, refusedBy, titleOf } from "./message.ts";

/** "refused": trying again would change nothing. */
export interface Outcome {
  readonly outcome: "delivered" | "failed" | "refused";
  readonly detail: string;
}

export interface Ways {
  readonly lookUp: LookUp;
  readonly timeout_ms: number;
  /** Ends a try after so long; the machine's own timer if not said. */
  readonly expire?: (after_ms: number, channel: string) => AbortSignal;
}

const largestAnswer = 64 * 1024;
const refused = (detail: string): Outcome => ({ outcome: "refused", detail });
const failed = (detail: string): Outcome => ({ outcome: "failed", detail });

export async function deliver(
  channel: Channel,
  message: Message,
  { lookUp, timeout_ms, expire = (after_ms) => AbortSignal.timeout(after_ms), now }: Ways & { readonly now: number },
): Promise<Outcome> {
  const { target } = channel;
  const host = isMail(target) ? target.host : new URL(target.url).hostname;
  const complaint = isMail(target) ? undefined : targetComplaint(channel, target.url);
  if (complaint !== undefined) return refused(complaint.en);
  const going = await whereTo(host, { lookUp, allowed: channel.inside });
  // A name that cannot be looked up now may be later.
  if ("kind" in going) return going.code === "no-address" ? failed(going.en) : refused(going.en);
  if (isMail(target)) return mail(target, message, { going, timeout_ms });
  const { secret } = target;
  const expired = expire(timeout_ms, channel.id);
  if (channel.kind === "webhook") {
    if (secret === undefined) return refused("a webhook has no secret to sign with");
    return post(target.url, forWebhook(message, { secret, now }), { going, timeout_ms, expired, robot: false });
  }
  const posted =
    channel.kind === "wecom"
      ? forWecom(message)
      : channel.kind === "dingtalk"
        ? forDingtalk(message, { secret, now })
        : forFeishu(message, { secret, now });
  return post(target.url, posted, { going, timeout_ms, expired, robot: true });
}

function post(
  url: string,
  { query, headers, body }: Posted,
  { going, timeout_ms, expired, robot }: { going: Going; timeout_ms: number; expired: AbortSignal; robot: boolean },
): Promise<Outcome> {
  const address = new URL(url);
  for (const [key, value] of Object.entries(query)) address.searchParams.set(key, value);
  const ask = address.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    // The address was looked at; the name is not asked again.
    const pinned = (_host: string, options: { all?: boolean }, done: (error: null, ...found: unknown[]) => void): void =>
      options.all === true ? done(null, going.all) : done(null, going.to.address, going.to.family);
    const asked = ask(address, {
      ...{ method: "POST", headers: { ...headers, "content-length": Buffer.byteLength(body) }, agent: false },
      lookup: pinned as never,
      signal: expired,
    });
    asked.on("error", (error) =>
      resolve(failed(error.name === "TimeoutError" || error.name === "AbortError" ? `no answer within ${timeout_ms} ms` : wordsOf(error))),
    );
    asked.on("response", (answer) => {
      const status = answer.statusCode ?? 0;
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > largestAnswer) asked.destroy(new Error("an answer that does not end"));
      });
      answer.on("error", (error) => resolve(failed(wordsOf(error))));
      answer.on("end", () => resolve(judge(status, text, { location: answer.headers.location, robot })));
    });
    asked.end(body);
  });
}

function judge(status: number, text: string, { location, robot }: { location: string | undefined; robot: boolean }): Outcome {
  if (status >= 300 && status < 400) {
    let host = "?";
    try {
      host = new URL(location ?? "", "http://itself.invalid").host;
    } catch {
      // what it says is no address: not shown
    }
    return refused(`redirected to ${host.slice(0, 60)}: redirects are not followed`);
  }
  if (status >= 200 && status < 300) {
    const said = robot ? refusedBy(text) : undefined;
    return said === undefined ? { outcome: "delivered", detail: `status ${status}` } : failed(said);
  }
  // 4xx of a webhook will not better itself, but for "later" and "too many".
  return status >= 400 && status < 500 && ![408, 425, 429].includes(status) ? refused(`status ${status}`) : failed(`status ${status}`);
}

/** Never an address: a robot's holds its key. */
const wordsOf = (error: Error): string =>
  (error as { code?: string }).code ?? (error.message === "an answer that does not end" ? error.message : error.name);

async function mail(target: MailTarget, message: Message, { going, timeout_ms }: { going: Going; timeout_ms: number }): Promise<Outcome> {
  const { tls, user, password, from, to, port, ca } = target;
  const transport = createTransport({
    ...{ host: going.to.address, port, secure: tls === "from-the-start", requireTLS: tls === "starttls", ignoreTLS: tls === "none" },
    ...{ connectionTimeout: timeout_ms, greetingTimeout: timeout_ms, socketTimeout: timeout_ms, dnsTimeout: timeout_ms },
    ...{ disableFileAccess: true, disableUrlAccess: true },
    tls: { servername: going.host, ...(ca === undefined ? {} : { ca }) },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
  });
  try {
    const done = await transport.sendMail({
      ...{ from, to: [...to], subject: titleOf(message), text: linesOf(message).join("\n"), messageId: `<${message.id}@cuobian>` },
      headers: { "auto-submitted": "auto-generated" },
    });
    return { outcome: "delivered", detail: String(done.response ?? "taken").slice(0, 120) };
  } catch (error) {
    const { code, responseCode } = error as { code?: string; responseCode?: number };
    const detail = responseCode === undefined ? (code ?? "failed") : `SMTP ${responseCode}`;
    // 5xx is for good, but for what a person at the mailbox mends.
    return responseCode !== undefined && responseCode >= 500 && code !== "EAUTH" ? refused(detail) : failed(detail);
  } finally {
    transport.close();
  }
}
