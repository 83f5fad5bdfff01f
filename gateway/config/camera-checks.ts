// How a camera is heard, held against what that way needs: whoever is called needs an address, whoever speaks through a broker needs one to be named.
import type { Sound } from "./cross-checks.ts";
import type { Complain } from "./yaml-file.ts";

/** Cameras that the gateway dials. */
export const calledProtocols: readonly string[] = ["vzenith-tcp", "hikvision-stream"];
/** Cameras that speak through the site's own MQTT broker. */
export const brokeredProtocols: readonly string[] = ["vzenith-mqtt", "frigate-mqtt"];
/** Cameras that are asked over HTTP what stands on their list; the others that have one say yes or no to what they are told. */
const readBackProtocols: readonly string[] = ["hikvision-isapi", "hikvision-stream", "dahua-itsapi"];
const listedProtocols: readonly string[] = ["vzenith-mqtt", ...readBackProtocols];
/** Only a post over HTTP has an address of its own to carry a secret. */
const posts = (protocol: string): boolean => !calledProtocols.includes(protocol) && !brokeredProtocols.includes(protocol);

/** A lane whose camera can never be heard is refused, not left to a line in a log: nobody looks there before the first car stands at the gate. */
export function checkCameras({ lanes, names }: Pick<Sound, "lanes" | "names">, complain: Complain): void {
  for (const [i, { camera, opener }] of lanes) {
    const { id, protocol, address, user, password_file, secret_file } = camera;
    const at = (key: string): (string | number)[] => ["lanes", i, "camera", key];
    if (calledProtocols.includes(protocol) && address === undefined)
      complain(at("protocol"), {
        zh: `${id}：${protocol} 由网关主动呼叫，缺少相机地址 address；写上相机自己的 IP 地址，并确认网关能连通`,
        en: `${id}: a ${protocol} camera is called by the gateway and has no address: write the camera's own IP address beside it`,
        example: "address: 192.168.1.64",
      });
    if (brokeredProtocols.includes(protocol) && !names.includes("camera_broker"))
      complain(at("protocol"), {
        zh: `${id}：${protocol} 经场内消息服务器上报，站点文件缺少 camera_broker`,
        en: `${id}: a ${protocol} camera speaks through the site's own broker, and the file names no camera_broker`,
        example: "camera_broker: { broker: mqtt://192.168.1.10:1883 }",
      });
    if (opener?.kind === "comet" && protocol !== "vzenith-http")
      complain(["lanes", i, "opener", "kind"], {
        zh: `${id}：只有 vzenith-http 相机以轮询取指令；${protocol} 换一种开闸方式`,
        en: `${id}: only a vzenith-http camera polls for orders: open a ${protocol} lane another way`,
        example: "kind: coil",
      });
    if (opener?.kind === "link" && protocol !== "vzenith-mqtt" && protocol !== "vzenith-tcp")
      complain(["lanes", i, "opener", "kind"], {
        zh: `${id}：只有 vzenith-mqtt、vzenith-tcp 相机能经自身连接开闸；${protocol} 换一种开闸方式`,
        en: `${id}: only vzenith-mqtt and vzenith-tcp cameras open by their own link: open a ${protocol} lane another way`,
        example: "kind: coil",
      });
    if ((user === undefined) !== (password_file === undefined))
      complain(at(user === undefined ? "password_file" : "user"), {
        zh: `${id}：user 与 password_file 须成对填写`,
        en: `${id}: user and password_file belong together: write both, or neither`,
        example: "user: gate\n    password_file: ./cam-east-in.password",
      });
    const { list, display, display_serial } = camera;
    if (list === true && !listedProtocols.includes(protocol))
      complain(at("list"), {
        zh: `${id}：${protocol} 的相机白名单不能由网关下发并核对（可以的是 ${listedProtocols.join("、")}）；删去 list`,
        en: `${id}: the list of a ${protocol} camera cannot be kept and confirmed from here (${listedProtocols.join(", ")} can): leave list out`,
      });
    if (list === true && readBackProtocols.includes(protocol) && (address === undefined || user === undefined))
      complain(at("list"), {
        zh: `${id}：${protocol} 的白名单由网关登录相机写入并读回，须写 address、user、password_file`,
        en: `${id}: the gateway signs in at a ${protocol} camera to write its list and read it back: write address, user and password_file`,
        example: "address: 192.168.1.64\n    user: gate\n    password_file: ./cam-east-in.password",
      });
    for (const key of ["speaker", "screen"] as const)
      if (camera[key] !== undefined && protocol !== "vzenith-http")
        complain(at(key), {
          zh: `${id}：只有 vzenith-http 相机的喇叭和屏由网关驱动；${protocol} 请用显示屏卡（display）`,
          en: `${id}: only a vzenith-http camera's own loudspeaker and screen are spoken to; for ${protocol} use a card (display)`,
        });
    if (display_serial !== undefined && display === undefined)
      complain(at("display_serial"), {
        zh: `${id}：写明显示屏型号 display（card-64 或 card-aa55）`,
        en: `${id}: say of which family the card is (display: card-64 or card-aa55)`,
        example: "display: card-64",
      });
    if (secret_file !== undefined && !posts(protocol))
      complain(at("secret_file"), {
        zh: `${id}：${protocol} 不经 HTTP 推送，没有路径可放口令；删去 secret_file`,
        en: `${id}: a ${protocol} camera posts nothing over HTTP, so no address of its own can carry a secret: leave secret_file out`,
        example: "# secret_file",
      });
  }
}
