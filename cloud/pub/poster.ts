// For the notice board, A4: where to read, and where to report.
import type { Compound } from "#cloud/ledger/hazards.ts";
import { qrSvg } from "#protocols/qr/qr.ts";
import { escaped, sheet } from "./html.ts";
import { rootOf } from "./notice.ts";
import { say } from "./words.ts";

/**
 * Each address stands below its code, for whoever has no camera. Without an address that the cloud's own file names there is no code:
 * one that was read off a request could lead a whole compound to a stranger's page.
 */
export function posterPage(compound: Compound, origin: string | undefined): string {
  const t = say["zh-CN"].poster;
  const root = rootOf(compound.compound_code);
  const frame = (body: string): string =>
    sheet({
      lang: "zh-CN",
      title: `${compound.name} ${t.title}`,
      home: `${root}/zh-CN`,
      switches: [],
      body: `<div class="poster">${body}</div>`,
    });
  const name = `<h1>${escaped(compound.name)}</h1>`;
  if (origin === undefined)
    return frame(
      `${name}<p class="lead">云端配置未写公开网址（http.public_url），无法印制二维码。<br>The cloud's file names no public address (http.public_url): there is nothing to print.</p><p><a class="button" href="${root}/zh-CN">${t.notice}</a> <a class="button" href="${root}/report">${t.report}</a></p>`,
    );
  const one = (title: string, address: string): string =>
    `<section><h2>${title}</h2>${qrSvg(address, escaped(title))}<p>${escaped(address)}</p></section>`;
  return frame(
    `${name}${one(t.notice, `${origin}${root}/zh-CN`)}${one(t.report, `${origin}${root}/report`)}<p class="muted">${t.scan}</p>`,
  );
}
