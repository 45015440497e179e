import { FindingDetails } from "../../details/finding-details.tsx";

/** One finding, on a page of its own. */
export function FindingPage({ id }: { id: string }) {
  return <FindingDetails id={id} layout="page" />;
}
