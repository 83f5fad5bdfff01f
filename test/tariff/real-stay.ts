// A stay of the naive engine in the real engine's words.
import type { Coupon, Stay } from "#gateway/core/parking/tariff.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { canonicalPlate, type PlateColour } from "#protocols/vocabulary/plate.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import type { NaiveStay } from "./naive.ts";

const plates: Record<string, string> = { police: "闽C1234警", coach: "闽C1234学", ordinary: "闽C12345" };
const at = (second: number) => wall((second - 8 * 3600) * 1000);

export function realStay(stay: NaiveStay): Stay {
  const plate = canonicalPlate(plates[stay.kind ?? ""] ?? "");
  return {
    entered: at(stay.entered),
    left: at(stay.left),
    colour: stay.colour as PlateColour,
    ...(plate ? { plate } : {}),
    ...(stay.class === undefined ? {} : { class: stay.class }),
    ...(stay.bays === undefined ? {} : { bays: stay.bays }),
    ...(stay.operating === undefined ? {} : { operating: stay.operating }),
    ...(stay.history ? { history: stay.history.map((h) => ({ entered: at(h.entered), left: at(h.left), charged: fen(h.charged) })) } : {}),
    ...(stay.passes
      ? {
          passes: stay.passes.map((pass) => ({
            id: "p",
            from: at(pass.from),
            until: at(pass.until),
            suspended: (pass.suspended ?? []).map(([from, until]) => ({ from: at(from), until: at(until) })),
            ...(pass.spaces
              ? {
                  spaces: {
                    count: pass.spaces.count,
                    others: pass.spaces.others.map((o) => ({
                      entered: at(o.entered),
                      ...(o.left === undefined ? {} : { left: at(o.left) }),
                    })),
                  },
                }
              : {}),
          })),
        }
      : {}),
    ...(stay.coupons
      ? {
          coupons: stay.coupons.map(
            (coupon) =>
              ({
                ...coupon,
                ...(coupon.given === undefined ? {} : { given: at(coupon.given) }),
                ...(coupon.presented === undefined ? {} : { presented: at(coupon.presented) }),
              }) as Coupon,
          ),
        }
      : {}),
    ...(stay.payments ? { payments: stay.payments.map((p) => ({ at: at(p.at), amount: fen(p.amount) })) } : {}),
    ...(stay.charging ? { charging: stay.charging.map((c) => ({ from: at(c.from), until: at(c.until), energy_mWh: c.energy })) } : {}),
    ...(stay.inner ? { inner: stay.inner.map((i) => ({ from: at(i.from), until: at(i.until) })) } : {}),
    ...(stay.entryLost ? { entryLost: true } : {}),
  };
}
