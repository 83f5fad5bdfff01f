// What a site file says of its devices, and how little of it leaves.
import { expect, test } from "vitest";
import { devicesIn } from "./site-devices.ts";

const file = `
site: jinxiu
lanes:
  - id: east-in
    name: 东门入口
    camera: { id: cam-east-in, protocol: vzenith-http, address: 192.168.1.64, password_file: ./secret }
    barrier: { profile: barriers/loop-board, host: 192.168.1.20, port: 502 }
  - { id: odd }
lines: [{ id: line-1, kind: serial, path: /dev/ttyS1 }]
stations:
  - { id: station-1, name: 1号充电站, line: line-1, profile: stations/ten-socket }
  - { id: station-2, name: 2号充电站, line: line-1, sockets: [] }
devices: [{ id: io-1, name: 输入输出板, line: line-1, profile: relays/waveshare-8-in-8 }]
energy_meters: [{ id: meter-1, name: 总表, address: "202107072529" }]
fire: { devices: [{ id: panel-1, name: 消防主机 }], detectors: [{ id: smoke-1, name: 烟感, imei: "860000000000001" }] }
facilities: [{ id: pump-room, name: 泵房, line: line-1 }]
something_newer: true
`;

test("every kind of device by its id, name, place and model", () => {
  expect(devicesIn(file).map(({ kind, id, name, of, model }) => [kind, id, name, of, model].join(" "))).toEqual([
    "camera cam-east-in 东门入口 east-in vzenith-http",
    "barrier east-in 东门入口 east-in barriers/loop-board",
    "line line-1 line-1  serial",
    "station station-1 1号充电站 line-1 stations/ten-socket",
    "station station-2 2号充电站 line-1 ",
    "board io-1 输入输出板 line-1 relays/waveshare-8-in-8",
    "energy-meter meter-1 总表  dlt645",
    "fire-device panel-1 消防主机  gbt26875",
    "detector smoke-1 烟感  ",
    "facility pump-room 泵房 line-1 ",
  ]);
});

test("no address, path, number or file of a secret leaves with it", () => {
  expect(JSON.stringify(devicesIn(file))).not.toMatch(/192\.168|ttyS1|secret|86000|2021/);
});

test.each(["", "[1, 2]", "lanes: 7", "lanes: [{name: 无编号}]", "a: &a [*a]", "{", "\u0000"])(
  "what is no site file names nothing: %j",
  (text) => {
    expect(devicesIn(text)).toEqual([]);
  },
);
