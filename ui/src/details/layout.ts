import { createContext, use } from "react";

/** Where details stand: beside a list, or on a page of their own. */
export type DetailLayout = "panel" | "page";

export interface DetailProps {
  id: string;
  layout: DetailLayout;
  /** Of a panel: what its close button does. Without it there is none. */
  onClose?: () => void;
}

export const LayoutContext = createContext<DetailLayout>("page");

export function useDetailLayout(): DetailLayout {
  return use(LayoutContext);
}
