// Whether the ledger has moved: when any hazard that this page hears of has another version, its figures are asked again.
import { live } from "./live.ts";

export const ledgerMoved = (): string => String((live.value?.hazards ?? []).reduce((sum, { version }) => sum + version, 0));
