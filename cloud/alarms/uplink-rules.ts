// Alarms about the gateway itself and about the way its data take: mostly noticed by the cloud.
import type { AlarmRule } from "./rules.ts";

export const uplinkRules: readonly AlarmRule[] = [
  {
    rule: "gateway.offline",
    about: "gateway",
    priority: 2,
    zh: "网关离线",
    en: "gateway offline",
    action_zh: "云端收不到该小区的数据，现场保护与道闸照常。\n检查网关供电与网络。",
    action_en: "No data from this compound; protection and gates go on locally.\nCheck the gateway's power and network.",
    clearedBy: [],
  },
  {
    rule: "uplink.gap",
    about: "gateway",
    priority: 2,
    zh: "上报序号缺失",
    en: "sequence numbers missing",
    action_zh: "有事件尚未到达云端，等待网关重传。\n持续超过 10 分钟请联系运维。",
    action_en: "Events have not reached the cloud; the gateway must send them again.\nAfter 10 minutes call the maintainers.",
    clearedBy: [],
  },
  {
    rule: "uplink.conflict",
    about: "gateway",
    priority: 2,
    zh: "同一序号内容不同",
    en: "same key, other content",
    action_zh: "网关日志可能被复制或恢复而未换纪元，该流已停止确认。\n联系运维，勿自行清除。",
    action_en:
      "The journal may have been copied or restored under its old epoch; the stream is no longer acknowledged.\nCall the maintainers; delete nothing.",
    clearedBy: [],
  },
  {
    rule: "uplink.superseded",
    about: "gateway",
    priority: 2,
    zh: "旧网关仍在上报，已拒收",
    en: "the old gateway still speaks: refused",
    action_zh: "该网关已从备份恢复到另一台机器，旧机器仍在运行。\n到场停用旧机器；其未上报的事件请从其日志库导出核对。",
    action_en:
      "This gateway was restored elsewhere, and the old machine still runs.\nSwitch the old one off on site; events that it had not sent are in its journal: export and compare.",
    clearedBy: [],
  },
  {
    rule: "uplink.lost",
    about: "gateway",
    priority: 3,
    zh: "有数据未能保存",
    en: "data could not be kept",
    action_zh: "断网过久或磁盘已满，网关按规定舍弃了部分数据。\n报警与收费不在其中；缺口起止可查。\n检查网络与磁盘。",
    action_en:
      "Offline for too long, or a full disk: the gateway let some data go by its policy.\nAlarms and money are not among it; the gap is on record.\nCheck network and disk.",
    clearedBy: [],
  },
  {
    rule: "uplink.identity",
    about: "gateway",
    priority: 2,
    zh: "两台设备使用同一网关编号",
    en: "two boxes use one gateway's identity",
    action_zh: "两台设备轮流顶掉对方的连接，告警会迟到。\n多为更换设备后旧机未下线，或存储卡被复制。\n停用其中一台，并为该网关更换密码。",
    action_en:
      "Two boxes throw each other off the line in turn; alarms come late.\nOften the old box still runs beside its replacement, or a card was copied.\nSwitch one off, and give the gateway a new password.",
    clearedBy: [],
  },
  {
    rule: "uplink.clock",
    about: "gateway",
    priority: 3,
    zh: "网关时钟未校准",
    en: "the gateway's clock is not set",
    action_zh:
      "事件与读数照常上报，时间按云端时钟标注。\n校准之前远程指令被拒绝；收费取对车主有利的时间。\n检查网关的时间服务器与 RTC 电池。",
    action_en:
      "Events and readings arrive as ever, labelled by the cloud's clock.\nUntil it is set commands are refused, and fees take the time that favours the driver.\nCheck the gateway's time server and RTC battery.",
    clearedBy: [],
  },
  {
    rule: "storage.short",
    on: "storage.short",
    about: "gateway",
    priority: 2,
    zh: "网关磁盘空间不足",
    en: "the gateway's disk is short",
    action_zh: "安全与收费照常，遥测已暂停保存。\n清理磁盘或更换存储卡。",
    action_en: "Safety and money go on; readings are not kept.\nMake room on the disk, or replace the card.",
    clearedBy: ["storage.well"],
  },
  {
    rule: "uplink.dead-letter",
    about: "gateway",
    priority: 3,
    zh: "收到无法处理的数据",
    en: "data that could not be taken in",
    action_zh: "数据已另存，其余不受影响。\n联系运维查看死信。",
    action_en: "It is kept aside; everything else goes on.\nHave the maintainers look at the dead letters.",
    clearedBy: [],
  },
];
