import { isMarked, KeptValues } from "./kept-values";

/**
 * A WebSocket that asks the embedded backend to tell only what has changed of a value, and hands out frames as the sync
 * protocol has them. A backend that does not know the wish sends those anyway.
 */
export class DeltaSocket extends WebSocket {
  constructor(url: string | URL) {
    super(`${url}?deltas=1`);
    const kept = new KeptValues();
    // The first listener, so that no other sees the frame as it came.
    this.addEventListener("message", (event: MessageEvent<unknown>) => {
      if (typeof event.data !== "string" || !isMarked(event.data)) return;
      event.stopImmediatePropagation();
      const data = restored(event.data);
      if (data !== null) this.dispatchEvent(new MessageEvent("message", { data }));
    });
    const restored = (frame: string): string | null => {
      try {
        return kept.restore(frame);
      } catch (error) {
        // The client connects anew and is told everything.
        reportError(error);
        this.close();
        return null;
      }
    };
  }
}
