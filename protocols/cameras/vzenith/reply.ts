// What a server answers to a push; the camera carries it out. Members are optional and stand in the order of the vendor's sample. Source: Vzenith HTTP push protocol, Response_AlarmInfoPlate.
import { toGb18030 } from "#protocols/frames/gb18030.ts";

export interface Reply {
  /** "ok" pulses output 0 (or `channel`) high for 500 ms: the gate opens. "no" does nothing. */
  readonly info: "ok" | "no";
  /** Said in any case by us: some firmware sends the same read for ever without it. */
  readonly content?: "retransfer_stop";
  readonly paid?: boolean;
  readonly plateid?: number;
  readonly channel?: number;
  /** Bytes for the display and voice cards behind the camera's RS-485 ports. */
  readonly serial?: readonly { readonly port: number; readonly data: Uint8Array }[];
  readonly output?: { readonly io: number; readonly action: "open" | "close" | "pulse"; readonly delay_ms: number };
  readonly snapshot?: boolean;
  readonly image?: { readonly port: number; readonly relativeUrl: string };
  /** Said by the camera's own loudspeaker; some firmware reads GBK. */
  readonly voice?: { readonly text: string; readonly volume: number; readonly encoding?: "utf-8" | "gbk" };
  /** The screen of a camera that has one: lines, and an address as a code to scan. */
  readonly screen?: { readonly scene: string; readonly lines: readonly string[]; readonly code?: string };
  /** Answer to an offline record: the camera sends the next one only if told to go on. */
  readonly offline?: { readonly plateid: number; readonly goOn: boolean };
}

/** The two answers that decide a lane. */
export const openReply: Reply = { info: "ok", content: "retransfer_stop", paid: true };
export const stayReply: Reply = { info: "no", content: "retransfer_stop", paid: false };
/** Never with "ok": an offline record is history. */
export const offlineReply = (id: number | null): Reply =>
  id === null ? stayReply : { ...stayReply, offline: { plateid: id, goOn: true } };

const longestDelay = 600_000;
const actions = { open: 0, close: 1, pulse: 2 } as const;
const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/** `dataLen` counts the bytes, not the base64 text. */
const serialData = (items: NonNullable<Reply["serial"]>) =>
  items.map(({ port, data }) => ({ serialChannel: port, data: base64(data), dataLen: data.length }));

function output({ io, action, delay_ms }: NonNullable<Reply["output"]>) {
  if (!Number.isInteger(delay_ms) || delay_ms < 0 || delay_ms > longestDelay) throw new RangeError(`delay of an output: ${delay_ms} ms`);
  return { delay: delay_ms, io, value: actions[action] };
}

/** JSON text, byte for byte as in the vendor's sample: no spaces. */
export function encodeReply(reply: Reply): string {
  if (reply.info === "ok" && reply.offline !== undefined) throw new Error("an offline record never opens a gate");
  return JSON.stringify({
    Response_AlarmInfoPlate: {
      info: reply.info,
      ...(reply.content === undefined ? {} : { content: reply.content }),
      ...(reply.paid === undefined ? {} : { is_pay: String(reply.paid) }),
      ...(reply.plateid === undefined ? {} : { plateid: reply.plateid }),
      ...(reply.channel === undefined ? {} : { channelNum: reply.channel }),
      ...(reply.serial === undefined ? {} : { serialData: serialData(reply.serial) }),
      ...(reply.output === undefined ? {} : { ivs_ioctrl: output(reply.output) }),
      ...(reply.snapshot === true ? { manualTrigger: "ok" } : {}),
      ...(reply.image === undefined ? {} : { TriggerImage: { port: reply.image.port, snapImageRelativeUrl: reply.image.relativeUrl } }),
      ...(reply.voice === undefined ? {} : { playserver_json_request: voice(reply.voice) }),
      ...(reply.screen === undefined ? {} : screen(reply.screen)),
      ...(reply.offline === undefined
        ? {}
        : { ContinuePushOffline: { plateid: reply.offline.plateid, continue: reply.offline.goOn ? 1 : 0 } }),
    },
  });
}

const screen = ({ scene, lines, code }: NonNullable<Reply["screen"]>) => {
  const utf8 = (text: string): string => base64(new TextEncoder().encode(text));
  const body = { scene_name: utf8(scene), custom: lines.map(utf8), ...(code === undefined ? {} : { qrcode_text: code }) };
  return { module: "AD_CONFIG_REQUESTION", type: "ad_push_message", body };
};

const voice = ({ text, volume, encoding = "utf-8" }: NonNullable<Reply["voice"]>) => ({
  type: "ps_voice_play",
  voice: base64(encoding === "gbk" ? toGb18030(text) : new TextEncoder().encode(text)),
  voice_interval: 0,
  voice_volume: volume,
  voice_male: 1,
});

/** Answer to SerialData: bytes back to the cards. */
export const encodeSerialReply = (items: NonNullable<Reply["serial"]>): string =>
  JSON.stringify({ Response_SerialData: { serialData: serialData(items) } });
