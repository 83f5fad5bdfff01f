// docs/reference/charging-price.md: how charging prices are said and counted, with the keys as the schema has them.
import { keyTable } from "#gateway/tariff/reference.ts";
import { ChargePriceSchema } from "./schema.ts";

export const chargingPricePage = (): string => `<!-- made by test/house/reference.ts from gateway/prices; do not edit -->
# 充电收费文件参考 / Charging price file reference

一份价格一个 YAML 文件，分版本；充电按开始时的版本计费到底，没有生效版本就拒绝，绝不按 0 元。
One YAML file a price, in versions; a charge keeps the version that it began under, and without one it is refused, never priced at 0.

\`\`\`sh
cuobian quote --charging tariffs/charging/demonstration.yaml --start "2026-11-25 18:00" --load "180 W/3 h" --load "20 W/1 h" --group resident --prepaid 5
cuobian tariff check tariffs/charging/*.yaml        # 检查 / check
cuobian tariff schema charging                      # JSON Schema
\`\`\`

价费分离：电费与服务费在账单上分开，并列明度数（发改办价格〔2024〕537号；福建：闽发改价格〔2024〕345号）。
Electricity and service fee stand apart on every bill, with the kWh (NDRC and SAMR notice of 2024, no. 537; Fujian: no. 345 of 2024).

## 怎样计算 / How it is counted

| 规则 / rule | 计算 / counting |
| --- | --- |
| 电量 | 表计差值，整 mWh；一段读数跨时段时按时间分摊，前段舍去尾数。电量未知的时间不收电费，账单写明。/ differences of the meter in whole mWh; shared by time over a change of band, the earlier part rounded down. Unknown energy costs nothing, and the bill says so |
| 功率档 \`moment\` | 每段按当时功率所在的档，含上限；换档前后各按各的价 / each part at its own tier, the limit included |
| 功率档 \`highest\` | 整次按累计（含更高各档）达到 \`hold\` 的最高档 / the whole charge at the highest tier that it, with those above, held for \`hold\` in all |
| \`part_unit: up\` | 各档单位相同：总时间补足一个单位，按结束时的档；各档价格相同（一元多少小时）：用去的份数补足一份。两者都不是则拒绝 / tiers of one length: the time is filled up at the last tier; tiers of one price: the shares are filled up; neither: refused |
| 取整 | 每一半（电费、服务费）只取整一次，各行之和等于它 / each half is rounded once; its lines add up |
| 次序 | 免费 → 电费与服务费 → 最优的一项优惠 → 最低消费（故障中断不收）→ 封顶 → 预付封顶 → 占用费 / free, the halves, the best discount, the minimum (not after a fault), the cap, the prepayment, the kept socket |
| 减免 | 先减服务费，电费照实；最低消费补在服务费 / off the service fee first; a minimum is filled up there |
| 预付 | 用到为止，超出的不收，未用的全部退还 / used up to its end, never beyond; the unused is given back |
| 每月免费电量 | 扣最早的度数；整次免费的充电不动用 / the first kWh; a charge that is free as a whole uses none of it |

没有的：季节电价、节假日电价、按日累计封顶。需要时另立版本或另写文件。
Not there: prices by season or holiday, caps over several charges of a day.

## 键 / Keys

${keyTable(ChargePriceSchema)}
`;
