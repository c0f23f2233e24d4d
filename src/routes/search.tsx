import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { SearchScreen } from "../features/search/search-screen";

export function SearchRoute() {
  const { q = "" } = useSearch({ from: "/search" });
  const navigate = useNavigate();
  const setText = useCallback(
    (text: string) => void navigate({ to: "/search", search: text === "" ? {} : { q: text } }),
    [navigate],
  );
  return <SearchScreen text={q} onText={setText} />;
}
