// Looking for cameras on the site's network: POST begins, GET says how far it is, DELETE stops it. Of the first run (/api/v1/setup/camera-search) and of the gateway's own page (/api/v1/camera-search).
import Type, { type Static, type TSchema } from "typebox";

const strict = { additionalProperties: false } as const;
const Words = Type.Object({ zh: Type.String(), en: Type.String() }, strict);
const nullOr = <Of extends TSchema>(of: Of) => Type.Union([Type.Null(), of]);

/** `also`: one address that is asked by itself, where a question to all does not reach it: "192.168.1.64", or with a port. */
export const CameraSearchAsked = Type.Object(
  { also: Type.Optional(Type.String({ maxLength: 21, pattern: "^\\d{1,3}(\\.\\d{1,3}){3}(:\\d{1,5})?$" })) },
  strict,
);
export type CameraSearchAsked = Static<typeof CameraSearchAsked>;

export const CameraSearch = Type.Object(
  {
    running: Type.Boolean(),
    /** Rounds that are over, of how many: in each every way is asked once and listened to for a second. */
    done: Type.Integer(),
    of: Type.Integer(),
    ran_ms: Type.Integer(),
    /** Where it was asked: this machine's addresses, and the one that was named. `wrong`: why not. */
    ways: Type.Array(Type.Object({ name: Type.String(), address: Type.String(), wrong: nullOr(Type.String()) }, strict)),
    sent: Type.Integer(),
    /** Datagrams that came; of them no answers to us, and why the last was none; answers of what is no camera. */
    heard: Type.Integer(),
    refused: Type.Integer(),
    why: nullOr(Type.String()),
    others: Type.Integer(),
    cameras: Type.Array(
      Type.Object(
        {
          endpoint: Type.String(),
          /** Of this network; those that answered stand first. Nobody has fetched them. */
          addresses: Type.Array(Type.String()),
          heard_from: Type.Array(Type.String()),
          ...{ name: Type.String(), hardware: Type.String(), location: Type.String() },
          /** As its own words name its maker, and the protocol of ours that such a camera speaks. */
          ...{ maker: nullOr(Type.String()), protocol: nullOr(Type.String()) },
          /** Lanes of the site file that have it already. */
          lanes: Type.Array(Type.String()),
        },
        strict,
      ),
    ),
    /** When it is over and nothing was found: what it may be, and what to do. */
    advice: Type.Array(Words),
  },
  strict,
);
export type CameraSearch = Static<typeof CameraSearch>;
export type SearchedCamera = CameraSearch["cameras"][number];
