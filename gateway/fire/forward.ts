// What waits for the city's centre: a unit a row, in order, until it is confirmed there.
import { encodeUnit, type FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { toHex } from "#protocols/frames/bytes.ts";
import type { Transaction } from "../journal/journal.ts";

const mostForwarded = 5_000;

export function forward(tx: Transaction, unit: FireUnit): void {
  tx.run("INSERT INTO fire_forward (unit) VALUES (?)", toHex(encodeUnit(unit)));
  const [{ n } = { n: 0 }] = tx.all<{ n: number }>("SELECT count(*) AS n FROM fire_forward");
  // Measured values (type 3) give way first, then what is oldest.
  if (n > mostForwarded)
    tx.run(
      "DELETE FROM fire_forward WHERE id IN (SELECT id FROM fire_forward ORDER BY substr(unit, 1, 2) = '03' DESC, id LIMIT ?)",
      n - mostForwarded,
    );
}
