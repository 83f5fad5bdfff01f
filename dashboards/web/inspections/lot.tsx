// The lot: its seed, what was drawn from, and that drawing again gives the same.
import type { Inspection } from "../data/inspections-api.ts";
import { say } from "./say.ts";

export function Lot({ inspection: { seed, pool, sound } }: { inspection: Inspection }) {
  const t = say.value.detail;
  return (
    <section class="notice" aria-label={t.lot}>
      <h3>{t.lot}</h3>
      <p>
        {t.seed} {seed === null ? <span class="muted">{t.seedLater}</span> : <code data-seed={seed}>{seed}</code>}
      </p>
      <p class="muted">{pool === null ? t.poolElsewhere : t.pool(pool.sites.length, pool.inspectors.length)}</p>
      <p class="muted">{t.formula}</p>
      <p data-sound={sound}>{sound ? `✓ ${t.sound}` : t.unsound}</p>
    </section>
  );
}
