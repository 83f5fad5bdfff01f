// What piles say that charge by their own firmware, beyond the sessions that all sockets have.
import Type, { type TSchema } from "typebox";
import { cutCauses } from "#protocols/vocabulary/charging-causes.ts";
import { idPattern, type Stream } from "#protocols/vocabulary/ids.ts";

const id = Type.String({ pattern: idPattern });
const words = Type.String({ maxLength: 300 });
const code = Type.String({ minLength: 1, maxLength: 40 });
const socket = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,39}/[1-9][0-9]{0,2}$" });
const session = Type.String({ minLength: 8, maxLength: 64 });
const order = Type.String({ pattern: "^[0-9A-F]{8,32}$" });
const whole = Type.Integer();
export const pileAlarms = ["power-lost", "water", "hot-melt", "smoke", "heat", "water-level", "door"] as const;

const define = <S extends TSchema>(stream: Exclude<Stream, "bulk">, zh: string, en: string, data: S) => ({ stream, zh, en, data });
const of = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties, { additionalProperties: false });

export const pileEvents = {
  "pile.alarm": define(
    "urgent",
    "桩报警",
    "a pile's own alarm",
    of({ station: id, socket: Type.Union([socket, Type.Null()]), cause: Type.Enum([...pileAlarms]), zh: words, en: words }),
  ),
  "pile.cut": define(
    "urgent",
    "桩固件断电",
    "a pile's own firmware ended a charge to protect; told with its settlement",
    of({ socket, session, cause: Type.Enum([...cutCauses]), zh: words, en: words }),
  ),
  "pile.fault": define(
    "urgent",
    "桩端口故障",
    "a pile names a fault of one of its sockets",
    of({ socket, cause: Type.Enum(["fault", "welded"]), code, zh: words, en: words }),
  ),
  "pile.fault-over": define(
    "state",
    "桩端口恢复",
    "the fault of a pile's socket is over",
    of({ socket, cause: Type.Enum(["fault", "welded"]) }),
  ),
  "pile.unbilled": define(
    "money",
    "无法入账的结算",
    "a pile settled a charge that has no open account: begun by its own card or code, or closed before; no bill is made of it",
    of({ socket, order, session: Type.Union([session, Type.Null()]), seconds: whole, energy_mWh: whole, zh: words, en: words }),
  ),
} as const;
