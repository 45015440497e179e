import { Drawer } from "@mantine/core";
import classes from "./facets.module.css";
import { Facets, type FacetsProps } from "./facets.tsx";

/** Where there is no room beside the list they come over it. */
export function FacetsDrawer({ isOpen, onClose, ...rest }: FacetsProps & { isOpen: boolean; onClose: () => void }) {
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      title="Filters"
      closeButtonProps={{ "aria-label": "Close the filters" }}
      size="88%"
      padding={0}
      styles={{ header: { padding: "8px 12px", minHeight: 48 }, title: { fontWeight: 600 } }}
      classNames={{ body: classes.drawer }}
    >
      <Facets {...rest} />
    </Drawer>
  );
}
