// Accounts held against each other: lots that exist, payees that are told apart, and no demonstration money beside real money.
import type { Path } from "./complaint.ts";
import type { SiteConfig } from "./schema.ts";
import type { Complain } from "./yaml-file.ts";

type Accounts = NonNullable<SiteConfig["payments"]>;

export function checkPayments(payments: Accounts | undefined, lots: readonly string[], complain: Complain): void {
  if (payments === undefined) return;
  const payees = [...(payments.payees ?? []).entries()];
  const seen = new Set<string>();
  for (const [at, { id, lots: own = [] }] of payees) {
    const path: Path = ["payments", "payees", at];
    if (seen.has(id)) complain([...path, "id"], { zh: `收款方编号重复：${id}`, en: `payee twice: ${id}` });
    seen.add(id);
    for (const [n, lot] of own.entries())
      if (!lots.includes(lot)) complain([...path, "lots", n], { zh: `没有这个停车场：${lot}`, en: `no such lot: ${lot}` });
  }
  const all = [payments, ...payees.map(([, payee]) => payee)];
  const real = all.some(({ wechat, alipay }) => wechat !== undefined || alipay !== undefined);
  if (real && all.some(({ sandbox }) => sandbox !== undefined))
    complain(["payments"], {
      zh: "演示支付（sandbox）不能与真实收款账户同时使用",
      en: "the sandbox moves no money: it cannot stand beside a real account",
    });
}
