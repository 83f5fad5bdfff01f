// What each finding of a commissioning means, and what to do.
import type { Finding, FindingCode, Judged } from "./commission.ts";

export interface FindingWords {
  readonly zh: string;
  readonly en: string;
  readonly doZh: string;
  readonly doEn: string;
}

export const commissionWords: Readonly<Record<FindingCode, FindingWords>> = {
  "meter-silent": { zh: "电表没有应答", en: "the meter does not answer", doZh: "查供电、A/B、地址", doEn: "power, A and B, unit" },
  "meter-empty": {
    zh: "电表应答，但没有电流也没有功率",
    en: "the meter answers, with neither current nor power",
    doZh: "互感器没接，或型号文件不对：cuobian device test",
    doEn: "no transformer, or the wrong profile: cuobian device test",
  },
  "meter-frozen": {
    zh: "电表的数一直不变，别的表都在变：表死了",
    en: "the meter's numbers stand still while the others move: it is dead",
    doZh: "断电重启，仍不变则更换",
    doEn: "off and on; replace it if they still stand",
  },
  reversed: {
    zh: "互感器装反：功率为负",
    en: "the current transformer is turned round: power is negative",
    doZh: "把互感器翻面，或对调它的两根线",
    doEn: "turn it over, or exchange its two wires",
  },
  "wrong-phase": {
    zh: "电压取自另一相：功率只有应有的一半，或为负的一半",
    en: "the voltage comes from another phase: half the power, or minus half",
    doZh: "电压线接到这一路自己的相上",
    doEn: "take the voltage from this socket's own phase",
  },
  "two-phases": {
    zh: "电压是线电压（约 400 V）：接在两相之间",
    en: "the voltage is that between two phases (about 400 V)",
    doZh: "立即断电；电压线改接相线与零线",
    doEn: "switch off at once; phase and neutral, not two phases",
  },
  "no-voltage": {
    zh: "电表没有电压",
    en: "the meter has no voltage",
    doZh: "电压线断或未接",
    doEn: "its voltage wire is broken or not connected",
  },
  "odd-factor": {
    zh: "阻性负载的功率因数不该如此：电压、电流不属于同一路，凭此分不清是哪一根",
    en: "no resistive load has this power factor: voltage and current are not of one circuit; this does not tell which",
    doZh: "查电压线取自哪里，互感器里穿的是哪一根线",
    doEn: "where does the voltage come from, and which wire runs through the transformer?",
  },
  scale: {
    zh: "电流与测试负载相差太多：变比不对、导线多绕了几圈，或负载标称有误",
    en: "the current is far from the test load's: another transformer ratio, more turns, or another load than declared",
    doZh: "核对变比与型号（10 A/100 A）、穿心匝数、负载瓦数",
    doEn: "ratio and model (10 A or 100 A), turns through the core, watts of the load",
  },
  "relay-silent": {
    zh: "继电器板没有应答",
    en: "the relay board does not answer",
    doZh: "查供电、A/B、地址",
    doEn: "power, A and B, unit",
  },
  "relay-did-not-close": {
    zh: "继电器没有吸合",
    en: "the relay did not close",
    doZh: "查线圈电源（12/24 V）与板",
    doEn: "the coil's supply (12 or 24 V), and the board",
  },
  "relay-did-not-open": {
    zh: "命令断开后，板仍说吸合",
    en: "after OFF its board still says closed",
    doZh: "停用此路；查板或更换",
    doEn: "do not use it; look at the board, or replace it",
  },
  welded: {
    zh: "命令断开后，同一块表上电流还在：触点粘连",
    en: "after OFF the current goes on at the very meter that it had moved: the contact is welded",
    doZh: "立即断开上级，更换继电器",
    doEn: "open the breaker above at once, and replace the relay",
  },
  "always-live": {
    zh: "全部继电器断开时就有电流：粘连，或绕过继电器直接供电；凭此分不清",
    en: "current flows with every relay open: welded, or wired past its relay; this does not tell which",
    doZh: "断开上级，量继电器两端",
    doEn: "open the breaker above and measure across the relay",
  },
  "no-current": {
    zh: "继电器说已吸合，没有一块表动：负载没插好、保险、输出线、触点不通；凭此分不清",
    en: "the relay says closed and no meter moved: load not plugged in, fuse, output wire, or a contact that does not conduct; this does not tell which",
    doZh: "量此路插座有没有电；加 --search 找是哪一路在供它",
    doEn: "measure at the socket; --search looks for another relay that feeds it",
  },
  "relay-also": {
    zh: "同时吸合了别的继电器",
    en: "other relays closed along",
    doZh: "两块板同地址，或线圈并联",
    doEn: "two boards at one unit, or coils wired together",
  },
  crossed: {
    zh: "动的是别的电表：互感器或输出线与别的插座对调",
    en: "another meter moved: the transformer or the output wire is another socket's",
    doZh: "走查（site walk）看灯：标签对则互感器换位，标签错则输出线换位",
    doEn: "site walk shows which: label right, move the transformer; label wrong, move the output wire",
  },
  shared: {
    zh: "自己的表动，别的表也动：导线穿过了两只互感器",
    en: "its own meter moved, and another as well: the wire runs through two transformers",
    doZh: "每只互感器只穿一根相线",
    doEn: "one phase wire through each transformer",
  },
  "fed-by": {
    zh: "这个插座由别的继电器供电：输出线对调",
    en: "this socket is fed by another relay: the output wires are exchanged",
    doZh: "把两路输出线换回来",
    doEn: "exchange the two output wires",
  },
  "not-proved": {
    zh: "没有带负载，未能证明对应关系",
    en: "nothing was plugged in here: what belongs together is not proved",
    doZh: "插上测试负载再做",
    doEn: "plug the test load in and do it again",
  },
};

function details(finding: Finding, label: (socket: string) => string): string {
  if ("meters" in finding) return finding.meters.map(label).join(", ");
  if ("others" in finding) return finding.others.map(label).join(", ");
  if ("relay" in finding) return label(finding.relay);
  return "permille" in finding ? `${(finding.permille / 1_000).toFixed(2)}` : "";
}

export function judgedText({ socket, proved, findings }: Judged, label: (socket: string) => string): string {
  if (proved) return `✓ ${label(socket)}  继电器 ↔ 电表 ↔ 标签 / relay, meter and label belong together`;
  return findings
    .map((finding) => {
      const { zh, en, doZh, doEn } = commissionWords[finding.code];
      const more = details(finding, label);
      return `! ${label(socket)}  ${zh}${more === "" ? "" : `：${more}`} / ${en}${more === "" ? "" : `: ${more}`}\n    → ${doZh} / ${doEn}`;
    })
    .join("\n");
}
