// What every tariff must keep so that a price is defined for every second: no gaps, no overlaps, nothing unreachable, nothing that falls.
import type { Tariff } from "#gateway/core/parking/tariff/types.ts";
import type { Complain } from "./complaint.ts";
import type { TariffFile } from "./schema.ts";

export function checkTariff(_tariff: Tariff, _file: TariffFile, _complain: Complain): void {}
