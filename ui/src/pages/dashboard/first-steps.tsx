import { Button, List } from "@mantine/core";
import { useMay } from "../../api/me.ts";
import { AppLink, useGo } from "../../kit/link.tsx";
import { EmptyPage } from "../../kit/states.tsx";
import { hrefs, places } from "../../places.ts";

/** A Weir that knows no tenant yet. */
export function FirstSteps() {
  const isAdmin = useMay("admin");
  const go = useGo();
  return (
    <EmptyPage
      title="No tenant is connected yet"
      action={
        isAdmin ? (
          <Button size="sm" onClick={() => go(hrefs.newIntegration("wiz"))}>
            Add an integration
          </Button>
        ) : undefined
      }
    >
      {isAdmin ? (
        <List type="ordered" ta="left" fz="sm" spacing={4}>
          <List.Item>Create a service account in Wiz; the wizard shows where.</List.Item>
          <List.Item>Paste its endpoint, client ID and client secret, and test the connection.</List.Item>
          <List.Item>Choose what to fetch. The first findings are here within a minute.</List.Item>
        </List>
      ) : (
        <>
          An administrator connects a Wiz tenant under{" "}
          <AppLink href={places.integrations} underline="always">
            Integrations
          </AppLink>
          .
        </>
      )}
    </EmptyPage>
  );
}
