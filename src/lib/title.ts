import { useEffect } from "react";

let screen = "";
let badge = "";

function show(): void {
  document.title = `${badge}${screen === "" ? "Switchboard" : `${screen} · Switchboard`}`;
}

/** Sets the title of the browser tab as long as the screen is there. */
export function useTitle(title: string): void {
  useEffect(() => {
    screen = title;
    show();
  }, [title]);
}

/** Puts a short word ("3") in brackets before whatever title there is; null for none. */
export function useTitleBadge(word: string | null): void {
  useEffect(() => {
    badge = word === null ? "" : `(${word}) `;
    show();
  }, [word]);
}
