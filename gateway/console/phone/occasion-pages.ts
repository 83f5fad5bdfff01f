// The host of an occasion names the cars of the guests, by the link that the office gave: they come in free of charge while it lasts, until the number is reached.
import type { FastifyInstance } from "fastify";
import type { Occasion, Occasions } from "../../register/occasions.ts";
import { type Html, html } from "./html.ts";
import { plateForm, said } from "./pages.ts";
import type { Asked, PhoneTools } from "./routes.ts";
import { type Language, words } from "./words.ts";

function occasionPage(language: Language, occasion: Occasion, after: { refusal?: Parameters<typeof said>[1]; given?: string } = {}): Html {
  const t = words[language];
  const span = `${occasion.from.slice(0, 16).replace("T", " ")} – ${occasion.until.slice(0, 16).replace("T", " ")}`;
  return html`<h2>${occasion.name}</h2><p>${span}</p><p>${t.occasionLeft} <b data-left="${occasion.left}">${occasion.left}</b></p>
${said(language, after.refusal)}${after.given === undefined ? undefined : html`<p class="done" role="status">${after.given} ${t.occasionGiven}</p>`}
${plateForm(language, { action: `/pay/occasion/${occasion.link}`, plate: "", button: t.occasionGive })}
<ul>${occasion.plates.map((plate) => html`<li>${plate}</li>`)}</ul>`;
}

export function occasionPages(server: FastifyInstance, occasions: Occasions, { send, field, languageOf, notHere }: PhoneTools): void {
  server.get("/pay/occasion/:link", async (request: Asked, reply) => {
    const occasion = occasions.byLink(request.params.link ?? "");
    if (occasion === undefined) return notHere(request, reply);
    return send(request, reply, occasionPage(languageOf(request), occasion), { path: `/pay/occasion/${occasion.link}` });
  });
  server.post("/pay/occasion/:link", { bodyLimit: 2_048 }, async (request: Asked, reply) => {
    const occasion = occasions.byLink(request.params.link ?? "");
    if (occasion === undefined) return notHere(request, reply);
    const plate = field(request, "plate").slice(0, 12);
    const taken = occasions.admit(occasion.occasion, { plate, person: occasion.name });
    const now = occasions.of(occasion.occasion) ?? occasion;
    const refused = "kind" in taken;
    const body = occasionPage(languageOf(request), now, refused ? { refusal: taken } : { given: plate });
    return send(request, refused ? reply.code(409) : reply, body, { path: `/pay/occasion/${occasion.link}` });
  });
}
