// One dialog for all: at the side on a desk, from below on a phone. The browser's own <dialog> keeps the focus in; we give it back.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../words/language.ts";
import { Icon } from "./glyphs.tsx";

interface DrawerProps {
  readonly title: string;
  readonly kind?: "side" | "middle";
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Drawer({ title, kind = "side", onClose, children }: DrawerProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    const opener = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      // The browser gives the focus back only while the dialog still stands in the page.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard's way out is Escape, which the dialog reports as `cancel`
    <dialog
      ref={dialog}
      class={`drawer ${kind}`}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={(event) => {
        // A browser closes it by itself when Escape is pressed before anything else was: whoever opened it decides, and where it must stay it stays.
        const element = event.currentTarget;
        // Taken away by us it closes too, and nobody needs to hear of it again.
        if (!element.isConnected) return;
        onClose();
        setTimeout(() => {
          if (element.isConnected && !element.open) element.showModal();
        });
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="drawer-body">
        <header class="drawer-head">
          <h2>{title}</h2>
          <button type="button" class="quiet icon-only" aria-label={words.value.evidence.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div class="drawer-content" key={title}>
          {children}
        </div>
      </div>
    </dialog>
  );
}
