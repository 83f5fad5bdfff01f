// A lane's camera: how it is heard, who it says to be, which of its times is believed, and what hangs behind it. A part of the site file's schema.
import Type from "typebox";
import { id, said, strict, text, whole } from "./schema-words.ts";

export const Camera = strict("车牌相机", "plate camera", {
  id: id("相机编号", "camera id", "cam-east-in"),
  protocol: Type.Enum(
    [
      "vzenith-http",
      "hikvision-isapi",
      "dahua-itsapi",
      "huaxia-form",
      "rekor-scout",
      "plate-recognizer",
      "vzenith-mqtt",
      "frigate-mqtt",
      "vzenith-tcp",
      "hikvision-stream",
    ],
    said(
      "协议",
      "how the camera tells its reads; those by MQTT need camera_broker, vzenith-tcp and hikvision-stream are called at their address; those that cannot open by their reply open by the barrier board",
      "vzenith-http",
    ),
  ),
  serialno: text(
    "序列号",
    "the camera's own serial number, as it stands in every push; two lanes never share one",
    "fe71e106-57263272",
    64,
  ),
  address: Type.Optional(
    Type.String({
      ...said("相机地址", "the camera's own IP address: its pushes are believed from nowhere else", "192.168.1.64"),
      pattern: "^[0-9A-Fa-f.:]{2,45}$",
    }),
  ),
  display: Type.Optional(
    Type.Enum(
      ["card-64", "card-aa55"],
      said("显示屏", "family of the display and voice card on the camera's RS-485: frames that begin 00 64 FF FF, or AA 55", "card-64"),
    ),
  ),
  display_serial: Type.Optional(
    strict("显示屏直连串口", "the card on a serial port of this machine, not behind the camera", {
      path: text("串口", "device; prefer /dev/serial/by-id", "/dev/serial/by-id/usb-FTDI_card", 300),
      baud: Type.Optional(
        Type.Enum([2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200], said("波特率", "bits per second; 9600 if not written", 9600)),
      ),
    }),
  ),
  speaker: Type.Optional(
    strict(
      "相机喇叭",
      "the camera's own loudspeaker says what the card would say (vzenith-http, in its answer and through its comet polling)",
      {
        encoding: Type.Enum(["utf-8", "gbk"], said("文字编码", "which the camera's firmware reads: try utf-8 first", "utf-8")),
        volume: Type.Optional(whole(said("音量", "0–100; 80 if not written", 80), 0, 100)),
      },
    ),
  ),
  screen: Type.Optional(
    strict(
      "相机液晶屏",
      "the camera's own screen shows the lines, and at an exit the address where a phone pays as a code to scan (vzenith-http)",
      {
        scene: text("场景名", "the scene's name, as the camera's own settings have it", "通行", 40),
      },
    ),
  ),
  list: Type.Optional(
    Type.Boolean(
      said(
        "相机白名单",
        "passes of this lane's lot are put on the camera's own list, so that they pass while the gateway is away: vzenith-mqtt confirms by its answers; hikvision-isapi, hikvision-stream and dahua-itsapi are read back, and need address, user and password_file",
        true,
      ),
    ),
  ),
  display_port: Type.Optional(whole(said("显示屏串口", "which RS-485 of the camera it hangs on; 0 if not written", 0), 0, 1)),
  port: Type.Optional(whole(said("端口", "where a camera that is called or asked listens; 8131 or 80 if not written", 8131), 1, 65_535)),
  user: Type.Optional(
    text("用户名", "user at a camera that is called, or whose list and clock are kept from here (hikvision, dahua)", "gate", 64),
  ),
  password_file: Type.Optional(text("密码文件", "file with that user's password, relative to this file", "./cam-east-in.password", 400)),
  secret_file: Type.Optional(
    text(
      "口令文件",
      "file with a secret of this camera alone: it then pushes to /push/<secret> before its usual path, and is believed nowhere else",
      "./cam-east-in.secret",
      400,
    ),
  ),
  clock: Type.Enum(
    ["both", "sec", "dec"],
    said("采信的时间", "which of the camera's two times must be fresh: timeStamp.sec, the decimal civil time, or both", "both"),
  ),
  max_age_s: whole(said("最大时延（秒）", "a read older than this never opens the gate", 30), 1, 300),
  heading: Type.Optional(
    Type.Enum(
      ["forward", "reverse"],
      said("行驶方向", "as this camera names the lane's own direction: a car that it sees drive the other way opens nothing", "forward"),
    ),
  ),
});
