// DL/T 645 meters above a group of sockets: what came in is held against what the sockets delivered, day by day.
import Type, { type Static } from "typebox";
import { id, said, strict, text, whole } from "./schema-words.ts";

const baud = () => whole(said("波特率", "bits per second; 2400 as meters leave the works", 2400), 300, 115_200);

export const EnergyMeter = strict("总电表", "a DL/T 645-2007 meter above a group of sockets", {
  id: id("电表编号", "meter id", "meter-in-1"),
  name: text("名称", "name that people read", "1号棚进线总表"),
  address: Type.String({ ...said("表号", "its 12 digits, in quotes", "202107072529"), pattern: "^[0-9]{12}$" }),
  at: Type.Union([
    strict("串口", "on a serial port: even parity, one stop bit", {
      kind: Type.Literal("serial"),
      path: text("串口", "device; no other line has it", "/dev/ttyS2", 200),
      baud: baud(),
    }),
    strict("串口服务器", "behind a serial server, transparent mode", {
      kind: Type.Literal("tcp"),
      host: text("地址", "address", "192.168.1.60", 253),
      port: whole(said("端口", "TCP port", 4001), 1, 65_535),
      baud: baud(),
    }),
  ]),
  ratio: Type.Optional(whole(said("互感器倍率", "of its current transformers; 1 if not written", 1), 1, 1000)),
  sockets: Type.Array(
    Type.String({
      ...said("充电站或插座", "a whole station, or one socket of it", "station-1"),
      pattern: "^[a-z0-9][a-z0-9-]{0,39}(/[1-9][0-9]{0,2})?$",
    }),
    { ...said("下接插座", "sockets below this meter, and nothing else; a socket is below one meter", ["station-1"]), minItems: 1 },
  ),
  loss_percent: whole(
    said("允许损耗（%）", "declared loss: a day beyond it raises an alarm; so does a day that delivered more than came in", 5),
    1,
    30,
  ),
});

export type EnergyMeterConfig = Static<typeof EnergyMeter>;
