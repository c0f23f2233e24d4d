import { act, type ComponentType } from "react";
import { createRoot } from "react-dom/client";
import { describe, expect, it, vi } from "vitest";
import { later } from "./later";

vi.mock("./i18n", () => ({ allTexts: async () => await Promise.resolve() }));
vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);

function screen() {
  const place = document.createElement("div");
  const root = createRoot(place);
  return {
    show: async (Shown: ComponentType) => {
      await act(async () => {
        root.render(<Shown />);
        await Promise.resolve();
      });
      return place.textContent;
    },
    hide: async () => {
      await act(async () => {
        root.render(null);
        await Promise.resolve();
      });
    },
  };
}

const Words = () => "words";

describe("later", () => {
  it("shows what stands in its place, then itself, and the next time itself at once", async () => {
    let arrive = () => {};
    const load = vi.fn(async () => {
      await new Promise<void>((resolve) => (arrive = resolve));
      return Words;
    });
    const Shown = later(load, { meanwhile: "…" });
    const first = screen();
    expect(await first.show(Shown)).toBe("…");
    await act(async () => {
      arrive();
      await new Promise((resolve) => setTimeout(resolve));
    });
    expect(await first.show(Shown)).toBe("words");
    await first.hide();
    expect(await first.show(Shown)).toBe("words");
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("asks again the next time after it could not be loaded", async () => {
    const load = vi.fn<() => Promise<ComponentType>>().mockRejectedValueOnce(new Error("no network"));
    load.mockResolvedValue(Words);
    const Shown = later(load, { meanwhile: "…" });
    const place = screen();
    await place.show(Shown);
    expect(await place.show(Shown)).toBe("");
    await place.hide();
    await place.show(Shown);
    expect(await place.show(Shown)).toBe("words");
  });
});
