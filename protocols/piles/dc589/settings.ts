// dc589 local settings, written with 0xC3 and read back with 0xC6. Source: protocol 5.8.9, annex 1. Three more tiers only on two-way sockets.
import { maybe, u8, u16 } from "#protocols/frames/fields.ts";
import { names } from "#protocols/frames/layout.ts";

const modes = names({
  0: "时间先消费 / time, pay first",
  1: "时间先按键 / time, button first",
  2: "免费 / free",
  3: "电量先消费 / energy, pay first",
  4: "电量先按键 / energy, button first",
});
const onOff = names({ 0: "关闭 / off", 1: "开启 / on" });
const deciwatt = { each: 100 } as const;

export const settings = [
  u8("mode", "运行模式 / mode", { names: modes }),
  u8("volume", "音量 / volume"),
  // The unit follows the mode: minutes, or 0.01 kWh. The number stays raw.
  u16("coin_amount", "投币一次（分钟或0.01度） / one coin (minutes or 0.01 kWh)"),
  u16("card_amount", "刷卡一次（分钟或0.01度） / one card (minutes or 0.01 kWh)"),
  u8("card_fee_fen", "刷卡扣费 / fee of a card", { each: 10 }),
  u8("card_refund", "刷卡退费 / refund to the card", { names: onOff }),
  u16("tier_1_mW", "第一档功率 / tier 1 up to", deciwatt),
  u16("tier_2_mW", "第二档功率 / tier 2 up to", deciwatt),
  u16("tier_3_mW", "第三档功率 / tier 3 up to", deciwatt),
  u16("tier_4_mW", "第四档功率 / tier 4 up to", deciwatt),
  u16("tier_5_mW", "第五档功率 / tier 5 up to", deciwatt),
  u8("tier_1_percent", "第一档比例（必须100） / tier 1, share of the time (must be 100)"),
  u8("tier_2_percent", "第二档比例 / tier 2, share of the time"),
  u8("tier_3_percent", "第三档比例 / tier 3, share of the time"),
  u8("tier_4_percent", "第四档比例 / tier 4, share of the time"),
  u8("tier_5_percent", "第五档比例 / tier 5, share of the time"),
  u8("stop_when_full", "充满自停 / stop when full", { names: onOff }),
  u16("float_mW", "浮充功率 / float power", deciwatt),
  u16("float_s", "浮充时间 / float time"),
  u16("unplug_s", "拔除时间 / removal time"),
  u16("password", "密码 / password"),
  u8("temperature_guard_mC", "温度保护（FF=关闭） / temperature guard (FF: off)", { each: 1000, absent: 255 }),
  maybe(u16("tier_6_mW", "第六档功率 / tier 6 up to", deciwatt)),
  maybe(u16("tier_7_mW", "第七档功率 / tier 7 up to", deciwatt)),
  maybe(u16("tier_8_mW", "第八档功率 / tier 8 up to", deciwatt)),
  maybe(u8("tier_6_percent", "第六档比例 / tier 6, share of the time")),
  maybe(u8("tier_7_percent", "第七档比例 / tier 7, share of the time")),
  maybe(u8("tier_8_percent", "第八档比例 / tier 8, share of the time")),
] as const;
