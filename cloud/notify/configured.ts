// Channels as the cloud's file declares them, with what stands in their files.
import { readFileSync } from "node:fs";
import type { ChannelConfig } from "#cloud/config/notify-schema.ts";
import type { Channel } from "./channel.ts";

export function configuredChannels(configs: readonly ChannelConfig[], read: (file: string) => string): Channel[] {
  return configs.map((one): Channel => {
    const { id, name, kind, recovery, hourly, roles, sites, mute, duty, away, inside = false } = one;
    const common = { id, name, kind, up_to: one.up_to as Channel["up_to"], recovery, hourly, roles, sites, mute, duty, away, inside };
    if (one.kind !== "smtp")
      return { ...common, target: { url: read(one.url_file), secret: one.secret_file === undefined ? undefined : read(one.secret_file) } };
    const { host, port, tls, user, from, to, password_file, ca_file } = one;
    const password = password_file === undefined ? undefined : read(password_file);
    // No secret: a certificate is for everybody to read.
    const ca = ca_file === undefined ? undefined : readFileSync(ca_file, "utf8");
    return { ...common, target: { host, port, tls, user, from, to, password, ca } };
  });
}
