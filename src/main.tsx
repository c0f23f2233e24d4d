import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Providers } from "./app/providers";
import { router } from "./app/router";
import { startI18n } from "./lib/i18n";
import { followOnScreenKeyboard } from "./lib/on-screen-keyboard";
import { openPushedWorkspace } from "./lib/pushed-workspace";
import { startServiceWorker } from "./lib/service-worker";
import { watchForPerson } from "./lib/warm-up";
import "./styles/app.css";

openPushedWorkspace();
startServiceWorker();
followOnScreenKeyboard();
watchForPerson();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

await startI18n();

createRoot(root).render(
  <StrictMode>
    <Providers>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
