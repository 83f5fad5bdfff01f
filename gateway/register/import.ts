// A table of passes, coupons or vehicles: read, checked by the register's own rules, then all of it is written, or nothing and every wrong line told.
import Value from "typebox/value";
import { RegisterEntries, type RegisterTable, type RegisterTableTaken } from "#protocols/api/register.ts";
import type { SiteContext } from "../site-context.ts";
import { type Complaint, readTable } from "./csv.ts";
import { checkRegister, type RulesOf } from "./write.ts";

export async function importTable(context: SiteContext, rules: RulesOf, table: RegisterTable): Promise<RegisterTableTaken> {
  const { entries, lines, complaints } = readTable(table);
  const told = (found: readonly Complaint[]): RegisterTableTaken => ({
    written: false,
    rows: lines.length,
    complaints: found.toSorted((a, b) => a.line - b.line).map(({ line, zh, en }) => ({ line, zh, en })),
  });
  if (complaints.length > 0) return told(complaints);
  const lineOf = (at: string | undefined): number => lines[Number(at)] ?? 1;
  const misshapen = [...Value.Errors(RegisterEntries, entries)].map(({ instancePath, message }): Complaint => {
    const [, , at, key = ""] = instancePath.split("/");
    return { line: lineOf(at), zh: `${key} 写法不对：${message}`, en: `${key} ${message}` };
  });
  if (misshapen.length > 0) return told(misshapen.slice(0, 200));
  const { faults, write } = await checkRegister(context, rules, entries);
  if (faults.length > 0) return told(faults.map(({ where, zh, en }) => ({ line: lineOf(/\[(\d+)\]/.exec(where)?.[1]), zh, en })));
  if (table.dry_run !== true) await write();
  return { written: table.dry_run !== true, rows: lines.length, complaints: [] };
}
