// Dry contacts of fire devices held against the rest of the site: boards, points and channels that exist, each contact once.
import type { Profile } from "#protocols/modbus/profile.ts";
import { unfitPlace } from "#protocols/modbus/wanted.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import type { FacilityConfig } from "./facility-schema.ts";
import type { FireConfig, FireContactConfig } from "./fire-schema.ts";
import type { DeviceConfig } from "./shed-schema.ts";
import type { Complain } from "./yaml-file.ts";

export interface ContactParts {
  readonly devices: readonly (readonly [number, DeviceConfig])[];
  readonly profiles: ReadonlyMap<string, Profile>;
}

const placeOf = ({ device, point, channel = 0, bit = "" }: FireContactConfig): string => `${device} ${point} ${channel} ${bit}`;

export function checkContacts(fire: FireConfig | undefined, { devices, profiles }: ContactParts, complain: Complain): void {
  const { contacts = [], devices: panels = [], detectors = [] } = fire ?? {};
  const ids = new Set([...panels, ...detectors].map(({ id }) => id));
  const places = new Set<string>();
  for (const [n, contact] of contacts.entries()) {
    const at = ["fire", "contacts", n] as const;
    const { id, device } = contact;
    if (ids.has(id)) complain([...at, "id"], { zh: `编号重复：${id}`, en: `id twice: ${id}` });
    ids.add(id);
    const place = placeOf(contact);
    if (places.has(place)) complain([...at, "point"], { zh: `同一触点写了两次：${place}`, en: `one contact is written twice: ${place}` });
    places.add(place);
    const known = devices.find(([, one]) => one.id === device)?.[1];
    if (known === undefined) {
      const names = devices.map(([, one]) => one.id);
      const meant = nearest(device, names) ?? (names.join(", ") || "—");
      complain([...at, "device"], { zh: `devices 中没有 ${device}；已有 ${meant}`, en: `no ${device} under devices; there is ${meant}` });
      continue;
    }
    const profile = profiles.get(known.profile);
    const unfit = profile === undefined ? undefined : unfitPlace(profile, contact, true);
    if (profile === undefined || unfit === undefined) continue;
    const key = unfit === "no-point" ? "point" : unfit === "no-channel" || unfit === "needs-channel" ? "channel" : "bit";
    const names = profile.points.map(({ name }) => name).join(", ");
    complain([...at, key], {
      zh: `${profile.id} 没有这个开关量（${place}）；点：${names}，${profile.sockets?.count ?? 0} 路`,
      en: `${profile.id} has no such contact (${place}); its points: ${names}; ${profile.sockets?.count ?? 0} channels`,
    });
  }
}

/** What the safety process reads beside what it decides on: facilities, and fire contacts as if they were one facility each. */
export const readBeside = (facilities: readonly FacilityConfig[] | undefined, fire: FireConfig | undefined): readonly FacilityConfig[] => [
  ...(facilities ?? []),
  ...(fire?.contacts ?? []).map(
    ({ id, name, device, point, channel, bit, active, delay_s, blind_s }): FacilityConfig => ({
      ...{ id, name, kind: "other", device, responsible: name, blind_s },
      points: [
        {
          ...{ id: "contact", name, kind: "contact", point, active, delay_s },
          ...(channel === undefined ? {} : { channel }),
          ...(bit === undefined ? {} : { bit }),
        },
      ],
    }),
  ),
];
