// What a camera understands of the server's reply. Members are optional and combine; what cannot be parsed is ignored.
import Type from "typebox";
import Value from "typebox/value";

const Reply = Type.Object({
  Response_AlarmInfoPlate: Type.Object({
    info: Type.Optional(Type.String()),
    channelNum: Type.Optional(Type.Integer()),
    ivs_ioctrl: Type.Optional(Type.Object({ io: Type.Integer(), value: Type.Integer(), delay: Type.Optional(Type.Integer()) })),
    ContinuePushOffline: Type.Optional(Type.Object({ plateid: Type.Integer(), continue: Type.Integer() })),
  }),
});

/** Output 0 is wired to the barrier's OPEN, output 1 to its CLOSE. */
export interface Obeyed {
  readonly outputs: readonly number[];
  readonly continueOffline: { readonly plateid: number; readonly goOn: boolean } | undefined;
}

const nothing: Obeyed = { outputs: [], continueOffline: undefined };

export function understandReply(body: string): Obeyed {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return nothing;
  }
  if (!Value.Check(Reply, parsed)) return nothing;
  const { info, channelNum = 0, ivs_ioctrl: io, ContinuePushOffline: offline } = parsed.Response_AlarmInfoPlate;
  const outputs: number[] = info === "ok" ? [channelNum] : [];
  // 0 opens the circuit; 1 closes it, 2 pulses: both are an edge to the board.
  if (io !== undefined && io.value !== 0) outputs.push(io.io);
  return { outputs, continueOffline: offline === undefined ? undefined : { plateid: offline.plateid, goOn: offline.continue === 1 } };
}
