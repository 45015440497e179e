import { Button, Group, Text, Title } from "@mantine/core";
import { useMay } from "../../api/me.ts";
import { AppLink, useGo } from "../../kit/link.tsx";
import { hrefs, places } from "../../places.ts";
import classes from "./first-time.module.css";

const steps = [
  {
    title: "Make a service account in Wiz",
    text: "Settings → Service Accounts, of the type Custom Integration (GraphQL API). The form shows each step beside its fields.",
  },
  {
    title: "Enter its credentials and test them",
    text: "The test tries the network, the credentials and each permission, and says what to do about what fails. The secret is stored encrypted and never shown again.",
  },
  {
    title: "Watch it come in",
    text: "Assets first, findings after them. A large tenant takes up to two hours; what is there can be searched meanwhile.",
  },
];

/** Nothing is connected yet: what it takes. */
export function FirstTime() {
  const go = useGo();
  const mayAdd = useMay("admin");
  return (
    <div className={classes.box}>
      <Title order={2}>Connect your first tenant</Title>
      <Text fz="sm" c="dimmed" mt={4}>
        Weir has nothing to show until it is connected to a source. It takes about five minutes, and Weir only reads.
      </Text>
      <ol className={classes.steps}>
        {steps.map(({ title, text }, index) => (
          <li key={title}>
            <span className={classes.number}>{index + 1}</span>
            <div>
              <Text fw={600} fz="sm">
                {title}
              </Text>
              <Text fz="sm" c="dimmed">
                {text}
              </Text>
            </div>
          </li>
        ))}
      </ol>
      {mayAdd ? (
        <Group gap="md">
          <Button size="sm" onClick={() => go(hrefs.newIntegration("wiz"))}>
            Connect Wiz
          </Button>
          <AppLink href={places.catalogue} fz="sm">
            See what you need first
          </AppLink>
        </Group>
      ) : (
        <Text fz="sm">An administrator adds integrations. Ask one to connect your tenant.</Text>
      )}
    </div>
  );
}
