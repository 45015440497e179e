import { Button, Container } from "@mantine/core";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { places } from "../places.ts";
import { AppLink } from "./link.tsx";
import { isOfCode, reloadWhenThere } from "./page-code.ts";
import { EmptyPage, Failure } from "./states.tsx";

/** A page broke while it was drawn or fetched. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    if (isOfCode(error)) return void reloadWhenThere();
    reset();
    void router.invalidate();
  };
  return (
    <Container size="sm" py="xl">
      <Failure error={error} onRetry={retry} title="This page could not be shown" />
    </Container>
  );
}

export function PageMissing() {
  return (
    <EmptyPage
      title="There is no such page"
      action={
        <Button component="a" href={places.dashboard}>
          Go to the dashboard
        </Button>
      }
    >
      The address may be cut off, or what it led to was removed.{" "}
      <AppLink href={places.help} underline="always">
        Help
      </AppLink>{" "}
      lists what there is.
    </EmptyPage>
  );
}
