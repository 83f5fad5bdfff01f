// The picture of the very read that a waiting car, or an opening by hand, is about, for those who see plates. Its address is the read's own name, so no other picture stands in for it; where none is whole at the cloud,
// the box says so, and looks again while the car is new.
import { useEffect, useState } from "preact/hooks";
import { saidFor } from "../data/api.ts";
import { words } from "../words/language.ts";
import { mayOrder } from "./commands.tsx";

/** A picture is some seconds behind its event. */
const lookAgain_ms = 2_000;
const mostLooks = 15;

/** `large`: as wide as it may be, so that the plate in it is read. */
export function Frame({ frame, name, large = false }: { frame: string | null; name: string; large?: boolean }) {
  const say = words.value.queue;
  const [look, setLook] = useState(0);
  const [there, setThere] = useState(true);
  useEffect(() => {
    if (there || look >= mostLooks) return;
    const timer = setTimeout(() => {
      setLook(look + 1);
      setThere(true);
    }, lookAgain_ms);
    return () => clearTimeout(timer);
  }, [there, look]);
  if (frame === null || !mayOrder() || !there)
    return (
      <div class="frame-missing" title={say.noFrameWhy} data-frame={frame ?? ""}>
        {say.noFrame}
      </div>
    );
  const address = saidFor(`/api/v1/frames/${frame}${look === 0 ? "" : `?look=${look}`}`);
  return (
    <a class={large ? "frame-shown large" : "frame-shown"} href={address} target="_blank" rel="noreferrer" tabIndex={-1} data-frame={frame}>
      <img src={address} alt={say.frameOf(name)} onError={() => setThere(false)} />
    </a>
  );
}
