// The page starts here: language, theme, address, connection; then it draws.
import "./older.ts";
import { render } from "preact";
import { watchWorld } from "./data/live.ts";
import { followFlood } from "./duty/flood.tsx";
import { fetchAhead } from "./shell/ahead.ts";
import { Application } from "./shell/application.tsx";
import { followAlarms } from "./shell/duty-sound.ts";
import { followKeys } from "./shell/keys.ts";
import { followAddress } from "./shell/route.ts";
import { begin, followTabs } from "./shell/session.ts";
import { followTheme } from "./shell/theme.ts";
import { followWaitingHandovers } from "./shell/waiting-handovers.ts";
import { followWaitingOrders } from "./shell/waiting-orders.ts";
import { followLanguage } from "./words/language.ts";

followLanguage();
followTheme();
followAddress();
watchWorld();
followAlarms();
followFlood();
followKeys();
followTabs();
followWaitingOrders();
followWaitingHandovers();
fetchAhead();
void begin();

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no #app");
root.replaceChildren();
render(<Application />, root);
