// Lots within lots: the one around must be there, and none stands around itself.
import type { Sound } from "./cross-checks.ts";
import type { Complain } from "./yaml-file.ts";

export function checkLots({ lots }: Pick<Sound, "lots">, complain: Complain): void {
  const around = new Map(lots.map(([, { id, within }]) => [id, within]));
  for (const [i, { id, within }] of lots) {
    if (within === undefined) continue;
    const seen = new Set([id]);
    for (let lot: string | undefined = within; lot !== undefined; lot = around.get(lot)) {
      if (seen.has(lot)) {
        complain(["lots", i, "within"], {
          zh: `停车场 ${id} 套在自己里面（${[...seen, lot].join(" → ")}）；within 写外层停车场`,
          en: `lot ${id} lies within itself (${[...seen, lot].join(" → ")}): within names the lot around it`,
        });
        break;
      }
      seen.add(lot);
    }
  }
}
