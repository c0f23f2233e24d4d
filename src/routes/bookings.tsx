import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { BookingList } from "../features/bookings/booking-list";
import { BookingScreen } from "../features/bookings/booking-screen";
import type { BookingSearch } from "../lib/search-params";

export function BookingsRoute() {
  const search = useSearch({ from: "/bookings" });
  const navigate = useNavigate();
  // Typing a search is one step back, not one a letter.
  const go = (next: BookingSearch) =>
    void navigate({ to: "/bookings", search: next, replace: next.view === search.view });
  return <BookingList search={search} onSearch={go} />;
}

export function BookingRoute() {
  const { bookingId } = useParams({ from: "/bookings/$bookingId" });
  return <BookingScreen key={bookingId} bookingId={bookingId as Id<"bookings">} />;
}
