// A channel: where notices go, which of them, and how often. Keys and addresses stay in files and in memory: nothing that is shown or stored holds one.
import type { Role } from "#protocols/api/views.ts";
import type { Roster } from "./duty.ts";

export const channelKinds = ["wecom", "dingtalk", "feishu", "webhook", "smtp"] as const;
export type ChannelKind = (typeof channelKinds)[number];

export interface Channel extends Roster {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  /** Priorities up to this are told: 1 tells only what is for life and fire. */
  readonly up_to: 1 | 2 | 3 | 4;
  /** Whether it is told that something is over. */
  readonly recovery: boolean;
  /** The most messages in any hour; what is more comes together as a digest. */
  readonly hourly: number;
  /** Only what is meant for one of these roles; none written: everything. */
  readonly roles?: readonly Role[] | undefined;
  /** Only of these compounds. */
  readonly sites?: readonly string[] | undefined;
  /** Rules that this channel is not told. */
  readonly mute?: readonly string[] | undefined;
  /** It goes to an address of the operator's own network, which is refused otherwise; plain HTTP is allowed there. */
  readonly inside: boolean;
  readonly target: PostTarget | MailTarget;
}

export interface PostTarget {
  readonly url: string;
  readonly secret?: string | undefined;
}

export interface MailTarget {
  readonly host: string;
  readonly port: number;
  readonly tls: "from-the-start" | "starttls" | "none";
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  /** PEM of the authority that the mail server's certificate is of, where that is nobody's that everybody knows. */
  readonly ca?: string | undefined;
}

export const isMail = (target: Channel["target"]): target is MailTarget => "host" in target;

/** The vendors' own hosts: a robot's address that leads elsewhere is a mistake, or an attempt. */
export const vendorHosts: Readonly<Partial<Record<ChannelKind, readonly string[]>>> = {
  wecom: ["qyapi.weixin.qq.com"],
  dingtalk: ["oapi.dingtalk.com", "api.dingtalk.com"],
  feishu: ["open.feishu.cn", "open.larksuite.com"],
};

/** The most tries a minute: robots take about twenty and then shut for minutes (Feishu a hundred); a mailbox is no flood's place either. */
export const triesAMinute: Readonly<Record<ChannelKind, number>> = { wecom: 18, dingtalk: 18, feishu: 60, webhook: 60, smtp: 30 };

/** "https://qyapi.weixin.qq.com/…42f7": enough to tell two robots apart. */
export function maskedTarget({ target }: Channel): string {
  if (isMail(target)) return `${target.host}:${target.port}`;
  const { protocol, host } = new URL(target.url);
  return `${protocol}//${host}/…${target.url.slice(-4)}`;
}

/** Why this address is none for this channel; undefined: it may be tried. */
export function targetComplaint(
  channel: Pick<Channel, "kind" | "inside">,
  url: string,
): { readonly zh: string; readonly en: string } | undefined {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { zh: "不是网址", en: "is no address" };
  }
  if (parsed.protocol !== "https:" && !(channel.inside && parsed.protocol === "http:")) return { zh: "只允许 https", en: "must be https" };
  if (parsed.username !== "" || parsed.password !== "") return { zh: "网址中不得带口令", en: "holds a name or password" };
  const hosts = vendorHosts[channel.kind];
  if (!channel.inside && hosts !== undefined && !hosts.includes(parsed.hostname))
    return { zh: `应为 ${hosts.join("、")}`, en: `should be ${hosts.join(", ")}` };
  return undefined;
}
