// Channels of notification held against each other, the compounds, the rules, and the addresses in their files.
import { readFileSync } from "node:fs";
import { alarmRules } from "#cloud/alarms/rules.ts";
import { dayFrom } from "#cloud/calendar/calendar.ts";
import { targetComplaint } from "#cloud/notify/channel.ts";
import { reminderRules } from "#cloud/notify/reminders.ts";
import type { Path } from "#gateway/config/complaint.ts";
import type { Complain } from "#gateway/config/yaml-file.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import type { ChannelConfig } from "./notify-schema.ts";
import type { CloudConfig } from "./schema.ts";
import { readSecret } from "./secret.ts";

export function channelSecrets(channels: readonly ChannelConfig[]): { path: Path; file: string }[] {
  return [...channels.entries()].flatMap(([index, one]) =>
    (["url_file", "secret_file", "password_file"] as const).flatMap((key) => {
      const file = (one as Partial<Record<typeof key, string>>)[key];
      return file === undefined ? [] : [{ path: ["notify", index, key], file }];
    }),
  );
}

function isCertificate(path: string): boolean {
  try {
    return readFileSync(path, "utf8").includes("-----BEGIN CERTIFICATE-----");
  } catch {
    return false;
  }
}

export function checkChannels({ notify = [], sites }: CloudConfig, complain: Complain): void {
  const seen = new Set<string>();
  const rules = [...alarmRules.map(({ rule }) => rule), ...Object.keys(reminderRules)];
  for (const [index, channel] of notify.entries()) {
    const at = (...path: Path): Path => ["notify", index, ...path];
    if (seen.has(channel.id)) complain(at("id"), { zh: `通道编号重复：${channel.id}`, en: `channel id twice: ${channel.id}` });
    seen.add(channel.id);
    for (const [n, site] of (channel.sites ?? []).entries())
      if (!sites.some(({ id }) => id === site)) complain(at("sites", n), { zh: `没有这个站点：${site}`, en: `no such site: ${site}` });
    for (const [n, rule] of (channel.mute ?? []).entries())
      if (!rules.includes(rule)) {
        const meant = nearest(rule, rules);
        const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
        complain(at("mute", n), { zh: `没有这条规则：${rule}`, en: `no such rule: ${rule}${hint}` });
      }
    for (const [n, { from, to }] of (channel.away ?? []).entries())
      if (dayFrom(from) === undefined || dayFrom(to) === undefined || from > to)
        complain(at("away", n), { zh: `没有这样的日期：${from} 到 ${to}`, en: `no such days: ${from} to ${to}` });
    if (channel.kind === "smtp") {
      if (channel.ca_file !== undefined && !isCertificate(channel.ca_file))
        complain(at("ca_file"), { zh: `不是 PEM 证书：${channel.ca_file}`, en: `no certificate in PEM: ${channel.ca_file}` });
      if (channel.tls === "none" && channel.inside !== true)
        complain(at("tls"), {
          zh: "不加密的邮件只许发往内网（inside: true）",
          en: "mail without TLS goes to your own network only (inside: true)",
        });
      continue;
    }
    if (channel.kind === "webhook" && channel.secret_file === undefined)
      complain(at(), { zh: "回调须有签名密钥：secret_file", en: "a webhook needs a secret to sign with: secret_file" });
    const url = readSecret(channel.url_file);
    const why = url.kind === "refusal" ? undefined : targetComplaint({ kind: channel.kind, inside: channel.inside ?? false }, url.secret);
    if (why !== undefined) complain(at("url_file"), why);
  }
}
