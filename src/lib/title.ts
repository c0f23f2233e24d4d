import { useEffect } from "react";

/** Sets the title of the browser tab as long as the screen is there. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "Switchboard" : `${title} · Switchboard`;
  }, [title]);
}
