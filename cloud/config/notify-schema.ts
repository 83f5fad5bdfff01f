// The part of the cloud's file that says where alarms are told. Keys stand in files of their own.
import Type, { type Static } from "typebox";
import { roles } from "#protocols/api/views.ts";
import { file, id, said, strict, text } from "./schema-words.ts";

const clock = (zh: string, en: string, example: string) =>
  Type.String({ ...said(zh, en, example), pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });
const day = (zh: string, en: string, example: string) =>
  Type.String({ ...said(zh, en, example), pattern: "^20[0-9]{2}-[0-9]{2}-[0-9]{2}$" });
const hosts = said("主机", "mail server", "smtp.example.cn");
const mostly = {
  id: id("通道编号", "channel id", "duty-group"),
  name: text("名称", "name that people read", "值班群", 60),
  up_to: Type.Integer({
    ...said("最低级别", "priorities up to this are told: 1 tells only what is for life and fire", 2),
    minimum: 1,
    maximum: 4,
  }),
  recovery: Type.Boolean(said("恢复通知", "whether it is told that something is over", true)),
  hourly: Type.Integer({ ...said("每小时上限", "messages in any hour; what is more comes together", 30), minimum: 4, maximum: 600 }),
  roles: Type.Optional(
    Type.Array(Type.Enum([...roles]), said("岗位", "only what is meant for one of these roles (escalation); everything if not written")),
  ),
  sites: Type.Optional(Type.Array(id("站点编号", "site", "jinxiu"), said("小区", "only of these compounds"))),
  mute: Type.Optional(
    Type.Array(text("规则", "alarm rule", "warn.long-charge", 60), said("不通知的规则", "alarm rules that it is not told")),
  ),
  duty: Type.Optional(
    Type.Array(
      strict("值班时段", "hours", {
        days: Type.Enum(
          ["all", "working", "off"],
          said("哪些日子", "all days, working days, or days off (holidays and weekends)", "working"),
        ),
        from: clock("从", "from", "08:00"),
        to: clock(
          "到",
          "to; earlier than `from`: over midnight, which belongs to the day on which it began; the same: the whole day",
          "18:00",
        ),
      }),
      {
        ...said(
          "值班时段",
          "when whoever reads it is on duty; always if not written. Otherwise it waits for his coming, but for priority 1",
        ),
        minItems: 1,
        maxItems: 8,
      },
    ),
  ),
  away: Type.Optional(
    Type.Array(
      strict("不在岗", "leave, illness", { from: day("从", "first day", "2026-12-01"), to: day("到", "last day", "2026-12-05") }),
      { ...said("不在岗", "days on which nobody reads it; the next level of escalation stands in"), maxItems: 40 },
    ),
  ),
  inside: Type.Optional(
    Type.Boolean(said("内网地址", "it leads to your own network (refused otherwise); plain HTTP is allowed there", false)),
  ),
};
const posted = {
  url_file: file("地址文件", "file with the robot's address, which holds its key", "./duty-group.url"),
  secret_file: Type.Optional(file("签名密钥文件", "file with the secret for signatures; a webhook needs one", "./duty-group.secret")),
};
const posting = <const Kind extends string>(kind: Kind, zh: string, en: string) =>
  strict(zh, en, { ...mostly, kind: Type.Literal(kind), ...posted });
export const Wecom = posting("wecom", "企业微信群机器人", "a group robot of WeCom");
export const Dingtalk = posting("dingtalk", "钉钉群机器人", "a group robot of DingTalk");
export const Feishu = posting("feishu", "飞书群机器人", "a group robot of Feishu");
export const Webhook = posting("webhook", "回调", "a webhook, signed by HMAC");
export const Mailbox = strict("邮件", "mail by SMTP", {
  ...mostly,
  kind: Type.Literal("smtp"),
  host: Type.String({ ...hosts, pattern: "^[A-Za-z0-9.-]{1,253}$" }),
  port: Type.Integer({ ...said("端口", "465 with TLS from the start, 587 with STARTTLS", 465), minimum: 1, maximum: 65_535 }),
  tls: Type.Enum(["from-the-start", "starttls", "none"], said("TLS", "none only for your own relay (inside: true)", "from-the-start")),
  user: Type.Optional(text("用户名", "user at the mail server", "alarms@example.cn")),
  password_file: Type.Optional(file("口令文件", "file with its password", "./smtp.password")),
  ca_file: Type.Optional(
    text(
      "签发机构证书文件",
      "PEM of the authority of the server's certificate, where it is your own; TLS is checked in any case",
      "./ca.pem",
      400,
    ),
  ),
  from: Type.String({ ...said("发件人", "sender", "alarms@example.cn"), pattern: "^[^\\s@<>]+@[^\\s@<>]+$" }),
  to: Type.Array(Type.String({ ...said("收件人", "recipient", "duty@example.cn"), pattern: "^[^\\s@<>]+@[^\\s@<>]+$" }), {
    minItems: 1,
    maxItems: 20,
  }),
});

export const EscalationLevel = strict("升级", "a level of escalation: who is told when nobody acknowledges", {
  priority: Type.Integer({ ...said("告警级别", "of which priority", 1), minimum: 1, maximum: 4 }),
  after_min: Type.Integer({
    ...said("分钟后", "minutes unacknowledged; the first level of a priority is 0", 0),
    minimum: 0,
    maximum: 10_080,
  }),
  roles: Type.Array(Type.Enum([...roles]), {
    ...said("岗位", "who is told then", ["booth", "property-manager"]),
    minItems: 1,
    maxItems: 16,
  }),
});

export const NotifyChannel = Type.Union([Wecom, Dingtalk, Feishu, Webhook, Mailbox]);
export type ChannelConfig = Static<typeof NotifyChannel>;
