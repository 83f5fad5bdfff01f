// The accounts that money of phones goes to. Keys lie in files of their own beside the site file; none of it is written here.
import Type, { type Static } from "typebox";
import { id, said, strict, text, whole } from "./schema-words.ts";

const file = (zh: string, en: string, example: string) =>
  text(zh, `${en}; relative to this file, readable by the gateway only`, example, 400);
const address = (zh: string, en: string, example: string) =>
  Type.String({ ...said(zh, en, example), pattern: "^https?://[^/\\s]+(/[^\\s]*)?$" });
const notify = () =>
  address(
    "通知地址",
    "where the provider sends its word; it must lead to this gateway's /pay/notify/<provider>",
    "https://pay.example/pay/notify/wechat",
  );

export const Wechat = strict("微信支付", "WeChat Pay, API v3", {
  appid: text("应用编号", "appid that the merchant is bound to", "wx0000000000000000", 64),
  mchid: text("商户号", "merchant number", "1900000001", 32),
  serial: text("商户证书序列号", "serial number of the merchant's certificate", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1", 64),
  key_file: file("商户私钥文件", "the merchant's private key (PEM)", "./wechat-merchant.pem"),
  platform_serial: text(
    "平台公钥编号",
    "serial number or public-key id that stands in WeChat Pay's messages",
    "PUB_KEY_ID_0119000000012024",
    64,
  ),
  platform_key_file: file("平台公钥文件", "WeChat Pay's public key (PEM)", "./wechat-platform.pem"),
  next_platform: Type.Optional(
    strict(
      "下一把平台公钥",
      "the next key, while WeChat Pay changes it: messages under either are believed; take the old one out afterwards",
      {
        serial: text("平台公钥编号", "its serial number or public-key id", "PUB_KEY_ID_0119000000012027", 64),
        key_file: file("平台公钥文件", "its public key (PEM)", "./wechat-platform-next.pem"),
      },
    ),
  ),
  api_v3_key_file: file("APIv3 密钥文件", "the 32 characters that open what WeChat Pay encrypts", "./wechat-api-v3.key"),
  notify_url: notify(),
  in_app: Type.Optional(
    strict(
      "微信内支付",
      "paying inside WeChat's own browser (JSAPI); appid is then the service account's. Not written: there the page asks for another browser",
      {
        app_secret_file: file("公众号密钥文件", "AppSecret of the service account", "./wechat-app.secret"),
        sign_in: Type.Optional(
          address(
            "网页授权地址",
            "where a phone says who it is; the real one if not written",
            "https://open.weixin.qq.com/connect/oauth2/authorize",
          ),
        ),
        tokens: Type.Optional(
          address(
            "授权换取地址",
            "where its code becomes an openid; the real one if not written",
            "https://api.weixin.qq.com/sns/oauth2/access_token",
          ),
        ),
      },
    ),
  ),
  base: Type.Optional(address("接口地址", "where the API is; the real one if not written", "https://api.mch.weixin.qq.com")),
});

export const Alipay = strict("支付宝", "Alipay", {
  app_id: text("应用编号", "app_id", "2021000000000000", 32),
  seller_id: text("商户编号", "seller_id: the account that the money goes to", "2088000000000000", 32),
  key_file: file("应用私钥文件", "the application's private key (PEM)", "./alipay-app.pem"),
  alipay_key_file: file("支付宝公钥文件", "Alipay's public key (PEM)", "./alipay-public.pem"),
  next_alipay_key_file: Type.Optional(
    file("下一把支付宝公钥文件", "Alipay's next public key (PEM), while it is changed", "./alipay-next.pem"),
  ),
  notify_url: notify(),
  gateway: Type.Optional(address("接口地址", "where the API is; the real one if not written", "https://openapi.alipay.com/gateway.do")),
});

export const Sandbox = strict("演示支付", "a provider that moves no money: for demonstrations, never beside a real account", {
  base: address("接口地址", "where the sandbox is", "http://127.0.0.1:7330"),
  secret_file: file("密钥文件", "a secret that both sides know", "./sandbox.secret"),
  notify_url: notify(),
});

/** What the money is for. */
export const incomes = ["temporary", "pass", "charging"] as const;
export type Income = (typeof incomes)[number];

const StaticCode = strict("静态收款码", "a code that hangs in the booth: the guard sees that it was paid, and says so", {
  name: text("收款方名称", "whose account it is, as the driver sees it after scanning", "锦绣花园业主委员会", 64),
  text: text("码的内容", "what the code says", "https://qr.example/0123456789", 400),
});

export const Payee = strict("收款方", "whose account the money goes to, for these lots and kinds of income", {
  id: id("收款方编号", "payee's id; its providers tell at /pay/notify/<id>.wechat", "owners"),
  name: text("名称", "name that people read", "业主委员会", 64),
  lots: Type.Optional(
    Type.Array(id("停车场编号", "lot", "main"), said("停车场", "lots whose money is his; not written: every one", ["main"])),
  ),
  incomes: Type.Optional(
    Type.Array(Type.Enum([...incomes]), said("收入种类", "temporary parking, passes, charging; not written: every one", ["temporary"])),
  ),
  wechat: Type.Optional(Wechat),
  alipay: Type.Optional(Alipay),
  sandbox: Type.Optional(Sandbox),
  static_code: Type.Optional(StaticCode),
});

const PhonePage = strict("手机缴费页", "page where drivers and residents pay; not written: there is none", {
  address: address("公网地址", "how phones reach this gateway: its own /pay behind a reverse proxy", "https://pay.example"),
  telephone: Type.Optional(text("求助电话", "whom a driver at an unattended lane can call", "0595-00000000", 40)),
  unlicensed: Type.Optional(
    Type.Boolean(
      said(
        "无牌车扫码进出",
        "cars without a plate come in by /pay/enter/<lane>, and go out by the same phone; not written: they do not",
        true,
      ),
    ),
  ),
  asks: Type.Optional(
    whole(
      said("查询次数", "how often one address may ask in ten minutes; 20 if not written; behind a proxy everybody is one address", 20),
      5,
      10_000,
    ),
  ),
});

export const PaymentAccounts = strict("扫码收款", "paying by phone; not written: the booth takes cash and the static code", {
  wechat: Type.Optional(Wechat),
  alipay: Type.Optional(Alipay),
  sandbox: Type.Optional(Sandbox),
  static_code: Type.Optional(StaticCode),
  payees: Type.Optional(
    Type.Array(Payee, said("收款方", "accounts by lot and kind of income; the first that fits; what fits none goes to the site's own")),
  ),
  page: Type.Optional(PhonePage),
  messages: Type.Optional(
    strict("到期提醒的发送", "where what holders are to be told is sent; not written: it is only listed (passes/ending)", {
      address: address(
        "接收地址",
        "an SMS service, or what stands before one: JSON, signed with the secret",
        "https://sms.example/cuobian",
      ),
      secret_file: file("签名密钥文件", "the secret of the signature", "./messages.secret"),
    }),
  ),
});
export type PaymentAccounts = Static<typeof PaymentAccounts>;
