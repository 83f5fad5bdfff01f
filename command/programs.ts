// What `cuobian` can start: one row a verb.
export interface Program {
  readonly verb: string;
  readonly file: string;
  /** Words put before what was typed: programs that answer to several verbs are told which. */
  readonly args: readonly string[];
  readonly usage: string;
  readonly zh: string;
  readonly en: string;
}

export const programs: readonly Program[] = [
  {
    verb: "demo",
    file: "command/demo/main.ts",
    args: [],
    usage: "demo [--scenario outage --exit --json]",
    zh: "一条命令的演示小区",
    en: "a demonstration compound in one command",
  },
  {
    verb: "gateway",
    file: "gateway/main.ts",
    args: [],
    usage: "gateway run | backup | restore --config site.yaml",
    zh: "现场网关",
    en: "the gateway on site",
  },
  { verb: "cloud", file: "cloud/main.ts", args: [], usage: "cloud run --config cloud.yaml", zh: "云端服务", en: "the cloud service" },
  {
    verb: "audit",
    file: "cloud/audit/main.ts",
    args: [],
    usage: "audit verify | show | anchor --config cloud.yaml",
    zh: "审计日志：是否被改动",
    en: "the audit log: is it what was written",
  },
  {
    verb: "alarms",
    file: "cloud/alarms/main.ts",
    args: [],
    usage: "alarms list | kpi --config cloud.yaml",
    zh: "告警清单与指标",
    en: "the list of alarms, and their figures",
  },
  {
    verb: "ledger",
    file: "cloud/ledger/main.ts",
    args: [],
    usage: "ledger check|import FILE | verify | rank | reconcile | escalate --dry-run | export",
    zh: "整改台账：核对导出、验证链条、预演督办",
    en: "the rectification ledger: check, import, rank, reconcile, rehearse",
  },
  {
    verb: "income",
    file: "cloud/ledger/main.ts",
    args: ["income"],
    usage: "income reconcile --config cloud.yaml --site ID --month 2026-11",
    zh: "公共收益：账单、通道、银行三方对账",
    en: "public income: a month at the edge, the channel and the bank",
  },
  {
    verb: "sim",
    file: "firmware-sim/main.ts",
    args: [],
    usage: "sim run | camera | device | line | fault | car | tap | state | panel | detector | lpr | month",
    zh: "设备模拟器",
    en: "device simulators",
  },
  {
    verb: "quote",
    file: "gateway/quote/main.ts",
    args: ["quote"],
    usage: "quote --tariff F --enter T --exit T | --charging F --start T --load P/T",
    zh: "这次停车或充电多少钱，为什么",
    en: "what this stay or charge costs, and why",
  },
  {
    verb: "tariff",
    file: "gateway/quote/main.ts",
    args: ["tariff"],
    usage: "tariff check | diff | explain | new | schema",
    zh: "收费规则文件",
    en: "tariff files",
  },
  {
    verb: "config",
    file: "gateway/config/main.ts",
    args: [],
    usage: "config check site.yaml | rules site.yaml | limits F | schema",
    zh: "检查现场配置",
    en: "check a site's configuration",
  },
  {
    verb: "budget",
    file: "gateway/config/budget/main.ts",
    args: [],
    usage: "budget shopping-list.yaml",
    zh: "采购之前：守得住断电时限吗",
    en: "before buying: will the lines keep their cut-off time",
  },
  {
    verb: "protect",
    file: "gateway/protect/main.ts",
    args: [],
    usage: "protect replay samples.csv --limits F | curve --limits F",
    zh: "回放样本，画跳闸曲线",
    en: "replay samples through protection, draw its curves",
  },
  {
    verb: "decode",
    file: "command/decode/main.ts",
    args: [],
    usage: "decode dny|dc589|dlt645|gbt26875|modbus HEX|-",
    zh: "逐字段解释一帧报文",
    en: "a frame explained field by field",
  },
  {
    verb: "device",
    file: "command/device/main.ts",
    args: ["device"],
    usage: "device list | test | new | import | address | cameras",
    zh: "设备型号文件：试译、读取、新建、导入、改地址；找相机",
    en: "device models as data: try, read, begin, import, re-address; cameras found",
  },
  {
    verb: "modbus",
    file: "command/device/main.ts",
    args: ["modbus"],
    usage: "modbus read | scan | write",
    zh: "寄存器工作台",
    en: "the register bench",
  },
  {
    verb: "site",
    file: "command/site/main.ts",
    args: [],
    usage: "site walk | commission | replace | charge | story | reset | register | trip-test",
    zh: "现场接线与验收",
    en: "wiring and acceptance on site",
  },
  {
    verb: "controls",
    file: "command/controls/main.ts",
    args: [],
    usage: "controls [--run] [--only 4,16]",
    zh: "四十项安全控制，逐项验证",
    en: "the forty security controls, each shown",
  },
  {
    verb: "update",
    file: "command/update/main.ts",
    args: [],
    usage: "update verify | apply | settle | status | key | pack",
    zh: "签名升级：装入、试用、退回",
    en: "signed releases: installed, tried, gone back from",
  },
  { verb: "doctor", file: "command/doctor/main.ts", args: [], usage: "doctor [--json]", zh: "检查这台机器", en: "look this machine over" },
];
