// The forty security controls that a reviewer asks for, each with the tests that show it, or the reason why nothing does yet.
// Drawn from IEC 62443-4-2, ETSI EN 303 645, OWASP ASVS 5.0, GB/T 22239-2019 and the Personal Information Protection Law (PIPL).
export interface Control {
  readonly zh: string;
  readonly en: string;
  readonly source: string;
  /** Files of tests; `name`: only those whose name holds this. */
  readonly shown?: { readonly files: readonly string[]; readonly name?: string };
  /** Why it is not, or not wholly, shown. */
  readonly skip?: string;
}

const shown = (zh: string, en: string, source: string, files: readonly string[], name?: string): Control => ({
  ...{ zh, en, source },
  shown: name === undefined ? { files } : { files, name },
});
const skipped = (zh: string, en: string, source: string, skip: string): Control => ({ zh, en, source, skip });

export const controls: readonly Control[] = [
  shown("没有默认或共用口令", "no default or shared password", "EN 303 645 5.1-1", ["cloud/api/sign-in.test.ts"], "with passwords"),
  shown("口令散列 scrypt N=2^17", "passwords hashed with scrypt, N=2^17", "ASVS 11.4", ["cloud/identity/password.test.ts"]),
  shown("口令尝试受限", "guessing is limited, whatever X-Forwarded-For says", "CR 1.11", ["cloud/api/sign-in.test.ts"], "sixth wrong one"),
  shown("默认拒绝，按路由与对象", "default deny, per route and object; another tenant's id is 404", "CR 2.1, ASVS V8", [
    "cloud/api/matrix.test.ts",
  ]),
  shown(
    "授权写在路由上",
    "rights are said at the route, never by a path's prefix",
    "Fastify advisories 2026",
    ["cloud/api/access.test.ts"],
    "is no route",
  ),
  shown(
    "会话 cookie",
    "session cookie: __Host-, Secure, HttpOnly, SameSite=Strict; new at every sign-in, ended on the server",
    "ASVS V7",
    ["cloud/api/sign-in.test.ts"],
    "cookie",
  ),
  shown("防跨站请求", "a foreign page changes nothing", "ASVS V3", ["cloud/api/access.test.ts"], "not asked for by our own page"),
  shown("安全响应头", "security headers", "ASVS V3", ["cloud/api/page.test.ts"]),
  shown("严格的请求结构", "strict schemas: no coercion, unknown keys refused", "ASVS V2", ["cloud/api/bodies.test.ts"]),
  shown(
    "网关证书 mTLS",
    "gateways have certificates of the cloud's own authority; none, another's or a revoked one does not come in",
    "CR 1.2, 1.8",
    ["cloud/enrolment/enrolment.test.ts", "test/enrolment/embedded.test.ts", "test/enrolment/mosquitto.process.test.ts"],
    "P 05.enrol",
  ),
  shown("按网关的主题权限", "topics per gateway", "CR 2.1", ["cloud/broker/broker.test.ts"]),
  shown(
    "指令签名、期限与防重放",
    "commands are signed, expire, and are carried out once",
    "CR 3.1",
    ["gateway/commands/commands.test.ts"],
    "P 05.command",
  ),
  shown("现场接口不开放", "the gateway's own API is not open", "CR 2.1", ["gateway/console/booth.test.ts"]),
  shown("角色分工", "roles: the auditor changes nothing, the bureau sees no plates", "CR 2.1", [
    "cloud/api/matrix.test.ts",
    "cloud/api/masking.test.ts",
  ]),
  shown("危险操作须两人", "dangerous acts take two people", "CR 2.1 RE4", ["cloud/commands/commands.test.ts"]),
  shown("审计日志防篡改", "the audit log is complete, and tampering is named", "CR 2.8–2.12, 6.1", [
    "cloud/audit/audit.test.ts",
    "cloud/api/audit.test.ts",
  ]),
  shown("日志无机密与车牌", "no secret or plate in a log", "PIPL 6", ["cloud/api/masking.test.ts"], "no line of the log"),
  shown(
    "车牌默认打码，查看须有理由并留痕",
    "plates are masked but for those who let cars in; shown whole for a reason, audited",
    "PIPL 6",
    ["cloud/api/masking.test.ts", "cloud/retention/retention.test.ts"],
  ),
  shown(
    "车牌绑定须核实",
    "a plate is bound to a resident only after a person has looked: until then it opens, shows and takes nothing",
    "PIPL 6",
    ["test/parking/passes.test.ts"],
    "is nobody's until",
  ),
  shown(
    "保存期限与删除",
    "retention: plates and cards leave after their days, money stays",
    "PIPL 19, 47",
    ["cloud/retention/retention.test.ts"],
    "retention:",
  ),
  shown("导出受控", "an export is a row of the audit log", "PIPL 6", ["cloud/api/audit.test.ts"], "every route that changes something"),
  {
    ...shown(
      "传输与存储加密",
      "encryption in transit (TLS 1.2 and newer, to the page and to gateways), sealed backups, secrets for their owner alone",
      "CR 4.1",
      ["cloud/api/own-tls.test.ts", "test/enrolment/embedded.test.ts", "gateway/site/sealed.test.ts", "cloud/config/config.test.ts"],
    ),
    skip: "运行中的数据库未加密，请用磁盘加密（LUKS）/ running databases are not encrypted by us: use the disk's own encryption (LUKS)",
  },
  shown("机密只在文件中", "secrets live in files, never in the configuration", "ASVS V13", ["cloud/config/config.test.ts"], "secret"),
  {
    ...shown(
      "签名升级、防回退",
      "signed updates: unsigned, changed and older ones are refused, an unwell one is gone back from (`cuobian update`)",
      "CR 3.10",
      ["command/update/update.test.ts"],
    ),
    skip: "升级包由人送到现场，网关不自行下载 / the file is brought: a gateway downloads nothing by itself",
  },
  {
    ...shown(
      "服务单元加固",
      "hardened service units: systemd's own count of exposure at most 3.0, and the directives one by one",
      "GB/T 22239 8.1.4",
      ["test/house/units.test.ts"],
    ),
    skip: "安全启动由硬件与系统提供 / secure boot is the machine's own",
  },
  shown("攻击面清单", "the list of listening ports, measured on running programs: `cuobian controls --ports`", "EN 303 645 5.6, CR 7.7", [
    "command/controls/listeners.test.ts",
    "command/controls/listeners.process.test.ts",
  ]),
  shown("抗拒绝服务", "denial of service is bounded at the broker's door", "CR 7.1, 7.2", ["cloud/broker/door.test.ts"]),
  shown("输入校验", "malformed input is refused in words", "CR 3.5, EN 303 645 5.13", [
    "gateway/console/malformed.test.ts",
    "cloud/api/bodies.test.ts",
  ]),
  shown("失效时确定地断电", "failing leads to off", "CR 3.6", ["test/faults/dead.test.ts"]),
  shown("备份与恢复", "backup and restore", "CR 7.3", ["test/uplink/restore.test.ts"]),
  shown(
    "报废清除",
    "out of service: `cuobian gateway reset` ends certificates, wipes keys, journal, spool and personal data; unsent money is refused",
    "EN 303 645 5.11",
    ["test/enrolment/reset.test.ts"],
  ),
  shown("可信时间", "events say how far their clock is to be believed", "CR 2.11", ["test/uplink/clock.test.ts"]),
  shown("软件物料清单", "software bill of materials: `cuobian controls --sbom`", "CRA", ["command/controls/locked.test.ts"], "SBOM"),
  shown("依赖的最低版本", "floors under the versions of what we use", "CRA", ["command/controls/locked.test.ts"], "floor:"),
  shown(
    "锁定的依赖",
    "the lock file holds a hash for everything; no install script runs unasked",
    "CRA",
    ["command/controls/locked.test.ts"],
    "lock:",
  ),
  shown("漏洞处理流程", "handling of vulnerabilities", "EN 303 645 5.2, CRA 13", ["command/controls/locked.test.ts"], "SECURITY.md"),
  shown("XML 加固", "XML: no entities, bounded depth and size", "ASVS V1", ["protocols/cameras/contract.test.ts"]),
  shown(
    "防服务端请求伪造",
    "what the cloud calls lies outside: no address inside is called, nor followed to",
    "ASVS V1",
    ["cloud/notify/notify.test.ts"],
    "P 08.notify",
  ),
  skipped("JWT", "JSON web tokens", "ASVS V9", "none are used: a sign-in is a random token, of which the store keeps the hash"),
  shown(
    "紧急访问",
    "emergency access: two people, two sealed envelopes, one hour; an alarm in every compound and rows of the audit log (`cuobian cloud emergency seal`)",
    "CR 2.1",
    ["cloud/api/emergency.test.ts"],
  ),
];

export const commandOf = ({ shown: { files, name } = { files: [] } }: Control): string =>
  `npm test -- ${files.join(" ")}${name === undefined ? "" : ` -t "${name}"`}`;
