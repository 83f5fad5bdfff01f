// The accounts that money of phones goes to. Keys lie in files of their own beside the site file; none of it is written here.
import Type, { type Static } from "typebox";
import { said, strict, text } from "./schema-words.ts";

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
  api_v3_key_file: file("APIv3 密钥文件", "the 32 characters that open what WeChat Pay encrypts", "./wechat-api-v3.key"),
  notify_url: notify(),
  base: Type.Optional(address("接口地址", "where the API is; the real one if not written", "https://api.mch.weixin.qq.com")),
});

export const Alipay = strict("支付宝", "Alipay", {
  app_id: text("应用编号", "app_id", "2021000000000000", 32),
  seller_id: text("商户编号", "seller_id: the account that the money goes to", "2088000000000000", 32),
  key_file: file("应用私钥文件", "the application's private key (PEM)", "./alipay-app.pem"),
  alipay_key_file: file("支付宝公钥文件", "Alipay's public key (PEM)", "./alipay-public.pem"),
  notify_url: notify(),
  gateway: Type.Optional(address("接口地址", "where the API is; the real one if not written", "https://openapi.alipay.com/gateway.do")),
});

export const PaymentAccounts = strict("扫码收款", "paying by phone; not written: the booth takes cash and the static code", {
  wechat: Type.Optional(Wechat),
  alipay: Type.Optional(Alipay),
});
export type PaymentAccounts = Static<typeof PaymentAccounts>;
