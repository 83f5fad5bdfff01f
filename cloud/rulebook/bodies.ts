// The judicial alliance (8 + n): eight bodies that stand in every compound's alliance, and those that are called when a matter is theirs. Data: the bureau writes its own.
export interface Body {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** One of the eight. */
  readonly core: boolean;
}

const row = (id: string, zh: string, en: string, core = true): Body => ({ id, zh, en, core });
export const usualBodies: readonly Body[] = [
  row("court", "人民法院", "people's court"),
  row("procuratorate", "人民检察院", "people's procuratorate"),
  row("police", "公安派出所", "police station"),
  row("justice", "司法所", "justice office"),
  row("housing", "住房和城乡建设局", "housing bureau"),
  row("fire", "消防救援大队", "fire and rescue brigade"),
  row("urban-management", "城市管理局", "urban management bureau"),
  row("market", "市场监督管理局", "market supervision bureau"),
  row("power", "供电公司", "power supply company", false),
  row("water", "自来水公司", "water company", false),
  row("lawyers", "律师调解工作室", "lawyers' mediation room", false),
];
