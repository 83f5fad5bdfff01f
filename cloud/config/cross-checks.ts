// Parts of the cloud's file held against each other and against the disk: names that must exist or must not repeat, and secrets that must be there.

import type { Path } from "#gateway/config/complaint.ts";
import type { Complain } from "#gateway/config/yaml-file.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import { channelSecrets, checkChannels } from "./channel-checks.ts";
import { checkDetectors, detectorSecrets } from "./detector-schema.ts";
import type { CloudConfig } from "./schema.ts";
import { readSecret } from "./secret.ts";
import { checkTree } from "./tree-checks.ts";
import { readWebCertificate } from "./web-certificate.ts";

/** The cloud's own name at its embedded broker. */
export const ingestUsername = "ingest";

interface Named {
  readonly path: Path;
  readonly key: string;
}
const named = <Item>(list: string, items: readonly Item[] = [], [field, key]: [string, (item: Item) => string]): Named[] =>
  items.map((item, index) => ({ path: [list, index, field], key: key(item) }));

/** `config` has the right shape; its paths are absolute. */
export function crossCheck(config: CloudConfig, complain: Complain): void {
  const { sites, gateways, observers, people } = config;
  const gatewayNames = named("gateways", gateways, ["gateway", (one) => one.gateway]);
  const users = [...gatewayNames, ...named("observers", observers, ["username", (one) => one.username])];
  unique({ zh: "站点编号", en: "site id" }, named("sites", sites, ["id", (one) => one.id]), complain);
  unique({ zh: "小区代码", en: "compound code" }, named("sites", sites, ["compound_code", (one) => one.compound_code]), complain);
  unique({ zh: "消息账号", en: "user at the broker" }, users, complain);
  unique({ zh: "人员编号", en: "person id" }, named("people", people, ["id", (one) => one.id]), complain);
  for (const user of users)
    if (user.key === ingestUsername)
      complain(user.path, { zh: `“${ingestUsername}”留给云端自己`, en: `"${ingestUsername}" is the cloud's own name at the broker` });
  for (const site of named("gateways", gateways, ["site", (one) => one.site])) known(site, sites, complain);
  for (const site of named("detectors", config.detectors, ["site", (one) => one.site])) known(site, sites, complain);
  if (config.broker.kind === "external" && config.broker.share !== undefined && config.store.kind !== "postgres")
    complain(["broker", "share"], {
      zh: "多个云端进程分担须用 PostgreSQL：store.kind 改为 postgres，或去掉 share",
      en: "several processes share the work on one PostgreSQL only: make store.kind postgres, or leave share out",
    });
  checkTree(config, complain);
  if (config.broker.kind === "external" && config.broker.share !== undefined && config.telemetry.kind !== "influx")
    complain(["broker", "share"], {
      zh: "多个云端进程分担须共用一个遥测库：telemetry.kind 改为 influx，或去掉 share",
      en: "several processes share one telemetry engine, or each would show only its own curves: make telemetry.kind influx, or leave share out",
    });
  checkListeners(config, complain);
  checkCertificate(config, complain);
  checkChannels(config, complain);
  checkEscalation(config, complain);
  checkDetectors(config.detectors ?? [], complain);
  checkSecrets(config, complain);
}

function unique(what: { zh: string; en: string }, items: readonly Named[], complain: Complain): void {
  const seen = new Set<string>();
  for (const { key, path } of items) {
    if (seen.has(key)) complain(path, { zh: `${what.zh}重复：${key}`, en: `${what.en} twice: ${key}` });
    seen.add(key);
  }
}

function known({ key, path }: Named, sites: CloudConfig["sites"], complain: Complain): void {
  const ids = sites.map((site) => site.id);
  if (ids.includes(key)) return;
  const meant = nearest(key, ids);
  const list = ids.length === 0 ? "—" : ids.join(", ");
  complain(path, {
    zh: `没有这个站点：${key}；${meant === undefined ? `已有 ${list}` : `是否想写“${meant}”？`}`,
    en: `no such site: ${key}; ${meant === undefined ? `there are ${list}` : `did you mean "${meant}"?`}`,
  });
}

function checkListeners({ http, broker, observers }: CloudConfig, complain: Complain): void {
  if (broker.kind === "embedded") {
    if (http.port !== 0 && http.port === broker.port)
      complain(["broker", "port"], { zh: `与 http.port 相同：${http.port}`, en: `the same as http.port: ${http.port}` });
  } else if (observers !== undefined && observers.length > 0)
    complain(["observers"], {
      of: "key",
      zh: "外部消息服务器自己管理账号，请在那里添加",
      en: "an external broker keeps its own accounts: add them there",
    });
}

function checkCertificate({ http: { tls, certificate } }: CloudConfig, complain: Complain): void {
  if (certificate === undefined) return;
  if (tls !== undefined)
    complain(["http", "certificate"], {
      of: "key",
      zh: "与 tls: in-front 二者取一",
      en: "not beside tls: in-front: TLS ends either in front of this address or here",
    });
  const read = readWebCertificate(certificate);
  if (read.kind === "refusal") complain(["http", "certificate"], { of: "key", zh: read.zh, en: read.en });
}

/** A priority that nobody is told of at once would wait unseen. */
function checkEscalation({ escalation = [] }: CloudConfig, complain: Complain): void {
  const seen = new Set<string>();
  for (const [index, { priority, after_min, roles }] of escalation.entries()) {
    if (roles.length === 0)
      complain(["escalation", index, "roles"], { zh: "没有写任何岗位", en: "no role is written: nobody would be told" });
    const key = `${priority} ${after_min}`;
    if (seen.has(key))
      complain(["escalation", index, "after_min"], {
        zh: `${priority} 级已有 ${after_min} 分钟这一级`,
        en: `priority ${priority} has a level at ${after_min} minutes already`,
      });
    seen.add(key);
    if (!escalation.some((one) => one.priority === priority && one.after_min === 0))
      complain(["escalation", index], {
        zh: `${priority} 级没有 0 分钟的一级：报警时无人知道`,
        en: `priority ${priority} has no level at 0 minutes: nobody would be told when it is raised`,
      });
  }
}

function checkSecrets(config: CloudConfig, complain: Complain): void {
  for (const { path, file } of secretFiles(config)) {
    const read = readSecret(file);
    if (read.kind === "refusal") complain(path, { zh: read.zh, en: read.en });
  }
}

/** Every file of the configuration that holds a secret, with its place. */
export function secretFiles({
  broker,
  gateways,
  observers = [],
  store,
  telemetry,
  notify = [],
  detectors = [],
}: CloudConfig): { path: Path; file: string }[] {
  const listed = [...gateways.entries()].map(([i, one]) => ({ path: ["gateways", i, "password_file"], file: one.password_file }));
  const observing = [...observers.entries()].map(([i, one]) => ({ path: ["observers", i, "password_file"], file: one.password_file }));
  return [
    ...listed,
    ...observing,
    ...channelSecrets(notify),
    ...detectorSecrets(detectors),
    ...(broker.kind === "external" ? [{ path: ["broker", "password_file"], file: broker.password_file }] : []),
    ...(store.kind === "postgres" ? [{ path: ["store", "url_file"], file: store.url_file }] : []),
    ...(telemetry.kind === "influx" ? [{ path: ["telemetry", "token_file"], file: telemetry.token_file }] : []),
  ];
}
