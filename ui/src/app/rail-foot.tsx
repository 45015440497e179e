import { ActionIcon, Group, Menu, Stack, Text, Tooltip, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUserCircle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { api } from "../api/client.ts";
import { useIntegrations } from "../api/integrations.ts";
import { useMe } from "../api/me.ts";
import type { TileColour } from "../api/types.ts";
import { StateDot, tileWords } from "../kit/dot.tsx";
import { AppLink, useGo } from "../kit/link.tsx";
import { places } from "../places.ts";

/** How the integrations stand, the theme, and who is signed in. */
export function RailFoot({ isNarrow }: { isNarrow: boolean }) {
  return (
    <Stack
      gap={4}
      p={isNarrow ? 8 : "xs"}
      style={{ borderTop: "1px solid var(--line)" }}
      align={isNarrow ? "center" : undefined}
    >
      <Health isNarrow={isNarrow} />
      <Group gap={4} justify="space-between" wrap={isNarrow ? "wrap" : "nowrap"}>
        <Account isNarrow={isNarrow} />
        <ThemeSwitch />
      </Group>
    </Stack>
  );
}

const order: TileColour[] = ["red", "amber", "green", "grey"];

function Health({ isNarrow }: { isNarrow: boolean }) {
  const { items, isPending, isError } = useIntegrations();
  const colours = items.map(({ tile }) => tile.colour);
  const worst = order.find((colour) => colours.includes(colour)) ?? "grey";
  const word = isError ? "State unknown" : isPending ? "Loading" : healthWord(colours, worst);
  return (
    <AppLink href={places.integrations} underline="never" c="var(--ink)" aria-label={`Integrations: ${word}`}>
      <Tooltip label={`Integrations: ${word}`} disabled={!isNarrow} position="right">
        <Group gap={8} px={8} py={6} wrap="nowrap">
          <StateDot colour={isError ? "grey" : worst} />
          {!isNarrow && <Text fz="sm">{word}</Text>}
        </Group>
      </Tooltip>
    </AppLink>
  );
}

function healthWord(colours: readonly TileColour[], worst: TileColour): string {
  if (colours.length === 0) return "No integration yet";
  const concerned = colours.filter((colour) => colour === worst).length;
  return concerned === colours.length
    ? tileWords[worst]
    : `${concerned} of ${colours.length}: ${tileWords[worst].toLowerCase()}`;
}

function Account({ isNarrow }: { isNarrow: boolean }) {
  const me = useMe();
  const go = useGo();
  const router = useRouter();
  const client = useQueryClient();
  const signOut = async () => {
    await api.post("/auth/logout");
    await router.navigate({ href: places.login });
    client.clear();
  };
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton px={8} py={6} aria-label={`Account of ${me.email}`} style={{ minWidth: 0 }}>
          <Group gap={8} wrap="nowrap">
            <IconUserCircle size={18} stroke={1.6} style={{ flex: "none" }} />
            {!isNarrow && (
              <Text fz="sm" className="one-line foreign">
                {me.name}
              </Text>
            )}
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.email} · {me.role}
        </Menu.Label>
        <Menu.Item leftSection={<IconUserCircle size={16} />} onClick={() => go(places.account)}>
          Account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const schemes = {
  auto: { next: "light", icon: IconDeviceDesktop, word: "as the system" },
  light: { next: "dark", icon: IconSun, word: "light" },
  dark: { next: "auto", icon: IconMoon, word: "dark" },
} as const;

function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { next, icon: Icon, word } = schemes[colorScheme];
  return (
    <Tooltip label={`Theme: ${word}`}>
      <ActionIcon onClick={() => setColorScheme(next)} aria-label={`Theme: ${word}; switch to ${schemes[next].word}`}>
        <Icon size={17} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
