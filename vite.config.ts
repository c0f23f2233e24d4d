import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstChunk } from "./scripts/app/first-chunk.ts";
import { firstTexts } from "./scripts/app/first-texts.ts";
import { spokenLanguages } from "./scripts/app/spoken-languages.ts";

// The embedded backend serves `dist/` on its own port, so the built app asks its own origin unless VITE_CONVEX_URL names
// another deployment. In development Vite serves the app and VITE_CONVEX_URL points at the backend.
export default defineConfig({
  plugins: [react(), tailwindcss(), firstTexts(), spokenLanguages(), firstChunk()],
  build: {
    outDir: "dist",
    target: "es2022",
    // Tiptap with ProseMirror is one lazy chunk of about 400 kB; it loads with the first thread, not with the shell.
    chunkSizeWarningLimit: 700,
  },
  server: { host: "127.0.0.1" },
});
