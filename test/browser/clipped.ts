// Text that a reader cannot read: it runs out of the page, or something above it cuts it off without saying the whole of it elsewhere.
import type { Page } from "playwright-core";

/** In the page's own world. A box that scrolls is no cut; an ellipsis is none where a title holds the whole text. */
const scan = `(() => {
  const wrong = [];
  // Words for a screen reader alone: a box of one pixel.
  const unseen = (element) => {
    for (let box = element; box !== null; box = box.parentElement)
      if (getComputedStyle(box).position === "absolute" && box.offsetWidth <= 1) return true;
    return false;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const own = node.parentElement;
    if (text === "" || own === null || own.closest(".unseen, script, style, option, title") !== null) continue;
    if (getComputedStyle(own).visibility === "hidden") continue;
    if (unseen(own)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue;
      let scrolls = false;
      for (let box = own; box !== null && box !== document.documentElement; box = box.parentElement) {
        const style = getComputedStyle(box);
        const frame = box.getBoundingClientRect();
        const [across, down] = [style.overflowX, style.overflowY];
        if (/auto|scroll/.test(across + down)) { scrolls = true; break; }
        if (style.position === "fixed") break;
        const cutAcross = /hidden|clip/.test(across) && (rect.right > frame.right + 1.5 || rect.left < frame.left - 1.5);
        const cutDown = /hidden|clip/.test(down) && (rect.bottom > frame.bottom + 3 || rect.top < frame.top - 3);
        const told = style.textOverflow === "ellipsis" && box.closest("[title]") !== null;
        if ((cutAcross && !told) || cutDown) { wrong.push("cut: " + text.slice(0, 40) + " in ." + box.className); break; }
        if (cutAcross && told) { scrolls = true; break; }
      }
      if (!scrolls && rect.right > document.documentElement.clientWidth + 1.5) wrong.push("out of the page: " + text.slice(0, 40));
    }
  }
  return [...new Set(wrong)];
})()`;

export const clippedText = async (page: Page): Promise<string[]> => (await page.evaluate(scan)) as string[];
