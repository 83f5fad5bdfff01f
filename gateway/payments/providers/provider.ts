// What a payment provider is to the gateway: it gives a code that the driver scans, tells signed and once more what became of it, and answers when it is asked. One file a provider.
import type { DeviceFault, Undecodable } from "#protocols/vocabulary/faults.ts";

/** What is asked of the driver. `charge` is the merchant's own number of it: it goes out, and comes back in everything that is said of it. */
export interface Charge {
  readonly charge: string;
  readonly amount_fen: number;
  readonly words: string;
}

/** What the provider says of a charge, its signature checked. Amount and currency are its word and are held against ours elsewhere. */
export interface Notice {
  readonly kind: "notice";
  readonly charge: string;
  readonly state: "paid" | "pending" | "closed";
  /** The provider's own number of the money; "" while there is none. */
  readonly transaction: string;
  readonly amount_fen: number;
  readonly currency: string;
}

/** A message as it came; header names in lower case. */
export interface Told {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** What the provider must hear, or it tells the same again. */
export interface Acknowledgement {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Inside the provider's own app the phone first says who pays; then that app asks him, with what it is handed. */
export interface InApp {
  /** Where the phone goes; it comes back to `back` with `code` and `state` (letters and digits). */
  signIn(order: { readonly state: string; readonly back: string }): string;
  /** The payer's name at the provider. */
  payer(code: string): Promise<{ readonly payer: string } | DeviceFault>;
  /** The charge as the provider keeps it for this payer; good for two hours. */
  prepare(charge: Charge & { readonly payer: string }): Promise<{ readonly prepared: string } | DeviceFault>;
  /** What the app is handed: signed anew each time. */
  handed(prepared: string): Readonly<Record<string, string>>;
}

/** One merchant's account at one provider. */
export interface Channel {
  readonly inApp?: InApp;
  /** Whatever is not signed by the provider, or is not for this merchant, is undecodable. */
  hear(told: Told): Notice | Undecodable;
  acknowledge(taken: boolean): Acknowledgement;
  /** The text of the code that the driver scans. */
  ask(charge: Charge): Promise<{ readonly qr: string } | DeviceFault>;
  /** Where the driver's own phone goes to pay; the provider sends it back to `back`. `peer`: the phone's address, as far as we see it. */
  page(charge: Charge & { readonly back: string; readonly peer: string }): Promise<{ readonly url: string } | DeviceFault>;
  /** What became of it, when nothing was told. */
  query(charge: string): Promise<Notice | DeviceFault>;
  /** `refund` is ours too: the same again is the same refund. */
  refund(order: {
    readonly charge: string;
    readonly refund: string;
    readonly amount_fen: number;
    readonly total_fen: number;
  }): Promise<"done" | DeviceFault>;
}

export type Method = "wechat" | "alipay" | "sandbox";

/** A channel as this site knows it. */
export interface Provider extends Channel {
  /** "wechat", or "<payee>.wechat". A charge keeps it: what another account tells, however well signed, is not about it. */
  readonly id: string;
  readonly method: Method;
  /** Whose money it is; null: the site has one account of this kind. */
  readonly payee: string | null;
}

/** HTTP as the providers need it; the real one is fetch with a deadline. */
export type Exchange = (request: {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}) => Promise<
  { readonly status: number; readonly headers: Readonly<Record<string, string | undefined>>; readonly body: Uint8Array } | DeviceFault
>;
