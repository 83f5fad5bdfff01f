// Charging as a service, as the site file says it: what it costs, when nobody charges, how charges return after a mains failure, cards with a balance.
import Type from "typebox";
import { hoursPattern } from "../prices/hours.ts";
import { said, strict, text, whole } from "./schema-words.ts";

export const Charging = strict("充电服务", "charging as a service; not written: nothing is asked for a charge", {
  price: Type.Optional(
    text("收费文件", "charging price file, relative to this file; one that cannot be read lets no charge begin", "./charging.yaml", 400),
  ),
  no_charging: Type.Optional(
    Type.Array(
      Type.String({ ...said("停充时段", "hours in which nobody charges, also over midnight", "23:30 to 05:00"), pattern: hoursPattern }),
      said("停充时段", "a charge that runs into them ends, is billed for what was used, and does not begin again by itself", [
        "23:30 to 05:00",
      ]),
    ),
  ),
  after_mains_failure: Type.Optional(
    strict("停电恢复后", "charges whose relay opened with the supply, or with the safety process", {
      go_on: Type.Boolean(
        said("继续", "they go on by themselves, if the vehicle is still there; false: each begins anew by its customer", true),
      ),
      spacing_s: whole(said("间隔（秒）", "one after another, so far apart", 5), 0, 600),
    }),
  ),
  planning: Type.Optional(
    strict("负荷计划", "a start beyond a shed's or transformer's limit waits its turn; not written: it is refused", {
      beyond_limits: Type.Literal(
        "wait",
        said("超过限额时", "the start waits, longest wait first, and is told why and until when", "wait"),
      ),
      assumed_h: whole(
        said("充满约需（小时）", "how long a charge until full is taken to last, where it is to be ready by an hour", 6),
        1,
        12,
      ),
    }),
  ),
  cards: Type.Optional(
    strict("充电卡", "cards have a balance at this gateway; not written: any card begins a charge", {
      hold_yuan: Type.Number({
        ...said("预扣（元）", "of the balance, while a charge runs; the rest is given back with the bill", 5),
        minimum: 0.01,
        maximum: 1000,
      }),
    }),
  ),
});
