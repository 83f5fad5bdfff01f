// What opens a gate where it is not the board that is looked at: a contact of the machine or of a relay, or the camera that the barrier hangs on.
import Type, { type Static } from "typebox";
import { said, strict, text, whole } from "./schema-words.ts";

const pulse = () => Type.Optional(whole(said("脉冲宽度（毫秒）", "how long the contact stays closed; 500 if not written", 500), 50, 5_000));
const host = () =>
  Type.String({ ...said("主机", "host name or address", "192.168.1.50"), minLength: 1, maxLength: 253, pattern: "^[A-Za-z0-9.:_-]+$" });

export const GpioOpener = strict(
  "GPIO 输出",
  "an output of this machine: through sysfs (onoff) where the kernel has it, else through the character device",
  {
    kind: Type.Literal("gpio"),
    chip: text(
      "芯片",
      "the chip's label, as /sys/class/gpio/gpiochip*/label or `gpiodetect` says it: numbers move with the kernel, labels do not",
      "pinctrl-bcm2711",
      64,
    ),
    line: whole(said("线号", "line of that chip", 17), 0, 511),
    active_low: Type.Boolean(said("低电平有效", "the relay closes when the line is low", true)),
    pulse_ms: pulse(),
  },
);
export const LcusOpener = strict("LCUS 串口继电器", "a channel of an LCUS USB relay board (9600 8N1)", {
  kind: Type.Literal("lcus"),
  path: text("串口", "device; prefer /dev/serial/by-id", "/dev/serial/by-id/usb-1a86_USB_Serial", 300),
  channel: whole(said("路号", "channel, from 1", 1), 1, 8),
  pulse_ms: pulse(),
});
export const CoilOpener = strict("Modbus 继电器", "a coil of a Modbus TCP relay board", {
  kind: Type.Literal("coil"),
  host: host(),
  port: whole(said("端口", "TCP port", 502), 1, 65_535),
  unit: whole(said("从站地址", "Modbus unit", 1), 1, 247),
  coil: whole(said("线圈", "coil address, from 0", 0), 0, 65_535),
  pulse_ms: pulse(),
});
export const CameraOpener = strict("相机开闸", "the camera that the barrier hangs on", {
  kind: Type.Enum(["hikvision", "dahua"], said("品牌", "whose interface it speaks", "hikvision")),
  address: Type.String({ ...said("地址", "the camera's own", "http://192.168.1.64"), pattern: "^https?://[A-Za-z0-9.:_-]+$" }),
  channel: whole(said("通道", "channel of the barrier", 1), 1, 16),
  user: text("用户名", "user at the camera", "gate", 64),
  password_file: text(
    "口令文件",
    "file with the password, readable by the gateway only; relative to this file",
    "./cam-east-in.password",
    400,
  ),
});

export const CometOpener = strict(
  "相机轮询开闸",
  "the camera's own output, through its comet polling: the way to a vzenith-http camera behind a translated address",
  {
    kind: Type.Literal("comet"),
  },
);

export const LinkOpener = strict(
  "相机自身输出",
  "the camera's own output, by its own link: gpio_out of a vzenith-mqtt camera, ioctl of a vzenith-tcp one; its answer is asked for",
  {
    kind: Type.Literal("link"),
    pulse_ms: Type.Optional(whole(said("脉冲宽度（毫秒）", "how long the output stays closed; 1500 if not written", 1_500), 500, 5_000)),
  },
);

export const Opener = Type.Union([GpioOpener, LcusOpener, CoilOpener, CameraOpener, CometOpener, LinkOpener]);
export type Opener = Static<typeof Opener>;
