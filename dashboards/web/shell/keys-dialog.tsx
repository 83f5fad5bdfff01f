// The cheat sheet behind "?".
import { Drawer } from "../parts/drawer.tsx";
import { words } from "../words/language.ts";
import { pages } from "./address.ts";
import { keysOn, keysShown, letterOf, personLetter, switchKeys } from "./keys.ts";

export function KeysDialog() {
  const say = words.value.keys;
  const close = () => {
    keysShown.value = false;
  };
  return (
    <Drawer title={say.title} kind="middle" onClose={close}>
      <dl class="keys">
        {pages
          .filter((page) => letterOf[page] !== undefined)
          .map((page) => (
            <div key={page}>
              <dt>
                <kbd>g</kbd> <kbd>{letterOf[page]}</kbd>
              </dt>
              <dd>{words.value.nav[page]}</dd>
            </div>
          ))}
        <div>
          <dt>
            <kbd>g</kbd> <kbd>{personLetter}</kbd>
          </dt>
          <dd>{words.value.person.title}</dd>
        </div>
        {say.rows.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="keys-switch">
        <input type="checkbox" checked={keysOn.value} onChange={switchKeys} /> {say.on}
      </label>
    </Drawer>
  );
}
