// Text that a reader cannot read: it runs out of the page or out of the box that it stands in, something above it cuts it off without saying the whole of it elsewhere, or it lies where only a
// sideways scroll leads that nobody intended.
import type { Page } from "playwright-core";

/**
 * What may be wider than its place, and why: a table of many columns on a phone, the bar of pages and the views above a list (the chosen one is scrolled into sight), lines of a file
 * or of a log as they are; a board whose rungs are as many as the ladder has.
 */
const scrollers = [".scroll-x", ".care-table", ".board", ".rail", ".views", ".orders-views", "#tabs", "pre"] as const;

/** In the page's own world. A box that scrolls down is no cut; an ellipsis is none where a title holds the whole text. */
const scan = `(() => {
  const wrong = [];
  const intended = ${JSON.stringify(scrollers.join(", "))};
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth + 1) wrong.push("the page scrolls sideways by " + (root.scrollWidth - root.clientWidth) + " px");
  // Words for a screen reader alone: a box of one pixel.
  const unseen = (element) => {
    for (let box = element; box !== null; box = box.parentElement)
      if (getComputedStyle(box).position === "absolute" && box.offsetWidth <= 1) return true;
    return false;
  };
  const nameOf = (box) => box.tagName.toLowerCase() + (typeof box.className === "string" && box.className !== "" ? "." + box.className.trim().split(/\\s+/).join(".") : "");
  const isDrawn = (style) => (style.borderRightWidth !== "0px" && style.borderRightStyle !== "none") || !/^rgba\\(.*, 0\\)$|^transparent$/.test(style.backgroundColor);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const own = node.parentElement;
    if (text === "" || own === null || own.closest(".unseen, script, style, option, title, noscript") !== null) continue;
    if (getComputedStyle(own).visibility === "hidden") continue;
    if (unseen(own)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue;
      let free = false;
      let drawn = false;
      for (let box = own; box !== null && box !== root; box = box.parentElement) {
        const style = getComputedStyle(box);
        const frame = box.getBoundingClientRect();
        const [across, down] = [style.overflowX, style.overflowY];
        const outside = rect.right > frame.right + 1.5 || rect.left < frame.left - 1.5;
        if (/auto|scroll/.test(across) && outside) {
          if (!box.matches(intended)) wrong.push("only by a sideways scroll of " + nameOf(box) + ": " + text.slice(0, 40));
          free = true;
          break;
        }
        if (/auto|scroll/.test(down) && (rect.bottom > frame.bottom || rect.top < frame.top)) { free = true; break; }
        const cutAcross = /hidden|clip/.test(across) && outside;
        const cutDown = /hidden|clip/.test(down) && (rect.bottom > frame.bottom + 3 || rect.top < frame.top - 3);
        const told = style.textOverflow === "ellipsis" && box.closest("[title]") !== null;
        if ((cutAcross && !told) || cutDown) { wrong.push("cut: " + text.slice(0, 40) + " in " + nameOf(box)); free = true; break; }
        if (cutAcross && told) { free = true; break; }
        // The first box that is seen as one holds its words.
        if (!drawn && style.display !== "inline" && !(box instanceof SVGElement) && isDrawn(style)) {
          drawn = true;
          if (rect.right > frame.right + 2 || rect.left < frame.left - 2) { wrong.push("spills: " + text.slice(0, 40) + " out of " + nameOf(box)); free = true; break; }
        }
        if (style.position === "fixed") break;
      }
      if (!free && rect.right > root.clientWidth + 1.5) wrong.push("out of the page: " + text.slice(0, 40));
    }
  }
  return [...new Set(wrong)];
})()`;

export const clippedText = async (page: Page): Promise<string[]> => (await page.evaluate(scan)) as string[];
