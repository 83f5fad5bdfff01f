// The kinds of documents that a gateway works by.
interface Kind {
  readonly zh: string;
  readonly en: string;
  /** Two people: whoever asks and another who approves. */
  readonly dangerous: boolean;
}

export const documentKinds = {
  site: { zh: "站点配置", en: "site configuration", dangerous: true },
  limits: { zh: "保护限值", en: "limits of protection", dangerous: true },
  tariff: { zh: "收费文件", en: "tariff", dangerous: true },
  price: { zh: "充电价格", en: "charging price", dangerous: true },
  list: { zh: "登记名单", en: "list of passes, coupons and vehicles", dangerous: false },
} as const satisfies Readonly<Record<string, Kind>>;
export type DocumentKind = keyof typeof documentKinds;
export const kindNames = Object.keys(documentKinds) as DocumentKind[];

export const longestText = 96 * 1024;
