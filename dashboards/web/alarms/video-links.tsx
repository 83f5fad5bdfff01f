// A link to the cameras that look at where an alarm is. It opens the recorder's own page; nothing of it is loaded here.

import { looksAt } from "#protocols/api/looks-at.ts";
import type { AlarmView } from "#protocols/api/views.ts";
import { readVideos } from "../data/api.ts";
import { words } from "../words/language.ts";
import { useLoaded } from "./loaded.tsx";

export function VideoLinks({ alarm }: { alarm: AlarmView }) {
  const { value } = useLoaded(() => readVideos(alarm.site), alarm.site);
  const links = (value ?? []).filter((one) => looksAt(one, alarm.source));
  if (links.length === 0) return null;
  return (
    <p class="video-links">
      {words.value.care.video}{" "}
      {links.map(({ name, url }) => (
        <a key={url} class="button" href={url} target="_blank" rel="noreferrer noopener" data-video>
          {name}
        </a>
      ))}
    </p>
  );
}
