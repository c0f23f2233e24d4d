import { useNavigate, useSearch } from "@tanstack/react-router";
import { SearchScreen } from "../features/search/search-screen";

export function SearchRoute() {
  const search = useSearch({ from: "/search" });
  const navigate = useNavigate();
  return <SearchScreen search={search} onSearch={(next) => void navigate({ to: "/search", search: next })} />;
}
