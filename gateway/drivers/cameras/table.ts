// Every camera that pushes over HTTP, one line each; the site file's `protocol` names one.
import { calledMakers } from "./called.ts";
import { dahuaItsapi } from "./dahua.ts";
import { hikvisionIsapi } from "./hikvision.ts";
import { huaxiaForm } from "./huaxia.ts";
import { mqttMakers } from "./mqtt.ts";
import { plateRecognizer } from "./plate-recognizer.ts";
import type { CameraProtocol } from "./protocol.ts";
import { rekorScout } from "./rekor.ts";
import { vzenithHttp } from "./vzenith.ts";

export const cameraProtocols: readonly CameraProtocol[] = [
  vzenithHttp,
  hikvisionIsapi,
  dahuaItsapi,
  huaxiaForm,
  rekorScout,
  plateRecognizer,
];

/** Of any camera that the site file may name, however it is heard. */
export function opensBy(id: string): CameraProtocol["opensBy"] {
  const called = calledMakers.some((one) => one === id);
  return called ? "board" : (mqttMakers.find((one) => one.id === id)?.opensBy ?? cameraProtocol(id).opensBy);
}

export function cameraProtocol(id: string): CameraProtocol {
  const found = cameraProtocols.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no camera protocol ${id}`);
  return found;
}
