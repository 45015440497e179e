import { useParams } from "@tanstack/react-router";
import { SignalDetails } from "../../details/signal-details.tsx";

/** One signal, on a page of its own. */
export function SignalPage() {
  const { id = "" } = useParams({ strict: false });
  return <SignalDetails id={id} layout="page" />;
}
