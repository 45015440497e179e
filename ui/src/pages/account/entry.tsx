import { Anchor, Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";

/** The frame of what one sees before one is signed in. */
export function Entry({ title, children, onSubmit }: { title: string; children: ReactNode; onSubmit?: () => void }) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <Center component="main" mih="100dvh" p="md" bg="var(--ground-2)">
      <Stack w="100%" maw={400} gap="lg">
        <Group gap="sm" justify="center">
          <img src="/weir.svg" width={28} height={28} alt="" />
          <Text fw={650} fz="lg">
            Weir
          </Text>
        </Group>
        <Paper withBorder p="lg" component="form" onSubmit={submit as never} noValidate>
          <Title order={1} mb="md">
            {title}
          </Title>
          {children}
        </Paper>
        <Text ta="center" fz="xs" c="dimmed">
          The inventory of your Wiz findings and cloud assets.{" "}
          <Anchor href="/healthz" fz="xs" underline="always">
            Health
          </Anchor>
        </Text>
      </Stack>
    </Center>
  );
}
