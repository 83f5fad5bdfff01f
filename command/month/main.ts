// `cuobian sim month`: a month of charging in told time, and whether its books balance.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readLimitsFile } from "#gateway/config/limits-file.ts";
import { parseChargePrice } from "#gateway/prices/file.ts";
import { type MonthDone, playMonth } from "./month.ts";

const usage = `cuobian sim month [--seed 7] [--days 30] [--sockets 16] [--price FILE] [--json]
  一个月的充电：模拟器的电池与电表，网关自己的会话、保护、计费；电量与钱都要对得上
  a month of charging: the simulator's batteries and meters, the gateway's own sessions, protection and prices; energy and money must balance
退出码 / exit codes: 0 平衡 balanced, 1 不平衡 not balanced, 2 用法 usage`;

const options = {
  seed: { type: "string", default: "7" },
  days: { type: "string", default: "30" },
  sockets: { type: "string", default: "16" },
  price: { type: "string", default: join(import.meta.dirname, "../..", "tariffs/charging/month.yaml") },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const kWh = (mWh: number): string => (mWh / 1_000_000).toFixed(3);
const yuan = (fen: number): string => (fen / 100).toFixed(2);

function text({ energy, money, ...done }: MonthDone & { readonly seconds: number }): string {
  const { declared_loss: loss } = energy;
  return [
    `${done.days} 天，${done.sockets} 个插座，${done.visits} 次来充，${done.sessions} 次会话，${done.bills} 张账单 / days, sockets, visits, sessions, bills`,
    `电量 / energy (kWh)：送出 delivered ${kWh(energy.delivered_mWh)} = 计费 billed ${kWh(energy.billed_mWh)} + 电表误差 meter error ${kWh(loss.meter_error_mWh)} + 未满一步 part steps ${kWh(loss.part_steps_mWh)} + 换表复位未读 unread ${kWh(loss.unread_mWh)} + 会话之间 between sessions ${kWh(loss.between_sessions_mWh)}`,
    `金额 / money：预付 paid ${yuan(money.paid_fen)} = 账单 bills ${yuan(money.bills_fen)} + 退款 refunds ${yuan(money.refunds_fen)} − 未付 due ${yuan(money.due_fen)}`,
    `充电卡 / cards：充值 topped up ${yuan(money.cards.topped_up_fen)} = 消费 spent ${yuan(money.cards.spent_fen)} + 余额 balance ${yuan(money.cards.balance_fen)}`,
    `结束原因 / ends：${JSON.stringify(done.causes)}`,
    `发生过 / what went wrong：${JSON.stringify(done.events)}`,
    `${done.balanced ? "✓ 平衡 / balanced" : "✗ 不平衡 / NOT balanced"}：told ${done.told_seconds} s in ${done.seconds} s`,
  ].join("\n");
}

function main(): number {
  const { values } = parseArgs({ options, args: process.argv.slice(2).filter((word, at) => !(at === 0 && word === "month")) });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const [seed, days, sockets] = [values.seed, values.days, values.sockets].map(Number);
  if (
    seed === undefined ||
    days === undefined ||
    sockets === undefined ||
    !(days >= 1 && days <= 366 && sockets >= 1 && sockets <= 200 && Number.isInteger(seed))
  ) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const price = parseChargePrice(readFileSync(values.price, "utf8"), values.price);
  const limits = readLimitsFile("e-bike-4a");
  if ("complaints" in price || limits.kind === "complaints") {
    process.stderr.write(`${JSON.stringify("complaints" in price ? price.complaints : limits, null, 2)}\n`);
    return 2;
  }
  const began = performance.now();
  const done = playMonth({ seed, days, sockets, price: price.price, limits: limits.limits });
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  process.stdout.write(`${values.json ? JSON.stringify({ ...done, seconds }, null, 2) : text({ ...done, seconds })}\n`);
  return done.balanced ? 0 : 1;
}

process.exitCode = main();
