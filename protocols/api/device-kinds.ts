// Kinds of devices at a site. Apart from the schema: the page needs the words alone.
export const deviceKinds = [
  ...(["camera", "barrier", "line", "station", "board", "energy-meter", "pile-host"] as const),
  ...(["fire-device", "detector", "facility"] as const),
] as const;
export type DeviceKind = (typeof deviceKinds)[number];
