// How long a camera may say nothing before it is missed. Some makers beat, some beat where they are told to, and some say nothing between two cars: of those only a car that passes unread tells.
export interface Beat {
  readonly silent_ms: number;
  /** false: missed only after its heartbeats were heard once. */
  readonly always: boolean;
}

const minute = { silent_ms: 60_000, always: true };

/** By the site file's word for how the camera is heard; null: nothing comes of it between cars. */
export const beats: Readonly<Record<string, Beat | null>> = {
  "vzenith-http": minute,
  "vzenith-mqtt": minute,
  "vzenith-tcp": minute,
  "hikvision-stream": minute,
  // Its heartbeat is a setting of its httpHosts that older firmware does not have.
  "hikvision-isapi": { silent_ms: 60_000, always: false },
  "dahua-itsapi": { silent_ms: 60_000, always: false },
  "huaxia-form": minute,
  // The agent's heartbeat, once a minute, names its cameras.
  "rekor-scout": { silent_ms: 180_000, always: true },
  "plate-recognizer": null,
  // frigate/stats, once a minute unless it is set otherwise.
  "frigate-mqtt": { silent_ms: 180_000, always: false },
};
